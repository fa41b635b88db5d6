"""Response models for files attached to articles."""

import msgspec


class AttachedFile(msgspec.Struct):
    file_id: int
    name: str
    size: int
    """The size in bytes."""
    content_type: str
    url: str
