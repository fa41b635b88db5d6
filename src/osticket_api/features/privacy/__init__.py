"""What the help desk holds about a user: handed out as a whole, and erased."""
