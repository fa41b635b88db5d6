"""Mails that come in: what we store of each, held against what the real osTicket stored of the same bytes."""
