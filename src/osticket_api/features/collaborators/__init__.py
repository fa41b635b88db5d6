"""Collaborators: users who take part in a conversation that is not theirs."""
