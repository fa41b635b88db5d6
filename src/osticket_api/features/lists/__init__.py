"""Custom lists: what fields of their own kind can be answered with."""
