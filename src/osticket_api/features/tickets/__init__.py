"""Tickets: what the whole help desk is about."""
