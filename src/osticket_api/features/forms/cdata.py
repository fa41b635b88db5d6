"""The lookup tables `ticket__cdata`, `task__cdata`, `user__cdata`, `organization__cdata`: a column per field.

osTicket drops and rebuilds them whenever a form changes, so table and columns may be missing at any moment. What is
missing is left out: osTicket fills it in when it rebuilds the table.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Column, Integer, MetaData, Table, delete, inspect
from sqlalchemy.exc import NoSuchTableError, OperationalError, ProgrammingError

from osticket_api.db import tables as t
from osticket_api.db.caches import CDATA, CDATA_LOOKED
from osticket_api.db.dialect import upsert
from osticket_api.db.failures import mysql_code
from osticket_api.db.types import Plain
from osticket_api.db.unit import Read, Write

_TABLES: Final = {
    "T": (t.ticket_cdata, "ticket_id"),
    "A": (t.task_cdata, "task_id"),
    "U": (t.user_cdata, "user_id"),
    "O": (t.organization_cdata, "org_id"),
}
_MYSQL_MISSING = {1146, 1054}


def write(tx: Write, object_type: str, object_id: int, texts: Mapping[str, str]) -> None:
    """Put the texts in the object's row, as far as their columns exist. Source: tickets.md 1.16.4."""
    table = _reflected(tx, object_type, texts)
    present = {name: text for name, text in texts.items() if table is not None and name in table.c}
    if table is not None and present:
        with _tolerant(tx, object_type):
            upsert(tx, table, {_TABLES[object_type][1]: object_id}, present)


def remove(tx: Write, object_type: str, object_id: int) -> None:
    """Take the object's row away."""
    table = _reflected(tx, object_type, ())
    if table is not None:
        with _tolerant(tx, object_type):
            tx.change(delete(table).where(table.c[_TABLES[object_type][1]] == object_id))


@contextmanager
def _tolerant(tx: Write, object_type: str) -> Iterator[None]:
    """Should osTicket take the table away this very moment, the statement is lost and the transaction goes on."""
    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        if not _is_missing(error):
            raise
        tx.caches.drop(CDATA, object_type)


def _reflected(tx: Read, object_type: str, wanted: Iterable[str]) -> Table | None:
    """The table with the columns it has. Before a wanted column is given up, it is looked for again."""
    if object_type not in _TABLES:
        return None
    known = tx.find_cached(CDATA, object_type)
    if known is None or (_lacks(known.value[0], wanted) and tx.find_cached(CDATA_LOOKED, object_type) is None):
        known = tx.make_cached(CDATA, object_type, lambda: (_look(tx, object_type),))
        tx.make_cached(CDATA_LOOKED, object_type, lambda: True)
    return known.value[0]


def _lacks(table: Table | None, wanted: Iterable[str]) -> bool:
    return table is None or not all(name in table.c for name in wanted)


def _look(tx: Read, object_type: str) -> Table | None:
    declared, key = _TABLES[object_type]
    try:
        names = [column["name"] for column in inspect(tx.connection).get_columns(declared.name)]
    except NoSuchTableError:
        return None
    texts: list[Column[Any]] = [Column(name, Plain()) for name in names if name != key]
    return Table(declared.name, MetaData(), Column(key, Integer, primary_key=True, autoincrement=False), *texts)


def _is_missing(error: OperationalError | ProgrammingError) -> bool:
    return mysql_code(error) in _MYSQL_MISSING or "no such" in str(error.orig) or "no column" in str(error.orig)
