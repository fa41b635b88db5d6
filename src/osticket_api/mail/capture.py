"""Mails that the embedded help desk stores instead of sending: rows, and `.eml` files for the person who tries it.

The files hold what the rows hold. They are written after the commit, and the newest of them are kept.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import Row, select

from osticket_api.db.engine import Database
from osticket_api.db.tables.own_mail import api_outgoing_mail
from osticket_api.db.unit import Read
from osticket_api.kit.private_file import write_private
from osticket_api.mail import making, mime
from osticket_api.mail.letters import Letter, from_stored
from osticket_api.mail.variables.records import ReadFiles

MOST_FILES: Final = 200

_mail: Final = api_outgoing_mail.c
_log = structlog.get_logger("mail")


def newest_captured(tx: Read, limit: int, after: int = 0) -> Sequence[Row[Any]]:
    """The newest captured mails behind an id, newest first, without what they say."""
    columns = (_mail.id, _mail.created_at, _mail.recipients, _mail.subject)
    captured = select(*columns).where(_mail.state == making.STORED, _mail.id > after)
    return tx.rows(captured.order_by(_mail.id.desc()).limit(limit))


def find_captured(tx: Read, mail_id: int, read_files: ReadFiles) -> tuple[Letter, bytes] | None:
    """A captured mail, and the bytes that a mail server would get; None where it is missing or was not captured."""
    row = tx.row(select(_mail.content, _mail.created_at).where(_mail.id == mail_id, _mail.state == making.STORED))
    if row is None:
        return None
    letter = from_stored(tx.vault, row.content)
    contents = read_files(tx, [file.file_id for file in letter.files]) if letter.files else {}
    return letter, mime.to_bytes(letter, contents, row.created_at)


class CapturedFiles:
    """Writes each captured mail to a folder, under a name made of its moment and its id."""

    def __init__(self, database: Database, folder: Path, read_files: ReadFiles, most: int = MOST_FILES) -> None:
        self._database = database
        self._folder = folder
        self._read_files = read_files
        self._most = most
        self._last_id = 0

    async def write_new(self) -> None:
        """Write the mails that have no file yet. A folder that cannot be written to keeps no mail from being made."""
        rows = await self._database.read(newest_captured, self._most, self._last_id)
        try:
            for row in reversed(rows):
                await self._write(row)
                self._last_id = row.id
            if rows:
                await asyncio.to_thread(self._remove_oldest)
        except OSError as error:
            _log.warning("captured_mail_not_written", folder=str(self._folder), reason=error.strerror)

    async def _write(self, row: Row[Any]) -> None:
        path = self._folder / f"{row.created_at:%Y%m%d-%H%M%S}-{row.id:06}.eml"
        found = await self._database.read(find_captured, row.id, self._read_files)
        if found is not None:
            await asyncio.to_thread(_write_file, path, found[1])

    def _remove_oldest(self) -> None:
        for path in sorted(self._folder.glob("*.eml"))[: -self._most]:
            path.unlink(missing_ok=True)


def _write_file(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, content, replace=True)
