"""Teams of agents, across departments."""
