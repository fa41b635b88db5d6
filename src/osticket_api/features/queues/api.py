"""What other features may use of queues."""

from osticket_api.features.queues.queries import tickets_in_queue

__all__ = ["tickets_in_queue"]
