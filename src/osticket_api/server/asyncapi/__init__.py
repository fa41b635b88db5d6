"""`/asyncapi.json`: AsyncAPI 3.0, made from the catalogue of events."""

from osticket_api.server.asyncapi.document import document

__all__ = ["document"]
