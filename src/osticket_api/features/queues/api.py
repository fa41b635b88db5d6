"""Public interface of queues for the rest of the application."""

from osticket_api.features.queues.queries import tickets_in_queue

__all__ = ["tickets_in_queue"]
