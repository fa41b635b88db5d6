"""Texts of the help desk: its landing page, its thanks, and the mails about accounts and links."""
