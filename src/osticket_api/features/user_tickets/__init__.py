"""The tickets of a user: listed, and deleted together with the user."""
