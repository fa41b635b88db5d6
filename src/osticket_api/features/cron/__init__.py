"""Regular work, which osTicket's cron does too."""
