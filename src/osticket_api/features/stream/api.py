"""What the rest of the application may use of streams."""

from osticket_api.features.stream.serving import Streams

__all__ = ["Streams"]
