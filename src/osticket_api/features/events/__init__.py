"""The feed of what happens, and what changed since."""
