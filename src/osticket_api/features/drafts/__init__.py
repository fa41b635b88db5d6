"""Drafts of replies, notes, messages, new tickets and tasks, saved as osTicket saves them."""
