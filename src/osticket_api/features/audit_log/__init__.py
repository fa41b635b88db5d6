"""The audit log of this server, and the system log of osTicket, for administrators."""
