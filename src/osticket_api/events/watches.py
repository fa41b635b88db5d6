"""The tables whose rows are compared with what is known of them, and what their columns are called here.

Most changes of tickets and tasks are told by `thread_event` and `thread_entry`. The rest of what osTicket changes
leaves nothing but the changed row itself, and a deletion not even that. Source: changes.md, "What follows".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Integer, Table

from osticket_api.db import tables as t
from osticket_api.db.dialect import joined, joined_rows
from osticket_api.db.types import Moment, Reference, Switch, to_utc

SEPARATOR: Final = "\x1f"


@dataclass(frozen=True)
class Watch:
    """One table whose rows are compared.

    `fields`: columns by the names they have in the API. `silent`: columns that tell of a change but are not shown.
    `thread_type`: the letter of the threads that belong to these rows.
    """

    kind: str
    table: Table
    fields: Mapping[str, str]
    silent: tuple[str, ...] = ("updated",)
    thread_type: str | None = None
    subject: str | None = None
    """The column that names the subject of the events, where it is not the row itself."""
    is_large: bool = False
    """Whether there may be so many rows that they are compared in parts."""
    beside: Callable[[bool], Sequence[ColumnElement[Any]]] = lambda is_sqlite: ()
    """What else is compared: texts of rows that belong to this one, written for SQLite or not. Silent, as they are."""
    belonging: tuple[Column[Any], ...] = ()
    """The columns of those other tables that name this row."""

    @property
    def identity(self) -> Column[Any]:
        (column,) = self.table.primary_key.columns
        return column

    def columns(self, is_sqlite: bool) -> list[ColumnElement[Any]]:
        """Everything that is compared, in the order of a state."""
        return [self.table.c[name] for name in (*self.fields.values(), *self.silent)] + list(self.beside(is_sqlite))

    def read(self, state: str, zone: tzinfo) -> dict[str, Any]:
        """The fields of a state, as JSON shows them. Silent ones are left out."""
        texts = state.split(SEPARATOR)
        names = zip(self.fields.items(), texts, strict=False)
        return {name: _value(self.table.c[column], text, zone) for (name, column), text in names}

    def changes(self, before: str, after: str, zone: tzinfo) -> dict[str, list[Any]]:
        """Before and after of each field that differs."""
        old, new = self.read(before, zone), self.read(after, zone)
        return {name: [old.get(name), value] for name, value in new.items() if old.get(name) != value}


def _value(column: Column[Any], text: str, zone: tzinfo) -> Any:
    if isinstance(column.type, Moment):
        return _moment(text, zone)
    if isinstance(column.type, Switch):
        return text == "1"
    if isinstance(column.type, Reference):
        return int(text or 0) or None
    if isinstance(column.type, Integer):
        return int(text) if text else None
    return text


def _moment(text: str, zone: tzinfo) -> str | None:
    if not text or text.startswith("0000"):
        return None
    return to_utc(datetime.fromisoformat(text), zone).isoformat().replace("+00:00", "Z")


TICKET: Final = Watch(
    "ticket",
    t.ticket,
    {
        "number": "number",
        "user_id": "user_id",
        "status_id": "status_id",
        "department_id": "dept_id",
        "topic_id": "topic_id",
        "sla_id": "sla_id",
        "staff_id": "staff_id",
        "team_id": "team_id",
        "parent_id": "ticket_pid",
        "source": "source",
        "is_overdue": "isoverdue",
        "is_answered": "isanswered",
        "due_at": "duedate",
        "sla_due_at": "est_duedate",
        "closed_at": "closed",
        "reopened_at": "reopened",
        "lock_id": "lock_id",
    },
    ("flags", "lastupdate", "updated"),
    thread_type="T",
    is_large=True,
)
TASK: Final = Watch(
    "task",
    t.task,
    {
        "number": "number",
        "ticket_id": "object_id",
        "department_id": "dept_id",
        "staff_id": "staff_id",
        "team_id": "team_id",
        "flags": "flags",
        "due_at": "duedate",
        "closed_at": "closed",
    },
    thread_type="A",
    is_large=True,
)
USER: Final = Watch(
    "user",
    t.user,
    {"name": "name", "organization_id": "org_id", "status": "status", "email_id": "default_email_id"},
    is_large=True,
)
ACCOUNT: Final = Watch(
    "account",
    t.user_account,
    {"user_id": "user_id", "status": "status", "username": "username", "timezone": "timezone", "language": "lang"},
    ("backend",),
    subject="user_id",
    is_large=True,
)
ORGANIZATION: Final = Watch(
    "organization",
    t.organization,
    {"name": "name", "manager": "manager", "status": "status", "domain": "domain"},
    ("extra", "updated"),
    is_large=True,
)


def _memberships(is_sqlite: bool) -> list[ColumnElement[Any]]:
    """The departments of extended access, with the role and the alerts of each, and the teams of an agent."""
    access, member = t.staff_dept_access.c, t.team_member.c
    department = joined(is_sqlite, [access.dept_id, access.role_id, access.flags], ":")
    team = joined(is_sqlite, [member.team_id, member.flags], ":")
    return [
        joined_rows(is_sqlite, department, access.dept_id, access.staff_id == t.staff.c.staff_id),
        joined_rows(is_sqlite, team, member.team_id, member.staff_id == t.staff.c.staff_id),
    ]


STAFF: Final = Watch(
    "staff",
    t.staff,
    {
        "username": "username",
        "first_name": "firstname",
        "last_name": "lastname",
        "email": "email",
        "phone": "phone",
        "mobile": "mobile",
        "department_id": "dept_id",
        "role_id": "role_id",
        "is_active": "isactive",
        "is_admin": "isadmin",
        "is_visible": "isvisible",
        "on_vacation": "onvacation",
        "assigned_only": "assigned_only",
        "timezone": "timezone",
        "language": "lang",
    },
    ("phone_ext", "signature", "notes", "permissions", "locale"),
    beside=_memberships,
    belonging=(t.staff_dept_access.c.staff_id, t.team_member.c.staff_id),
)
"""Without the column `updated`, which osTicket moves with every sign-in."""
DEPARTMENT: Final = Watch(
    "department",
    t.department,
    {
        "name": "name",
        "parent_id": "pid",
        "manager_id": "manager_id",
        "sla_id": "sla_id",
        "is_public": "ispublic",
        "flags": "flags",
    },
)
TEAM: Final = Watch("team", t.team, {"name": "name", "lead_id": "lead_id", "flags": "flags"})
ROLE: Final = Watch("role", t.role, {"name": "name", "flags": "flags"}, ("permissions", "updated"))
TOPIC: Final = Watch(
    "topic",
    t.help_topic,
    {
        "name": "topic",
        "parent_id": "topic_pid",
        "is_public": "ispublic",
        "department_id": "dept_id",
        "staff_id": "staff_id",
        "team_id": "team_id",
        "sla_id": "sla_id",
        "priority_id": "priority_id",
        "flags": "flags",
    },
)
SLA: Final = Watch(
    "sla", t.sla, {"name": "name", "grace_period": "grace_period", "schedule_id": "schedule_id", "flags": "flags"}
)
STATUS: Final = Watch(
    "status", t.ticket_status, {"name": "name", "state": "state", "sort": "sort"}, ("mode", "flags", "properties")
)
LIST_ITEM: Final = Watch(
    "list_item",
    t.list_items,
    {"list_id": "list_id", "value": "value", "sort": "sort"},
    ("status", "extra", "properties"),
)
FAQ: Final = Watch("faq", t.faq, {"question": "question", "category_id": "category_id", "is_published": "ispublished"})
FAQ_CATEGORY: Final = Watch(
    "faq_category", t.faq_category, {"name": "name", "parent_id": "category_pid", "is_public": "ispublic"}
)
CANNED_RESPONSE: Final = Watch(
    "canned_response",
    t.canned_response,
    {"title": "title", "department_id": "dept_id", "is_enabled": "isenabled"},
)
REFERRAL: Final = Watch(
    "referral",
    t.thread_referral,
    {"thread_id": "thread_id", "object_id": "object_id", "object_type": "object_type"},
    (),
    is_large=True,
)
COLLABORATOR: Final = Watch(
    "collaborator",
    t.thread_collaborator,
    {"thread_id": "thread_id", "user_id": "user_id", "flags": "flags"},
    ("role",),
    is_large=True,
)
"""At least one column of each watch is a text, since MySQL concatenates numbers alone to bytes."""

WATCHES: Final[Mapping[str, Watch]] = {
    watch.kind: watch
    for watch in (
        TICKET, TASK, USER, ACCOUNT, ORGANIZATION, STAFF, DEPARTMENT, TEAM, ROLE, TOPIC, SLA, STATUS, LIST_ITEM, FAQ,
        FAQ_CATEGORY, CANNED_RESPONSE, REFERRAL, COLLABORATOR,
    )
}  # fmt: skip
LARGE: Final = tuple(watch for watch in WATCHES.values() if watch.is_large)
SMALL: Final = tuple(watch for watch in WATCHES.values() if not watch.is_large)
