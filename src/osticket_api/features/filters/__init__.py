"""Ticket filters: what an administrator wants done with new tickets that look like this."""
