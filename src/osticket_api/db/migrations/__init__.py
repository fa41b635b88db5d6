"""Migrations of our own tables. osTicket's tables are not touched by any of them."""
