"""Tickets as the plugin shows them. Order and spelling are part of the contract: `duedate` here, `dueDate` there.

Source: legacy-endpoints.md 0.6, 1 and 2.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row

from osticket_api.access.field_rules import limits_on
from osticket_api.access.principal import ApiKey
from osticket_api.db.flags import EntryFlag
from osticket_api.db.types import to_local

Text = Mapping[int, bytes]

"""An entry's flag: its HTML has been put in order."""


@dataclass(frozen=True)
class ResponseOptions:
    """How things are written: moments in the database's own time, people as text or as the plugin's objects.

    `with_numbers`: yes and no are 1 and 0.
    """

    zone: tzinfo
    with_objects: bool = False
    with_numbers: bool = False

    def moment(self, moment: datetime | None) -> str | None:
        return None if moment is None else to_local(moment, self.zone).strftime("%Y-%m-%d %H:%M:%S")

    def user(self, name: str | None, address: str | None) -> dict[str, Any]:
        if not self.with_objects:
            return {"name": name or "", "email": address or ""}
        words = (name or "").split()
        parts = {
            "salutation": "",
            "first": words[0] if words else "",
            "suffix": "",
            "last": words[-1] if len(words) > 1 else "",
            "middle": " ".join(words[1:-1]),
        }
        return {
            "name": {"format": "original", "parts": parts, "name": name or ""},
            "email": {"email": address or "", "address": f'"{name or ""}" <{address or ""}>'},
        }

    def staff(self, first: str | None, last: str | None) -> Any:
        if first is None and last is None:
            return None
        name = f"{first or ''} {last or ''}".strip()
        if not self.with_objects:
            return name
        return {"format": "full", "parts": {"first": first or "", "last": last or ""}, "name": name}

    def flag(self, value: bool) -> int | bool:
        """Yes or no, as clients expect it; the plugin's own answers have 0 and 1, and so has XML."""
        return int(value) if self.with_numbers else bool(value)

    def body(self, text: str, format: str, is_balanced: bool) -> Any:
        if not self.with_objects:
            return text
        is_html = format == "html"
        options = {"strip-embedded": False, "balanced": is_balanced} if is_html else {"strip-embedded": True}
        kind = "html" if is_html else "text"
        return {"body": text, "type": kind, "stripped_images": [], "embedded_images": [], "options": options}


def detail(
    row: Row[Any], options: ResponseOptions, children: Sequence[int], thread: Sequence[Mapping[str, Any]]
) -> Any:
    """A ticket as tickets-get shows it."""
    return {
        **_head(row),
        "userId": row.user_id,
        "user": options.user(row.user_name, row.address),
        **_assigned(row, options),
        "created": options.moment(row.created),
        "updated": options.moment(row.updated),
        "duedate": options.moment(row.duedate),
        "closed": options.moment(row.closed) if row.state == "closed" else None,
        "isOverdue": options.flag(row.isoverdue),
        "isAnswered": options.flag(row.isanswered),
        "source": row.source or "",
        "ip": row.ip_address or "",
        "children": list(children),
        "thread": list(thread),
    }


_FIELDS = {
    "closed": "closed_at",
    "created": "created_at",
    "dueDate": "due_at",
    "duedate": "due_at",
    "ip": "ip_address",
    "isAnswered": "is_answered",
    "isOverdue": "is_overdue",
    "updated": "updated_at",
}
"""The fields that the plugin calls otherwise; of others it tells the id as `<name>Id`."""


def without_hidden(key: ApiKey, shown: dict[str, Any]) -> dict[str, Any]:
    """A ticket as the key may see it."""
    limits = limits_on(key, "ticket")
    kept = {name: value for name, value in shown.items() if not limits.hides(field_called(name))}
    if "user" in kept and limits_on(key, "user").hides("email"):
        kept["user"] = {name: value for name, value in kept["user"].items() if name != "email"}
    return kept


def field_called(name: str) -> str:
    """The plugin's name of a field, by the name in this API."""
    return _FIELDS.get(name, name.removesuffix("Id"))


def found(row: Row[Any], options: ResponseOptions) -> dict[str, Any]:
    """A ticket as tickets-search lists it."""
    return {
        **_head(row),
        "created": options.moment(row.created),
        "updated": options.moment(row.updated),
        "dueDate": options.moment(row.duedate),
        **_assigned(row, options),
        "isOverdue": options.flag(row.isoverdue),
        "isAnswered": options.flag(row.isanswered),
    }


def _head(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.ticket_id,
        "number": row.number or "",
        "subject": row.subject or "",
        "statusId": row.status_id,
        "status": row.status_name,
        "priorityId": row.priority_id,
        "priority": row.priority_desc,
        "departmentId": row.dept_id,
        "department": row.department_name,
        "topicId": row.topic_id,
        "topic": row.topic_name,
    }


def _assigned(row: Row[Any], options: ResponseOptions) -> dict[str, Any]:
    return {
        "staffId": row.staff_id,
        "staff": options.staff(row.firstname, row.lastname),
        "teamId": row.team_id,
        "team": row.team_name,
        "slaId": row.sla_id,
        "sla": row.sla_name,
    }


def thread(rows: Iterable[Row[Any]], options: ResponseOptions, long_bodies: Text) -> list[dict[str, Any]]:
    """The conversation, from a row for each entry or each of its files."""
    return [_entry(list(group), options, long_bodies) for _, group in groupby(rows, key=attrgetter("id"))]


def _entry(rows: Sequence[Row[Any]], options: ResponseOptions, long_bodies: Text) -> dict[str, Any]:
    row = rows[0]
    stored = row.body or b"".join(long_bodies.get(each.file_id, b"") for each in rows).decode(errors="replace")
    entry = {
        "id": row.id,
        "type": row.type,
        "poster": row.poster or "",
        "timestamp": options.moment(row.created),
        "body": options.body(stored, row.format, bool(row.flags & EntryFlag.BALANCED)),
    }
    if row.staff_id:
        entry |= {"staffId": row.staff_id, "staff": options.staff(row.firstname, row.lastname)}
    if row.user_id:
        entry["userId"] = row.user_id
    files = [_attachment(each) for each in rows if each.attachment_id is not None and not is_body(each)]
    return entry | ({"attachments": files, "attachment_count": len(files)} if files else {})


def is_body(row: Row[Any]) -> bool:
    """Whether the file of this row is the entry's own text, which was too long for its column."""
    return row.body == "" and bool(row.inline) and str(row.content_type).startswith("text/")


def _attachment(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.attachment_id,
        "file_id": row.file_id,
        "filename": row.name or "",
        "size": row.size or 0,
        "mime_type": row.content_type or "application/octet-stream",
        "inline": bool(row.inline),
    }
