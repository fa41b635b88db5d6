"""The full-text index of osTicket: its rows, and what is found in them. Source: tickets.md 8."""
