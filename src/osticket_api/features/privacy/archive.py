"""Everything about a user in one ZIP archive: a JSON file with the rows of each table, and the files."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec
from sqlalchemy import Row, Table, func, or_, select

from osticket_api.audit.entries import add_entry
from osticket_api.db import tables as t
from osticket_api.db.tables import own
from osticket_api.db.tables.own_mail import api_mail_occasion
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, NotAvailable, NotFound
from osticket_api.features.files.api import open_content, read_piece
from osticket_api.features.privacy.records import Records, records_of
from osticket_api.kit.vault import is_sealed

_HIDDEN: Final = re.compile(r"passw|_hash|token|secret|fingerprint")
_NOT_IN_NAMES: Final = re.compile(r"[^\w.() -]")
_LEFT_OUT: Final = {api_mail_occasion: {"facts"}, own.api_idempotency: {"idempotency_key"}}
"""Columns that are left out, since their values could be used to get in."""


def write_archive(tx: Read, user_id: int, target: IO[bytes], most_bytes: int | None = None) -> dict[str, int]:
    """Write the archive. Returns how many rows of each table are in it, and how many files.

    Raises: NotFound, Conflict where the files have more bytes than `most_bytes`.
    """
    if tx.scalar(select(t.user.c.id).where(t.user.c.id == user_id)) is None:
        raise NotFound.because(f"There is no user {user_id}.")
    records = records_of(tx, user_id)
    files = list(_files(tx, records))
    _check_size(sum(row.size for row in files), most_bytes)
    found = {table.name: _rows(tx, table, condition) for table, condition in tables_of(tx, records).items()}
    counts = {name: len(rows) for name, rows in found.items()}
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        about = {"user_id": user_id, "exported_at": tx.now, "tables": found}
        archive.writestr("data.json", msgspec.json.format(msgspec.json.encode(about, enc_hook=_written), indent=2))
        for row in files:
            _add_file(tx, archive, row)
    return {**counts, "files": len(files)}


def record_export(tx: Write, user_id: int, counts: Mapping[str, int]) -> None:
    """Add the entry of an export to the audit log."""
    rows = {name: count for name, count in counts.items() if count}
    add_entry(tx, "done", None, [{"kind": "privacy_export", "user_id": user_id, "rows": rows}])


def tables_of(tx: Read, records: Records) -> dict[Table, Any]:
    """For each table, which of its rows are about the user."""
    return {**records.osticket(), **(records.ours() if tx.has_own_tables else {})}


def _rows(tx: Read, table: Table, condition: Any) -> list[dict[str, Any]]:
    left_out = _LEFT_OUT.get(table, set())
    columns = [each for each in table.c if not _HIDDEN.search(each.name) and each.name not in left_out]
    rows = tx.rows(select(*columns).where(condition).order_by(*table.primary_key))
    return [{name: _to_json(value) for name, value in row._mapping.items()} for row in rows]


def _to_json(value: Any) -> Any:
    """A value as it can be written; what is encrypted is a link or a code, which would still open something."""
    if not isinstance(value, bytes):
        return value
    return None if is_sealed(value) else value.decode(errors="replace")


def _written(value: Any) -> str:
    return str(value)


def _files(tx: Read, records: Records) -> Iterator[Row[Any]]:
    """The files that were attached to the user's conversations, and those that the user uploaded."""
    attached = select(t.attachment.c.file_id).where(records.osticket()[t.attachment])
    wanted = [t.file.c.id.in_(attached)]
    if tx.has_own_tables:
        uploaded = select(own.api_upload.c.file_id).where(own.api_upload.c.principal == records.key)
        wanted.append(t.file.c.id.in_(uploaded))
    size = func.coalesce(t.file.c.size, 0).label("size")
    yield from tx.rows(select(t.file.c.id, t.file.c.name, size).where(or_(*wanted)).order_by(t.file.c.id))


def _check_size(size: int, most_bytes: int | None) -> None:
    if most_bytes is not None and size > most_bytes:
        raise Conflict.because(
            f"The files about this user have {size} bytes: use `osticket-api privacy export`.", code="too_large"
        )


def _add_file(tx: Read, archive: ZipFile, row: Row[Any]) -> None:
    """Add a file. One whose content is lost, or is kept where this server cannot read it, stands in the rows alone."""
    name = _NOT_IN_NAMES.sub("_", row.name)[-120:].lstrip(".")
    with suppress(NotFound, NotAvailable), TemporaryFile() as whole:
        for piece in open_content(tx, row.id).pieces():
            whole.write(read_piece(tx, piece))
        whole.seek(0)
        with archive.open(f"files/{row.id}-{name or 'file'}", "w") as entry:
            copyfileobj(whole, entry)
