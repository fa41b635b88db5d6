"""Users: the people who ask."""
