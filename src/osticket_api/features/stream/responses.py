"""What leaves besides the stream itself."""

import msgspec


class StreamTicket(msgspec.Struct):
    """Opens one stream, once, for whom sends no headers."""

    ticket: str
    expires_in: int
    """Seconds."""
    url: str
