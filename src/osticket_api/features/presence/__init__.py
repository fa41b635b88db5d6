"""Who is looking at a ticket, or answering it."""
