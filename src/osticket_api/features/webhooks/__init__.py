"""Webhooks: who is told of what, what was delivered to them, and telling it again."""
