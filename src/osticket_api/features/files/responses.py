"""Response models for stored files."""

import msgspec


class File(msgspec.Struct):
    """A stored file. Attach it by its `id` within a day, or it is cleaned away."""

    id: int
    name: str
    size: int
    """The size in bytes."""
    content_type: str
    url: str
