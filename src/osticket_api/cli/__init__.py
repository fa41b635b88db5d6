"""The command `osticket-api`."""
