"""API keys: ours, and those of osTicket's own table."""
