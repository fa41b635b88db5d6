"""Hiding and freezing single fields, by role, for keys and for users."""
