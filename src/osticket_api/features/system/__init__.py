"""How the server itself is doing."""
