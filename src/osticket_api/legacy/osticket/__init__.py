"""osTicket's own HTTP API: opening tickets by JSON, XML and mail, and cron."""
