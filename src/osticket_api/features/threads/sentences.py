"""Sentences about events, in parts: texts, and the people and things that they name.

Source: tickets.md 0.9, 4.9.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all

from osticket_api.db import tables as t
from osticket_api.db.statements import in_literals
from osticket_api.db.unit import Read
from osticket_api.features.threads.responses import Part, PartKind


@dataclass(frozen=True)
class Reference:
    """Something that a sentence names. Without a `name`, its row tells what it is called."""

    kind: PartKind
    id: int | None
    name: str | None = None


Draft = list[str | Reference]
"""A sentence whose references have no names yet."""

_Teller = Callable[[str, Mapping[str, Any]], Draft]

_PROPERTIES: Final = {
    "topic_id": "help topic",
    "sla_id": "SLA plan",
    "source": "source",
    "duedate": "due date",
    "staff_id": "agent",
    "team_id": "team",
    "dept_id": "department",
    "user_id": "owner",
    "status_id": "status",
}


def draft(name: str, actor: Reference, thing: str, data: Any) -> Draft:
    """The sentence for an event of this name. `thing`: "ticket" or "task"; `data`: as osTicket stores it, if known."""
    known = data if isinstance(data, Mapping) else {}
    teller = _TELLERS.get(name)
    return [actor, *(teller(thing, known) if teller else [f": {name}"])]


def _with(word: str, named: Reference | None) -> Draft:
    return [] if named is None else [word, named]


def _simply(words: str) -> _Teller:
    return lambda thing, data: [words.format(thing=thing)]


def _closed(thing: str, data: Mapping[str, Any]) -> Draft:
    return [f" closed the {thing}", *_with(" as ", _reference("status", data.get("status")))]


def _assigned(thing: str, data: Mapping[str, Any]) -> Draft:
    if data.get("claim"):
        return [f" claimed the {thing}"]
    assignees = _people(data)
    return [f" assigned the {thing}", *([" to ", *_listed(assignees)] if assignees else [])]


def _released(thing: str, data: Mapping[str, Any]) -> Draft:
    assignees = _people(data)
    return [f" released the {thing}", *([" from ", *_listed(assignees)] if assignees else [])]


def _transferred(thing: str, data: Mapping[str, Any]) -> Draft:
    return [f" transferred the {thing}", *_with(" to ", _reference("department", data.get("dept")))]


def _referred(thing: str, data: Mapping[str, Any]) -> Draft:
    targets = [*_people(data), *_references({"dept": "department"}, data)]
    return [f" referred the {thing}", *([" to ", *_listed(targets)] if targets else [])]


def _edited(thing: str, data: Mapping[str, Any]) -> Draft:
    if "filter" in data:
        return [f" set {data.get('type')} to {data.get('value')} by the filter {data['filter']}"]
    if "owner" in data:
        return [f" changed the owner of the {thing}", *_with(" to ", _reference("user", data["owner"]))]
    if isinstance(data.get("status"), int | str | list):
        return [" changed the status", *_with(" to ", _reference("status", data["status"]))]
    changed = _changed(data)
    return [" changed ", *_listed(changed)] if changed else [f" edited the {thing}"]


def _changed(data: Mapping[str, Any]) -> Draft:
    """The properties and fields that an edit changed, each once."""
    fields = data.get("fields")
    keys = fields.keys() if isinstance(fields, Mapping) else ()
    named: Draft = [f"the {word}" for key, word in _PROPERTIES.items() if key in data]
    return [*named, *(Reference("field", int(key)) if key.isdecimal() else str(key) for key in keys)]


def _collaboration(thing: str, data: Mapping[str, Any]) -> Draft:
    for key, words in (("add", " added {who} to the conversation"), ("del", " removed {who} from the conversation")):
        if isinstance(data.get(key), Mapping):
            before, after = words.split("{who}")
            return [before, *_listed(_collaborators(data[key])), after]
    organization = _reference("organization", data.get("org"))
    return [" added ", organization or "collaborators", " to the conversation"]


def _collaborators(people: Mapping[str, Any]) -> Draft:
    return [
        Reference("user", int(key) if key.isdecimal() else None, _name_in(value) or "somebody")
        for key, value in people.items()
    ]


def _related(words: str) -> _Teller:
    def tell(thing: str, data: Mapping[str, Any]) -> Draft:
        other = _reference("ticket", data.get("id"), name=_text(data.get("ticket")))
        return [words.format(thing=thing), other or "another ticket"]

    return tell


_TELLERS: Final[Mapping[str, _Teller]] = {
    "created": _simply(" created the {thing}"),
    "closed": _closed,
    "reopened": _simply(" reopened the {thing}"),
    "assigned": _assigned,
    "released": _released,
    "transferred": _transferred,
    "referred": _referred,
    "overdue": _simply(" marked the {thing} as overdue"),
    "edited": _edited,
    "collab": _collaboration,
    "resent": _simply(" sent an entry of the conversation again"),
    "merged": _related(" merged the {thing} with "),
    "linked": _related(" linked the {thing} with "),
    "unlinked": _related(" unlinked the {thing} from "),
    "deleted": _simply(" deleted the {thing}"),
    "viewed": _simply(" viewed the {thing}"),
}


def _people(data: Mapping[str, Any]) -> Draft:
    return _references({"staff": "staff", "team": "team"}, data)


def _references(kinds: Mapping[str, PartKind], data: Mapping[str, Any]) -> Draft:
    found = (_reference(kind, data[key]) for key, kind in kinds.items() if data.get(key))
    return [each for each in found if each is not None]


def _reference(kind: PartKind, value: Any, *, name: str | None = None) -> Reference | None:
    """Read a reference, which osTicket stores as an id, as `[id, name]`, or as a name alone."""
    if isinstance(value, list) and value:
        return _reference(kind, value[0], name=_name_in(value[1]) if len(value) > 1 else None)
    if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()):
        return Reference(kind, int(value), name)
    return Reference(kind, None, value) if isinstance(value, str) and value else None


def _name_in(value: Any) -> str | None:
    """A name, or the one in an object that PHP wrote for it."""
    return _text(value.get("name") if isinstance(value, Mapping) else value)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _listed(items: Sequence[str | Reference]) -> Draft:
    """The items with commas between them, and "and" before the last."""
    joined: Draft = []
    for place, item in enumerate(items):
        if place:
            joined.append(" and " if place == len(items) - 1 else ", ")
        joined.append(item)
    return joined


def finish(tx: Read, drafts: Sequence[Draft]) -> list[list[Part]]:
    """The sentences with the names of all that they name: one query at most."""
    names = _names(tx, [part for each in drafts for part in each if isinstance(part, Reference)])
    return [[_part(part, names) for part in each] for each in drafts]


def _part(part: str | Reference, names: Mapping[tuple[str, int | None], str]) -> Part:
    if isinstance(part, str):
        return Part("text", part, None)
    name = part.name or names.get((part.kind, part.id)) or f"{part.kind} {part.id}"
    return Part(part.kind, name, part.id)


def _names(tx: Read, references: Sequence[Reference]) -> dict[tuple[str, int | None], str]:
    wanted: dict[PartKind, set[int]] = defaultdict(set)
    for each in references:
        if each.name is None and each.id is not None:
            wanted[each.kind].add(each.id)
    selects = [_select_names(kind, ids) for kind, ids in sorted(wanted.items()) if kind in _NAMED_BY]
    if not selects:
        return {}
    return {(row.kind, row.id): str(row.name).strip() for row in tx.rows(union_all(*selects))}


_NAMED_BY: Final[Mapping[PartKind, tuple[ColumnElement[int], ColumnElement[Any]]]] = {
    "staff": (
        t.staff.c.staff_id,
        func.coalesce(t.staff.c.firstname, "") + " " + func.coalesce(t.staff.c.lastname, ""),
    ),
    "user": (t.user.c.id, t.user.c.name),
    "team": (t.team.c.team_id, t.team.c.name),
    "department": (t.department.c.id, t.department.c.name),
    "organization": (t.organization.c.id, t.organization.c.name),
    "status": (t.ticket_status.c.id, t.ticket_status.c.name),
    "field": (t.form_field.c.id, t.form_field.c.label),
}
"""The columns with the id and the name of each kind."""


def _select_names(kind: PartKind, ids: set[int]) -> Select[Any]:
    identity, name = _NAMED_BY[kind]
    return select(literal(kind).label("kind"), identity.label("id"), name.label("name")).where(
        in_literals(identity, sorted(ids))
    )
