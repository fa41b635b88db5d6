"""Public interface of streams for the rest of the application."""

from osticket_api.features.stream.serving import Streams

__all__ = ["Streams"]
