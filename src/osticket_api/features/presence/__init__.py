"""Presence: which agents are looking at a ticket, or answering it."""
