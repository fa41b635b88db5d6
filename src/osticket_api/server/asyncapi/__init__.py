"""`/asyncapi.json`: AsyncAPI 3.0, made from the catalogue of events."""

from osticket_api.server.asyncapi.document import describe_events, document

__all__ = ["describe_events", "document"]
