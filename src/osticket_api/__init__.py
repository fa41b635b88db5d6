"""A REST API server that works beside osTicket on the same database."""

__version__ = "0.2.0"
