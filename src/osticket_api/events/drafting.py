"""Translate rows that osTicket recorded, in `thread_event` and `thread_entry`, to events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from osticket_api.db.flags import EntryFlag
from osticket_api.events.feed import Draft
from osticket_api.events.subjects import Subject
from osticket_api.kit import php_json
from osticket_api.kit.mentions import mentioned

_NAMES: Final = {
    "created": "created",
    "closed": "closed",
    "reopened": "reopened",
    "assigned": "assigned",
    "released": "released",
    "transferred": "transferred",
    "referred": "referred",
    "overdue": "overdue",
    "resent": "entry_resent",
    "merged": "merged",
    "linked": "linked",
    "unlinked": "unlinked",
    "deleted": "deleted",
}
"""osTicket's own names for what we call by another one, or by the same."""

_ENTRY_TYPES: Final = {"M": "message_added", "R": "reply_added", "N": "note_added"}
_UNFINISHED: Final = timedelta(seconds=3)
_ACTOR_KINDS: Final = {"S": "staff", "U": "user"}

CLAIMS: Final[Mapping[str, frozenset[str]]] = {
    "assigned": frozenset({"staff_id", "team_id"}),
    "released": frozenset({"staff_id", "team_id"}),
    "transferred": frozenset({"department_id", "sla_id"}),
    "closed": frozenset({"status_id", "closed_at", "staff_id", "is_overdue", "flags"}),
    "reopened": frozenset({"status_id", "closed_at", "reopened_at", "staff_id", "flags"}),
    "status_changed": frozenset({"status_id"}),
    "owner_changed": frozenset({"user_id"}),
    "overdue": frozenset({"is_overdue"}),
    "merged": frozenset({"parent_id", "status_id", "closed_at"}),
    "linked": frozenset({"parent_id"}),
    "unlinked": frozenset({"parent_id"}),
    "updated": frozenset({"number", "source", "topic_id", "sla_id", "due_at", "sla_due_at", "department_id"}),
}
"""Which changed columns an event explains."""


def of_event(row: Any, subject: Subject) -> Iterator[Draft]:
    """What a row of `thread_event` tells. Source: tickets.md 0.9."""
    data = php_json.decode(row.data)
    for verb, details in _verbs(row.name, data if isinstance(data, dict) else {}):
        draft = subject.draft(
            verb,
            occurred_at=row.moment,
            actor_kind=_ACTOR_KINDS.get(row.uid_type) if row.uid else "system",
            actor_id=row.uid or None,
            actor_name=row.username,
            details={**details, "event_id": row.id},
        )
        yield _without(draft, details["collaborators"]) if verb == "collaborator_removed" else draft


def _without(draft: Draft, people: Sequence[Mapping[str, Any]]) -> Draft:
    """The draft that people take part no longer: they saw the ticket until now."""
    was = {"collaborator_ids": [each["user_id"] for each in people]}
    return replace(draft, audience={**draft.audience, "was": was})


def _verbs(name: str | None, data: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if name == "collab":
        yield from _collaborators(data)
    elif name == "edited":
        yield _edited(data)
    elif name in _NAMES:
        yield _NAMES[name], dict(data)
    else:
        yield "updated", {"recorded_as": name, **data}


def _collaborators(data: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if "del" in data:
        yield "collaborator_removed", {"collaborators": _people(data["del"])}
    if "add" in data:
        yield "collaborator_added", {"collaborators": _people(data["add"])}
    if "org" in data:
        yield "collaborator_added", {"organization_id": data["org"]}


def _people(people: Any) -> list[dict[str, Any]]:
    if not isinstance(people, dict):
        return []
    return [_person(key, value) for key, value in people.items()]


def _person(key: str, value: Any) -> dict[str, Any]:
    name = value.get("name", "") if isinstance(value, dict) else ""
    return {"user_id": int(key) if key.isdigit() else None, "name": name}


def _edited(data: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    if "status" in data:
        return "status_changed", dict(data)
    if "owner" in data:
        return "owner_changed", dict(data)
    kept = {key: value for key, value in data.items() if not key.isdigit()}
    return "updated", kept


def of_entry(row: Any, subject: Subject) -> Iterator[Draft]:
    """What a row of `thread_entry` tells: a contribution, or a new text of one; and whom a new note mentions.

    Source: tickets.md 2.9.
    """
    is_edit = bool(row.pid and row.editor and row.flags & EntryFlag.EDITED)
    is_staff = bool(row.staff_id) or is_edit
    actor_id = row.editor if is_edit else row.staff_id or row.user_id
    by: dict[str, Any] = {
        "actor_kind": ("staff" if is_staff else "user") if actor_id else "system",
        "actor_id": actor_id or None,
        "actor_name": "" if is_edit else row.poster,
    }
    yield subject.draft(
        "entry_edited" if is_edit else _ENTRY_TYPES.get(row.type, "note_added"),
        occurred_at=(row.updated if is_edit else None) or row.created,
        details={"entry_id": row.id, "entry_type": row.type, **({"replaces_entry_id": row.pid} if is_edit else {})},
        **by,
    )
    names = () if is_edit else mentioned(row.note, is_html=row.format == "html")
    if names:
        details = {"entry_id": row.id, "usernames": list(names)}
        yield subject.draft("mentioned", occurred_at=row.created, details=details, **by)


def is_unfinished(row: Any, now: datetime) -> bool:
    """Whether a new entry may be the new text of another one, which osTicket marks as such a moment later.

    Source: tickets.md 2.9
    """
    is_like_its_parent = row.parent_type == row.type and row.parent_poster == row.poster
    return bool(row.pid and not row.editor and is_like_its_parent and now - row.created < _UNFINISHED)


def of_attachment(row: Any, subject: Subject) -> Draft:
    """What a row of `attachment` tells that belongs to an entry."""
    details = {"attachment_id": row.id, "entry_id": row.entry_id, "entry_type": row.entry_type, "file_id": row.file_id}
    return subject.draft("attachment_added", occurred_at=row.created, details=details)
