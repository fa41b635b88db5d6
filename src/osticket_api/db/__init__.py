"""osTicket's database: its tables, its types, and the units of work that read and write it."""
