"""Comparing rows with what is known of them, in the database: only what differs comes here."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from osticket_api.db import tables as t
from osticket_api.db.dialect import joined, upsert
from osticket_api.db.statements import any_numbered, in_literals, numbered
from osticket_api.db.tables.own_events import api_copy
from osticket_api.db.unit import Read, Write
from osticket_api.events.watches import LARGE, SEPARATOR, SMALL, WATCHES, Watch

PART: Final = 400
"""How many ids of a large table are compared at once: as many as take less than 5 ms."""
FILLED: Final = 2000
"""How many ids of a table are taken as known at once, before anybody watches. Reading them locks none."""


@dataclass(frozen=True)
class Difference:
    """A row that is not as it was known. `before` is None for a new row, `after` for one that is gone."""

    kind: str
    id: int
    before: str | None
    after: str | None
    thread_id: int | None = None

    @property
    def is_wider(self) -> bool:
        """Whether the row is as it was known, and only more of it is compared than before an upgrade."""
        return self.before is not None and (self.after or "").startswith(self.before + SEPARATOR)


def compare_small(tx: Read) -> list[Difference]:
    """What differs in the tables that are small enough to be compared as a whole, in one statement."""
    return _differences(tx, _all_small(tx.is_sqlite), {})


def compare_part(tx: Read, watch: Watch, first: int) -> list[Difference]:
    """What differs among the ids of a large table from `first` on, `PART` of them."""
    return _differences(tx, _part(watch.kind, tx.is_sqlite), {"first": first, "last": first + PART - 1})


def compare_rows(tx: Read, watch: Watch, ids: Iterable[int]) -> list[Difference]:
    """The differences of these rows."""
    listed = sorted(set(ids))
    if not listed:
        return []
    parameters = numbered("id", listed)
    return _differences(tx, _rows(watch.kind, tx.is_sqlite, len(parameters)), parameters)


def compare_keys(tx: Read, keys: Iterable[tuple[str, int]]) -> list[Difference]:
    """What differs among these rows of several tables."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, id in keys:
        by_kind[kind].append(id)
    return [each for kind, ids in by_kind.items() for each in compare_rows(tx, WATCHES[kind], ids)]


def newest_ids(tx: Read) -> dict[str, int]:
    """The greatest id of each large table."""
    (row,) = tx.prepared(_newest(), {})
    return {watch.kind: newest or 0 for watch, newest in zip(LARGE, row, strict=True)}


def next_id(tx: Read, watch: Watch, first: int) -> int | None:
    """The first id from here on that is there or known, None at the end."""
    copy = api_copy.c
    there = tx.scalar(select(func.min(watch.identity)).where(watch.identity >= first))
    known = tx.scalar(select(func.min(copy.id)).where(copy.kind == watch.kind, copy.id >= first))
    return min((id for id in (there, known) if id is not None), default=None)


def remember(tx: Write, differences: Iterable[Difference]) -> None:
    """Store the state of rows that differed: from now on it is known."""
    for difference in differences:
        key = {"kind": difference.kind, "id": difference.id}
        if difference.after is None:
            tx.change(delete(api_copy).where(*(api_copy.c[name] == value for name, value in key.items())))
        else:
            upsert(tx, api_copy, key, {"state": difference.after, **_thread(difference)})


def _thread(difference: Difference) -> dict[str, int]:
    return {} if difference.thread_id is None else {"thread_id": difference.thread_id}


def fill_part(tx: Write, watch: Watch, first: int) -> None:
    """Take `FILLED` ids as known that were there before anybody watched, and tell nothing of them."""
    copy, last = api_copy.c, first + FILLED - 1
    known = select(copy.id).where(copy.kind == watch.kind, copy.id.between(first, last))
    statement = select(
        literal_column(f"'{watch.kind}'"), watch.identity, _thread_id(watch), _state(watch, tx.is_sqlite)
    ).where(watch.identity.between(first, last), watch.identity.not_in(known))
    columns = (api_copy.c.kind, api_copy.c.id, api_copy.c.thread_id, api_copy.c.state)
    tx.change(insert(api_copy).from_select(list(columns), statement))


def known_rows(tx: Read, watch: Watch, ids: Sequence[int]) -> dict[int, str]:
    """The states of these rows as they are known."""
    if not ids:
        return {}
    copy = api_copy.c
    rows = tx.rows(select(copy.id, copy.state).where(copy.kind == watch.kind, copy.id.in_(ids)))
    return {row.id: row.state for row in rows}


def known_of_thread(tx: Read, thread_ids: Sequence[int]) -> dict[int, Any]:
    """Rows of `api_copy` by the thread that belongs to them: it tells whose thread one was that is gone."""
    rows = tx.rows(select(api_copy).where(api_copy.c.thread_id.in_(thread_ids)))
    return {row.thread_id: row for row in rows}


def _differences(tx: Read, statement: Any, parameters: dict[str, Any]) -> list[Difference]:
    rows = tx.prepared(statement, parameters)
    return [
        Difference(kind, int(id), *states) for kind, id, *states in rows
    ]  # MySQL unites two kinds of INT as DECIMAL.


@lru_cache(maxsize=1)
def _newest() -> Select[Any]:
    newest = [select(func.max(watch.identity)).scalar_subquery().label(watch.kind) for watch in LARGE]
    return select(*newest)


@lru_cache(maxsize=8)
def _all_small(is_sqlite: bool) -> Select[Any]:
    parts = union_all(*(each for watch in SMALL for each in _both_ways(watch, is_sqlite, None))).subquery("small")
    return select(*parts.c)


@lru_cache(maxsize=32)
def _part(kind: str, is_sqlite: bool) -> Select[Any]:
    watch = WATCHES[kind]
    bounds = (bindparam("first", type_=Integer()), bindparam("last", type_=Integer()))
    ways = _both_ways(watch, is_sqlite, lambda column: column.between(*bounds))
    parts = union_all(*ways).subquery("part")
    return select(*parts.c)


@lru_cache(maxsize=64)
def _rows(kind: str, is_sqlite: bool, count: int) -> Select[Any]:
    watch = WATCHES[kind]
    ways = _both_ways(watch, is_sqlite, lambda column: any_numbered(column, "id", count))
    parts = union_all(*ways).subquery("some")
    return select(*parts.c)


def _both_ways(watch: Watch, is_sqlite: bool, within: Any) -> list[Select[Any]]:
    """Rows that are new or different, and rows that are known but gone."""
    state, copy = _state(watch, is_sqlite), api_copy.c
    kind = literal_column(f"'{watch.kind}'", String())
    is_known = and_(copy.kind == kind, copy.id == watch.identity)
    there = (
        select(
            kind.label("kind"),
            watch.identity.label("id"),
            copy.state.label("before"),
            state.label("after"),
            _thread_id(watch).label("thread_id"),
        )
        .select_from(watch.table.outerjoin(api_copy, is_known))
        .where(or_(copy.state.is_(None), copy.state != state))
    )
    gone = (
        select(kind, copy.id, copy.state, null(), copy.thread_id)
        .select_from(api_copy.outerjoin(watch.table, watch.identity == copy.id))
        .where(copy.kind == kind, watch.identity.is_(None))
    )
    if within is None:
        return [there, gone]
    return [there.where(within(watch.identity)), gone.where(within(copy.id))]


def _thread_id(watch: Watch) -> ColumnElement[Any]:
    """Asked for each row that comes out only, not for each that is compared."""
    if watch.thread_type is None:
        return null()
    thread = t.thread.c
    belongs = (thread.object_id == watch.identity, in_literals(thread.object_type, (watch.thread_type,)))
    return select(func.min(thread.id)).where(*belongs).scalar_subquery()


def _state(watch: Watch, is_sqlite: bool) -> ColumnElement[str]:
    return joined(is_sqlite, watch.columns(is_sqlite), SEPARATOR)
