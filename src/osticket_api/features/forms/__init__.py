"""Forms, their fields, and what was answered."""
