"""Help topics: what a ticket is about, and with that where it goes and what it asks."""
