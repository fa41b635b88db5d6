"""What one can do to a task, one verb to a file."""
