"""Stored files: their content, what they are attached to, and what may be stored."""
