"""What is attached to an article, as it leaves."""

import msgspec


class AttachedFile(msgspec.Struct):
    file_id: int
    name: str
    size: int
    """In bytes."""
    content_type: str
    url: str
