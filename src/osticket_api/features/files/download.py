"""A stored file as something to send."""

from collections.abc import AsyncIterator

from osticket_api.db.engine import Database
from osticket_api.features.files.content import Content, stream


class Download:
    """The content of a file, read piece by piece while it is sent. Its tag is osTicket's own hash of the content."""

    def __init__(self, database: Database, content: Content) -> None:
        self._database = database
        self._content = content
        self.length = content.length
        self.tag = f'"{content.file.signature}-{content.length}"'

    def read(self, start: int, stop: int) -> AsyncIterator[bytes]:
        return stream(self._database, self._content.pieces(start, stop))
