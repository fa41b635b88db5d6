"""Lists as files: CSV for spreadsheets, JSON lines for programs. Streamed page by page, however long they are."""

import csv
import io
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from osticket_api.access.field_rules import hide_from
from osticket_api.access.principal import Principal
from osticket_api.db.engine import Database
from osticket_api.web.envelope import encode
from osticket_api.web.fields import select_fields
from osticket_api.web.handlers import Handler, is_page, item_of
from osticket_api.web.input import Parameters
from osticket_api.web.paging import MAX_PER_PAGE, Labels, Page

CSV: Final = "text/csv"
JSON_LINES: Final = "application/jsonl"
_TYPES: Final = {CSV: CSV, JSON_LINES: JSON_LINES, "application/x-ndjson": JSON_LINES}
_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
"""Characters that spreadsheets take for the beginning of a formula, or skip before one."""
_WORDS: Final = {"id": "ID", "sla": "SLA", "ip_address": "IP address"}

_Labels = Mapping[str, Mapping[str, str]]
"""Labels of keys in fields whose keys differ between help desks: by the field, then by the key."""
Read = Callable[[Parameters], Awaitable[Page[Any]]]
"""The page that a query asks for."""


def wanted_type(request: Request, handler: Handler) -> str | None:
    """The type of file that the caller accepts instead of a page of JSON; None for a page."""
    if not is_page(handler.returns) or handler.query is None or request.method not in ("GET", "HEAD"):
        return None
    accepted = [part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "").split(",")]
    if "application/json" in accepted:
        return None
    return next((_TYPES[each] for each in accepted if each in _TYPES), None)


async def export(request: Request, handler: Handler, content_type: str, query: Parameters, read: Read) -> Response:
    """Export all rows that the query finds, whatever page it asks for. The first page is read before the answer begins.

    Raises: what the handler does.
    """
    pages = _Pages(read, _from_the_start(query), request.state.principal)
    first = await pages.next()
    database: Database = request.app.state.database
    fields, item = getattr(query, "fields", None), item_of(handler.returns)
    labels = await database.read(pages.labels) if pages.labels and content_type == CSV else {}
    rows = _rows(pages, select_fields(first, item, fields), item, fields)
    name = request.scope["path"].rstrip("/").rpartition("/")[2]
    headers = {
        "Cache-Control": "no-store",
        "Vary": "Authorization, Cookie, X-API-Key, Accept",
        "Content-Disposition": f'attachment; filename="{name}.{"csv" if content_type == CSV else "jsonl"}"',
    }
    body = _as_csv(rows, item, fields, labels) if content_type == CSV else _as_json_lines(rows)
    media_type = f"{CSV}; charset=utf-8; header=present" if content_type == CSV else JSON_LINES
    if request.method == "HEAD":
        return Response(headers=headers, media_type=media_type)
    return StreamingResponse(body, headers=headers, media_type=media_type)


def _from_the_start(query: Parameters) -> Parameters:
    known = type(query).model_fields
    start = {"per_page": MAX_PER_PAGE, "cursor": None, "after": None, "total": False, "page": None}
    if "cursor" not in known:
        start["page"] = 1
    return query.model_copy(update={name: value for name, value in start.items() if name in known})


class _Pages:
    """The pages of a list, one after another, each read by itself."""

    def __init__(self, read: Read, query: Parameters, principal: Principal) -> None:
        self._read = read
        self._principal = principal
        self._query: Parameters | None = query
        self.labels: Labels | None = None

    async def next(self) -> Sequence[Any]:
        """The items of the next page; none after the last."""
        if self._query is None:
            return ()
        query, self._query = self._query, None
        page = await self._read(query)
        hide_from(self._principal, page.items)
        self.labels = page.labels
        if page.next_cursor and "cursor" in type(query).model_fields:
            self._query = query.model_copy(update={"cursor": page.next_cursor})
        elif len(page.items) == page.per_page and "cursor" not in type(query).model_fields:
            self._query = query.model_copy(update={"page": (page.page or 1) + 1})
        return page.items


async def _rows(pages: _Pages, first: Sequence[Any], item: Any, fields: str | None) -> AsyncIterator[Sequence[Any]]:
    selected = first
    while selected:
        yield selected
        selected = select_fields(await pages.next(), item, fields)


async def _as_json_lines(pages: AsyncIterator[Sequence[Any]]) -> AsyncIterator[bytes]:
    async for items in pages:
        yield b"".join(encode(each) + b"\n" for each in items)


async def _as_csv(
    pages: AsyncIterator[Sequence[Any]], item: Any, fields: str | None, labels: _Labels
) -> AsyncIterator[bytes]:
    columns: Sequence[_Column] | None = None
    async for items in pages:
        rows = [msgspec.to_builtins(each) for each in items]
        lines = [[column.cell(row) for column in columns or ()] for row in rows]
        if columns is None:
            columns = _columns(item, fields, rows[0], labels)
            lines = [[column.label for column in columns]] + [[column.cell(row) for column in columns] for row in rows]
        yield _written(lines)
    if columns is None:
        yield _written([[column.label for column in _columns(item, fields, None, labels)]])


def _written(lines: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


@dataclass(frozen=True)
class _Column:
    label: str
    field: str
    part: str | None = None
    """The part to export: of a person or resource the name or address, of answers the key of one, of a list of values
    the place.
    """

    def cell(self, row: Mapping[str, Any]) -> str:
        value = row.get(self.field)
        if self.part is not None:
            value = _part(value, self.part)
        return harmless(_plain(value))


def _part(value: Any, part: str) -> Any:
    if isinstance(value, list):
        return value[int(part)] if part.isdecimal() else None
    return value.get(part) if isinstance(value, Mapping) else None


def _columns(item: Any, fields: str | None, row: Mapping[str, Any] | None, labels: _Labels) -> list[_Column]:
    """The columns of a kind of thing: what `include` did not ask for is absent in each row, and so are its columns."""
    wanted = {part.strip() for part in fields.split(",")} if fields else None
    found = []
    for field in msgspec.structs.fields(item):
        absent = field.name not in row if row is not None else _may_be_absent(field.type)
        if absent or (wanted is not None and field.name not in wanted):
            continue
        if field.name in labels:
            found += [_Column(label, field.name, key) for key, label in labels[field.name].items()]
            continue
        parts = _parts(field.type)
        label = _label(field.name)
        if "name" in parts:
            found.append(_Column(label, field.name, "name"))
            found += [_Column(f"{label} e-mail", field.name, "email")] if "email" in parts else []
        else:
            found.append(_Column(label, field.name))
    return _told_apart(found)


def _told_apart(columns: list[_Column]) -> list[_Column]:
    """The columns with labels that differ, and that no spreadsheet runs: what people call a field is theirs to say."""
    times = Counter(column.label for column in columns)
    return [
        replace(
            column, label=harmless(f"{column.label} ({column.part})" if _is_doubtful(column, times) else column.label)
        )
        for column in columns
    ]


def _is_doubtful(column: _Column, times: Mapping[str, int]) -> bool:
    return times[column.label] > 1 and column.part not in (None, "name")


def _may_be_absent(annotation: Any) -> bool:
    return msgspec.UnsetType in (annotation, *get_args(annotation))


def _parts(annotation: Any) -> frozenset[str]:
    """The fields of a thing that an annotation refers to."""
    for option in (annotation, *get_args(annotation)):
        if isinstance(option, type) and issubclass(option, msgspec.Struct):
            return frozenset(option.__struct_fields__)
    return frozenset()


def _label(name: str) -> str:
    words = _WORDS.get(name) or name.removesuffix("_at").removeprefix("is_").replace("_", " ")
    return words[:1].upper() + words[1:]


def _plain(value: Any) -> str:
    """A value as a cell shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        inner = _title(value)
        return _plain(inner) if inner else "; ".join(f"{_label(key)}: {text}" for key, text in _texts(value) if text)
    return "; ".join(_plain(each) for each in value) if isinstance(value, list) else str(value)


def _texts(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    return ((key, _plain(each)) for key, each in value.items())


def _title(value: Mapping[str, Any]) -> Any:
    """How people know a thing: a person or a team by its name, a choice by its label, an item of a list by its text."""
    if value.keys() == {"id", "value"}:
        return value["value"]
    return value.get("name") or value.get("number") or value.get("label")


def harmless(text: str) -> str:
    """A text that no spreadsheet runs: an apostrophe before what it would take for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
