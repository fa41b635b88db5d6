"""The filters of ticket lists: from query parameters to SQL conditions."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, StringConstraints
from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.sql.expression import literal

from osticket_api.access.principal import Principal, Staff, User
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.engine import Read
from osticket_api.errors import Fault, Faults, Invalid
from osticket_api.features.search.match import tickets_matching
from osticket_api.features.tickets.columns import due_at
from osticket_api.kit.nearest import did_you_mean
from osticket_api.web.input import Parameters
from osticket_api.web.paging import MAX_PER_PAGE

_NONE = "none"
_MAX_ID = 2**32 - 1
_STATES = ("open", "closed", "archived", "deleted")
_SOURCES = ("Web", "Email", "Phone", "API", "Other")

Ids = Annotated[str, StringConstraints(max_length=2000)]
Moment = Annotated[str, StringConstraints(max_length=40)]


class TicketQuery(Parameters):
    """Parameters of ticket lists. Several filters narrow together; a comma means "or"."""

    model_config = ConfigDict(extra="allow")

    page: int | None = Field(None, ge=1, description="Page number, from 1.")
    per_page: int = Field(20, ge=1, le=MAX_PER_PAGE, description="Tickets on a page.")
    cursor: str | None = Field(None, max_length=1000, description="`meta.next_cursor` of the page before.")
    sort: str = Field("-created_at", max_length=200, description="Keys, comma separated; `-` for descending.")
    total: bool = Field(True, description="Whether to count all tickets that match.")
    fields: str | None = Field(None, max_length=1000, description="Only these fields of each ticket.")
    include: str | None = Field(None, max_length=200, description="Nothing is on offer in lists yet.")

    status: str | None = Field(None, max_length=500, description="A state, or names or ids of statuses.")
    state: str | None = Field(None, max_length=100, description="open, closed, archived, deleted.")
    department_id: Ids | None = None
    team_id: Ids | None = Field(None, description="Ids, or none.")
    staff_id: Ids | None = Field(None, description="Ids, `me`, or `none`.")
    user_id: Ids | None = Field(None, description="Ids, or `me`.")
    organization_id: Ids | None = None
    topic_id: Ids | None = Field(None, description="Ids, or none.")
    priority_id: Ids | None = None
    sla_id: Ids | None = Field(None, description="Ids, or none.")
    source: str | None = Field(None, max_length=100, description="Web, Email, Phone, API, Other.")
    parent_id: Ids | None = Field(None, description="Ids, or none.")
    number: str | None = Field(None, max_length=500)
    overdue: bool | None = None
    answered: bool | None = None
    assigned: bool | None = Field(None, description="Whether an agent or a team has it.")
    created_after: Moment | None = Field(None, description="RFC 3339, or a date for the whole day.")
    created_before: Moment | None = None
    updated_after: Moment | None = None
    updated_before: Moment | None = None
    closed_after: Moment | None = None
    closed_before: Moment | None = None
    due_after: Moment | None = None
    due_before: Moment | None = None
    q: str | None = Field(None, max_length=500, description="Full text: every word must occur.")

    def custom(self) -> dict[str, str]:
        """The `field.<name>` filters."""
        return {name.removeprefix("field."): value for name, value in self._extras() if name.startswith("field.")}

    def refuse_unknown(self) -> None:
        """Raises: Invalid for parameters that mean nothing here."""
        known = [*type(self).model_fields, "field.<name>"]
        unknown = [name for name, _ in self._extras() if not name.startswith("field.") or name == "field."]
        if unknown:
            raise Invalid(
                *(
                    Fault("unknown_parameter", f"{name} is unknown.{did_you_mean(name, known)}", name)
                    for name in unknown
                )
            )

    def _extras(self) -> Iterable[tuple[str, str]]:
        return ((name, str(value)) for name, value in (self.model_extra or {}).items())

    def filtering(self) -> dict[str, Any]:
        """Only the filters that are set, for telling one list from another."""
        paging = {"page", "per_page", "cursor", "sort", "total", "fields", "include"}
        return self.model_dump(exclude_none=True, exclude=paging)


def conditions(tx: Read, principal: Principal, query: TicketQuery) -> list[ColumnElement[bool]]:
    """The SQL conditions of all filters that are set.

    Raises: Invalid naming every parameter whose value is wrong.
    """
    query.refuse_unknown()
    faults = Faults()
    reader = _Reader(tx, principal, query, faults)
    found = [*reader.references(), *reader.switches(), *reader.moments(), *reader.texts()]
    faults.raise_if_any()
    return found


class _Reader:
    def __init__(self, tx: Read, principal: Principal, query: TicketQuery, faults: Faults) -> None:
        self.tx, self.principal, self.query, self.faults = tx, principal, query, faults

    def references(self) -> Iterable[ColumnElement[bool]]:
        ticket = t.ticket.c
        columns: dict[str, tuple[ColumnElement[Any], dict[str, int | None]]] = {
            "department_id": (ticket.dept_id, {}),
            "team_id": (ticket.team_id, {_NONE: None}),
            "staff_id": (ticket.staff_id, {_NONE: None, **self._me(Staff)}),
            "user_id": (ticket.user_id, self._me(User)),
            "topic_id": (ticket.topic_id, {_NONE: None}),
            "sla_id": (ticket.sla_id, {_NONE: None}),
            "parent_id": (ticket.ticket_pid, {_NONE: None}),
        }
        for name, (column, words) in columns.items():
            value = getattr(self.query, name)
            if value is not None:
                yield _one_of(column, self._ids(name, value, words))
        yield from self._related()

    def _me(self, kind: type[Staff] | type[User]) -> dict[str, int | None]:
        return {"me": self.principal.id} if isinstance(self.principal, kind) else {}

    def _related(self) -> Iterable[ColumnElement[bool]]:
        if self.query.organization_id is not None:
            ids = self._ids("organization_id", self.query.organization_id, {})
            yield t.ticket.c.user_id.in_(select(t.user.c.id).where(_one_of(t.user.c.org_id, ids)))
        if self.query.priority_id is not None:
            ids = self._ids("priority_id", self.query.priority_id, {})
            yield _answered("priority", t.form_entry_values.c.value_id.in_(ids))

    def _ids(self, name: str, value: str, words: dict[str, int | None]) -> list[int | None]:
        found: list[int | None] = []
        for part in value.split(","):
            part = part.strip()
            if part in words:
                found.append(words[part])
            elif part.isascii() and part.isdigit() and int(part) <= _MAX_ID:
                found.append(int(part))
            else:
                choices = "".join(f", {word}" for word in words)
                self.faults.add(name, f"{part or 'nothing'} is no id. Ids{choices}, separated by commas, are possible.")
        return found

    def switches(self) -> Iterable[ColumnElement[bool]]:
        ticket = t.ticket.c
        if self.query.overdue is not None:
            yield ticket.isoverdue == self.query.overdue
        if self.query.answered is not None:
            yield ticket.isanswered == self.query.answered
        if self.query.assigned is not None:
            somebody = or_(ticket.staff_id != 0, ticket.team_id != 0)
            yield somebody if self.query.assigned else ~somebody

    def moments(self) -> Iterable[ColumnElement[bool]]:
        columns = {"created": t.ticket.c.created, "updated": t.ticket.c.updated, "closed": t.ticket.c.closed}
        for name, column in {**columns, "due": due_at()}.items():
            after, before = getattr(self.query, f"{name}_after"), getattr(self.query, f"{name}_before")
            if after is not None and (moment := self._moment(f"{name}_after", after, end=False)):
                yield column >= moment
            if before is not None and (moment := self._moment(f"{name}_before", before, end=True)):
                yield column < moment

    def _moment(self, name: str, value: str, *, end: bool) -> datetime | None:
        """A moment as given, or the first of a whole day in the help desk's zone (`end`: of the day after it)."""
        try:
            if len(value) == len("2026-01-31"):
                day = date.fromisoformat(value) + timedelta(days=1 if end else 0)
                return datetime.combine(day, time(), self._zone())
            moment = datetime.fromisoformat(value)
        except (ValueError, OverflowError):
            moment = None
        if moment is None or moment.tzinfo is None:
            self.faults.add(name, f"{value} is no RFC 3339 moment with a zone, and no date.")
            return None
        return moment

    def _zone(self) -> Any:
        name = load_config(self.tx).text("default_timezone")
        try:
            return ZoneInfo(name) if name else self.tx.zone
        except (KeyError, ValueError, OSError):
            return self.tx.zone

    def texts(self) -> Iterable[ColumnElement[bool]]:
        if self.query.status is not None:
            yield self._statuses("status", self.query.status)
        if self.query.state is not None:
            yield self._statuses("state", self.query.state, only=_STATES)
        if self.query.source is not None:
            yield t.ticket.c.source.in_(self._sources(self.query.source))
        if self.query.number is not None:
            yield t.ticket.c.number.in_([part.strip() for part in self.query.number.split(",")])
        if self.query.q is not None and (matching := tickets_matching(self.tx, self.query.q)) is not None:
            yield t.ticket.c.ticket_id.in_(matching)
        for name, value in self.query.custom().items():
            yield _answered(name, or_(*(_holds(part.strip()) for part in value.split(","))))

    def _statuses(self, name: str, value: str, only: tuple[str, ...] | None = None) -> ColumnElement[bool]:
        """Statuses by state, name or id, as the list of their ids, which an index can serve."""
        chosen: list[int] = []
        for part in value.split(","):
            matching = [
                status.id for status in _all_statuses(self.tx) if part.strip().lower() in _names(status, bool(only))
            ]
            if not matching:
                known = only or (*_STATES[:2], *(status.name for status in _all_statuses(self.tx)))
                self.faults.add(
                    name, f"{part.strip()} is no {name}.{did_you_mean(part, known)}", detail={"allowed": known}
                )
            chosen += matching
        return t.ticket.c.status_id.in_(chosen)

    def _sources(self, value: str) -> list[str]:
        known = {source.lower(): source for source in _SOURCES}
        found = [known.get(part.strip().lower()) for part in value.split(",")]
        if None in found:
            self.faults.add("source", "No such source.", detail={"allowed": _SOURCES})
        return [source for source in found if source is not None]


def _names(status: Any, states_only: bool) -> tuple[str, ...]:
    return (status.state,) if states_only else (status.state, status.name.lower(), str(status.id))


def _all_statuses(tx: Read) -> Any:
    kept = tx.memory.get("statuses")
    if kept is None:
        status = t.ticket_status.c
        kept = tx.rows(select(status.id, status.name, status.state).where(status.state.is_not(None)))
        tx.memory.put("statuses", kept, 5)
    return kept


def _one_of(column: ColumnElement[Any], ids: list[int | None]) -> ColumnElement[bool]:
    if not ids:
        return false()
    listed = [each for each in ids if each is not None]
    if None not in ids:
        return column.in_(listed)
    return or_(column.in_(listed), column == None) if listed else column == None  # noqa: E711


def _answered(name: str, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The ticket has an answer to the field of this name that meets the condition."""
    entry, field, value = t.form_entry.c, t.form_field.c, t.form_entry_values.c
    return exists(
        select(literal(1))
        .select_from(
            t.form_entry.join(t.form_entry_values, value.entry_id == entry.id).join(
                t.form_field, field.id == value.field_id
            )
        )
        .where(and_(entry.object_type == "T", entry.object_id == t.ticket.c.ticket_id, field.name == name), condition)
    )


def _holds(wanted: str) -> ColumnElement[bool]:
    """An answer is this text, this id, or a choice with this key or label."""
    value = t.form_entry_values.c
    ways: list[ColumnElement[bool]] = [
        value.value == wanted,
        value.value.contains(f'"{wanted}":', autoescape=True),
        value.value.contains(f':"{wanted}"', autoescape=True),
    ]
    if wanted.isascii() and wanted.isdigit() and int(wanted) <= _MAX_ID:
        ways.append(value.value_id == int(wanted))
    return or_(*ways)
