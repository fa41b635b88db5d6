"""The filters of ticket lists: from query parameters to SQL conditions."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

from pydantic import ConfigDict, Field
from sqlalchemy import ColumnElement, Select, false, or_, select

from osticket_api.access.principal import Principal, Staff, User
from osticket_api.db import tables as t
from osticket_api.db.answers import has_answer, is_answer
from osticket_api.db.caches import FIELD_NAMES, STATUSES
from osticket_api.db.statements import in_literals
from osticket_api.db.unit import Read
from osticket_api.errors import Fault, Faults, Invalid
from osticket_api.features.forms.api import VIEW, Audience
from osticket_api.features.tickets.activity import changed_since
from osticket_api.features.tickets.columns import audience_of, due_at, has_priority
from osticket_api.features.tickets.read_marks import is_unread
from osticket_api.kit.suggestions import did_you_mean, shortened
from osticket_api.query.filtering import NONE, FilterReader, Ids, Moment, Words, any_of, one_of
from osticket_api.query.listing import ListQuery
from osticket_api.search_index.match import Found, find_tickets
from osticket_api.search_index.terms import QUESTION
from osticket_api.web.input import Parameters

_STATES = ("open", "closed", "archived", "deleted")
_SOURCES = ("Web", "Email", "Phone", "API", "Other")
_MAX_ALTERNATIVES = 50


_HIDDEN_FILTERS = frozenset(
    {"team_id", "staff_id", "priority_id", "sla_id", "overdue", "assigned", "due_after", "due_before"}
)
_HIDDEN_KEYS = frozenset({"due_at", "priority"})
"""Keys by which users can neither filter nor sort, since they are not shown the field."""


_COMMON_FILTERS = frozenset({
    "status", "state", "department_id", "topic_id", "priority_id", "sla_id", "source", "overdue", "answered",
    "assigned", "created_after", "created_before", "closed_after", "closed_before", "due_after", "due_before",
})  # fmt: skip


class TicketsConcerned(Parameters):
    """Filters of tickets by where they are and whose they are. A comma means "or"."""

    RESOURCE: ClassVar = "ticket"
    TELLS: ClassVar = {
        "assigned": ("staff", "team"),
        "answered": ("is_answered",),
        "due_after": ("due_at", "sla_due_at"),
        "due_at": ("due_at", "sla_due_at"),
        "due_before": ("due_at", "sla_due_at"),
        "overdue": ("is_overdue",),
        "state": ("status",),
    }
    """The fields that filters and orders are about, where they are not called after them."""

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


class TicketQuery(TicketsConcerned, ListQuery):
    """Parameters of ticket lists. Several filters narrow together; a comma means "or"."""

    model_config = ConfigDict(extra="allow")
    NO_FILTERS: ClassVar[frozenset[str]] = frozenset({"include"})

    status: str | None = Field(None, max_length=500, description="A state, or names or ids of statuses.")
    state: str | None = Field(None, max_length=100, description="open, closed, archived, deleted.")
    number: str | None = Field(None, max_length=500)
    overdue: bool | None = None
    answered: bool | None = None
    assigned: bool | None = Field(None, description="Whether the ticket is assigned to an agent or a team.")
    unread: bool | None = Field(None, description="Whether others wrote what the caller has not read.")
    created_after: Moment | None = Field(None, description="RFC 3339, or a date for the whole day.")
    created_before: Moment | None = None
    updated_after: Moment | None = Field(
        None,
        description="Tickets to which anything happened since: a change, an entry (notes too), an event. Users hear of "
        "what they can see.",
    )
    updated_before: Moment | None = None
    closed_after: Moment | None = None
    closed_before: Moment | None = None
    due_after: Moment | None = None
    due_before: Moment | None = None
    q: str | None = Field(
        None,
        max_length=500,
        description=f"Full text: {QUESTION} At most the thousand best, for an agent the newest of words in more than "
        "12,000 texts; with a `sort` but `relevance` all that match, in that order. Text without a word, as an "
        "empty one, finds nothing.",
    )

    include: str | None = Field(
        None,
        max_length=200,
        description="More of each ticket: `last_message`, `counts`, `lock`, `collaborators`, `allowed`, `unread`.",
    )

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
                    Fault("unknown_parameter", f"{shortened(name)} is unknown.{did_you_mean(name, known)}", name)
                    for name in unknown
                )
            )

    def _extras(self) -> Iterable[tuple[str, str]]:
        return ((name, str(value)) for name, value in (self.model_extra or {}).items())


class Status(NamedTuple):
    """What the filters by status depend on."""

    id: int
    name: str
    state: str


def depends_on(tx: Read, principal: Principal, query: TicketQuery) -> tuple[tuple[Status, ...], Found | None]:
    """The statuses, and the hits of the full text: what the conditions depend on besides the query, without custom
    fields.
    """
    return all_statuses(tx), find_tickets(tx, principal, query.q) if query.q else None


def is_common(query: TicketQuery) -> bool:
    """Whether many tickets may match, and the filters say nothing of a person: other agents ask the same."""
    return query.filtering.keys() <= _COMMON_FILTERS


def chosen_statuses(tx: Read, query: TicketQuery) -> list[int]:
    """The ids of the statuses that the query asks for, all there are where it asks for none."""
    statuses: Sequence[Status] = all_statuses(tx)
    for name, states_only in (("status", False), ("state", True)):
        if value := getattr(query, name):
            parts = {part.strip().lower() for part in value.split(",")}
            statuses = [each for each in statuses if parts.intersection(_names(each, states_only))]
    return [each.id for each in statuses]


def conditions(tx: Read, principal: Principal, query: TicketQuery) -> list[ColumnElement[bool]]:
    """The SQL conditions of all filters that are set.

    Raises: Invalid naming every parameter whose value is wrong.
    """
    query.refuse_unknown()
    faults = Faults()
    _refuse_hidden(principal, query, faults)
    found = list(_Reader(tx, principal, query, faults).all())
    faults.raise_if_any()
    return found


def _refuse_hidden(principal: Principal, query: TicketQuery, faults: Faults) -> None:
    """Refuse filters and sort keys of hidden fields, by which the caller could find out hidden values."""
    if not isinstance(principal, User):
        return
    keys = {f"sort={key.strip()}" for key in query.sort.split(",") if key.strip().lstrip("-") in _HIDDEN_KEYS}
    for name in sorted(_HIDDEN_FILTERS & query.model_fields_set | keys):
        faults.add(name.partition("=")[0], f"{name} is for agents.", code="not_for_users")


def concerned(tx: Read, principal: Principal, query: TicketsConcerned) -> list[ColumnElement[bool]]:
    """The SQL conditions of the filters that tell which tickets are concerned.

    Raises: Invalid naming every parameter whose value is wrong.
    """
    faults = Faults()
    found = list(_ConcernedReader(tx, principal, query, faults).concerned())
    faults.raise_if_any()
    return found


class _ConcernedReader(FilterReader):
    def __init__(self, tx: Read, principal: Principal, query: TicketsConcerned, faults: Faults) -> None:
        super().__init__(tx, principal, query, faults)
        self.concerning = query

    def concerned(self) -> Iterable[ColumnElement[bool]]:
        ticket = t.ticket.c
        ids: dict[str, tuple[ColumnElement[Any], Words]] = {
            "department_id": (ticket.dept_id, {}),
            "team_id": (ticket.team_id, {NONE: None}),
            "staff_id": (ticket.staff_id, {NONE: None, **self.me(Staff)}),
            "user_id": (ticket.user_id, self.me(User)),
            "topic_id": (ticket.topic_id, {NONE: None}),
            "sla_id": (ticket.sla_id, {NONE: None}),
            "parent_id": (ticket.ticket_pid, {NONE: None}),
        }
        yield from self.references(ids)
        if self.concerning.department_id is not None and isinstance(self.principal, User):
            department = t.department.c
            # Users are not shown private departments.
            yield ticket.dept_id.in_(select(department.id).where(department.ispublic))
        yield from self._related()
        if self.concerning.source is not None:
            yield ticket.source.in_(self._sources(self.concerning.source))

    def _related(self) -> Iterable[ColumnElement[bool]]:
        if self.concerning.organization_id is not None:
            ids = self.ids("organization_id", self.concerning.organization_id, {})
            yield t.ticket.c.user_id.in_(select(t.user.c.id).where(one_of(t.user.c.org_id, ids)))
        if self.concerning.priority_id is not None:
            ids = self.ids("priority_id", self.concerning.priority_id, {})
            yield has_priority(self.tx, ids)

    def _sources(self, value: str) -> list[str]:
        known = {source.lower(): source for source in _SOURCES}
        found = [known.get(part.strip().lower()) for part in value.split(",")]
        if None in found:
            self.faults.add(
                "source", f"{shortened(value)} is not a list of valid sources.", detail={"allowed": _SOURCES}
            )
        return [source for source in found if source is not None]


class _Reader(_ConcernedReader):
    def __init__(self, tx: Read, principal: Principal, query: TicketQuery, faults: Faults) -> None:
        super().__init__(tx, principal, query, faults)
        self.query = query

    def all(self) -> Iterable[ColumnElement[bool]]:
        ticket = t.ticket.c
        moments = {"created": ticket.created, "closed": ticket.closed, "due": due_at()}
        yield from self.concerned()
        yield from self._switches()
        yield from self.moments(moments)
        yield from self._changed()
        yield from self._texts()

    def _changed(self) -> Iterable[ColumnElement[bool]]:
        after, before = self.query.updated_after, self.query.updated_before
        if after is not None and (moment := self.moment("updated_after", after, end=False)):
            yield changed_since(self.tx, self.principal, moment)
        if before is not None and (moment := self.moment("updated_before", before, end=True)):
            yield ~changed_since(self.tx, self.principal, moment)

    def _switches(self) -> Iterable[ColumnElement[bool]]:
        ticket = t.ticket.c
        if self.query.overdue is not None:
            yield ticket.isoverdue == self.query.overdue
        if self.query.answered is not None:
            yield ticket.isanswered == self.query.answered
        if self.query.assigned is not None:
            somebody = or_(ticket.staff_id != 0, ticket.team_id != 0)
            yield somebody if self.query.assigned else ~somebody
        if self.query.unread is not None:
            unread = is_unread(self.tx, self.principal)
            yield unread if self.query.unread else ~unread

    def _texts(self) -> Iterable[ColumnElement[bool]]:
        if self.query.status is not None:
            yield self._statuses("status", self.query.status)
        if self.query.state is not None:
            yield self._statuses("state", self.query.state, only=_STATES)
        if self.query.number is not None:
            yield any_of(t.ticket.c.number, [part.strip() for part in self.query.number.split(",")])
        if self.query.q is not None:
            yield self._full_text(self.query.q)
        yield from self._custom(self.query.custom())

    def _full_text(self, words: str) -> ColumnElement[bool]:
        found = find_tickets(self.tx, self.principal, words)
        return false() if found is None else found.condition

    def _custom(self, filters: Mapping[str, str]) -> Iterable[ColumnElement[bool]]:
        known = field_names(self.tx, audience_of(self.principal)) if filters else []
        for name, value in filters.items():
            if name not in known:
                message = f"There is no field {shortened(name)}.{did_you_mean(name, known)}"
                self.faults.add(f"field.{shortened(name)}", message, code="unknown_parameter")
            elif value.count(",") >= _MAX_ALTERNATIVES:
                self.faults.add(f"field.{name}", f"At most {_MAX_ALTERNATIVES} values are possible.")
            else:
                yield has_answer(name, or_(*(is_answer(part.strip()) for part in value.split(","))))

    def _statuses(self, name: str, value: str, only: tuple[str, ...] | None = None) -> ColumnElement[bool]:
        """Statuses by state, name or id, as the list of their ids, which an index can serve."""
        chosen: list[int] = []
        for part in value.split(","):
            matching = [
                status.id for status in all_statuses(self.tx) if part.strip().lower() in _names(status, bool(only))
            ]
            if not matching:
                known = only or (*_STATES[:2], *(status.name for status in all_statuses(self.tx)))
                self.faults.add(
                    name, f"{part.strip()} is not a valid {name}.{did_you_mean(part, known)}", detail={"allowed": known}
                )
            chosen += matching
        return in_literals(t.ticket.c.status_id, chosen)


def _names(status: Any, states_only: bool) -> tuple[str, ...]:
    return (status.state,) if states_only else (status.state, status.name.lower(), str(status.id))


def all_statuses(tx: Read) -> tuple[Status, ...]:
    return tx.cached(STATUSES, None, lambda: tuple(map(Status._make, tx.rows(_select_statuses()))))


@lru_cache
def _select_statuses() -> Select[tuple[int, str, str]]:
    status = t.ticket_status.c
    return select(status.id, status.name, status.state).where(status.state.is_not(None))


def field_names(tx: Read, audience: Audience) -> list[str]:
    """The names of the fields that a ticket can have answers to, and that this audience is shown."""
    field, form = t.form_field.c, t.form.c
    of_tickets = form.type.in_(("T", "G"))
    names = select(field.name).join_from(t.form_field, t.form, form.id == field.form_id).where(of_tickets)
    if audience == "client":
        names = names.where(field.flags.bitwise_and(int(VIEW[audience])) != 0, field.name != "priority")
    return tx.cached(FIELD_NAMES, audience, lambda: sorted({name for name in tx.scalars(names) if name}))
