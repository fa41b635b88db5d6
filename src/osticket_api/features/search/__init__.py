"""osTicket's full-text index: keeping it, and asking it."""
