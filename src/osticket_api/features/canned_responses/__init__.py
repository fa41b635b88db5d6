"""Canned responses: answers kept ready."""
