"""Conversations: their entries, bodies and events."""
