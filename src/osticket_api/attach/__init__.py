"""Attaching to an installed osTicket: its configuration, its schema, what is in it, and the settings file."""
