"""The saved queues and searches of agents."""
