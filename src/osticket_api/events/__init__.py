"""What happened, as osTicket's `thread_event` rows tell it."""
