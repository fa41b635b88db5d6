"""The audit log: who did or tried what, through what, from where, and what it changed."""
