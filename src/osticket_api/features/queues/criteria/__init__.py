"""The criteria of queues: reading them, and saying them in SQL."""
