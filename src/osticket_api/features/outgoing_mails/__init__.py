"""The mails that this server makes: what became of each, and what it says."""
