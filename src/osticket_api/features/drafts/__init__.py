"""What somebody is still writing: replies, notes, new tickets and tasks, saved as osTicket saves them."""
