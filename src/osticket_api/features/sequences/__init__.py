"""Where ticket and task numbers come from."""
