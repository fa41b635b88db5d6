"""Response models besides the stream itself."""

import msgspec


class StreamTicket(msgspec.Struct):
    """A ticket that opens one stream, once, for clients that send no headers."""

    ticket: str
    expires_in: int
    """Seconds."""
    url: str
