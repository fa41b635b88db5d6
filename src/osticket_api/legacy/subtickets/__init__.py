"""The four endpoints for parents and children."""
