"""SLA plans: which one a ticket gets, and when it is due by it."""
