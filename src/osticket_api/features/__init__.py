"""What the help desk does, one folder per noun."""
