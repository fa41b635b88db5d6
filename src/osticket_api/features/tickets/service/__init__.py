"""What one can do to a ticket, one verb to a file."""
