"""Texts of the help desk's own with what is attached to them: FAQs and canned responses."""
