"""The second factor of agents: asking for it, setting it up, taking it away."""
