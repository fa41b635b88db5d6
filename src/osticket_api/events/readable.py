"""Which of the subjects of events, besides tickets, a caller may read: those that the API shows them one by one."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Row, and_, false, select, true

from osticket_api.access.knowledge import (
    readable_canned_responses,
    readable_categories,
    readable_faqs,
    uses_canned_responses,
)
from osticket_api.access.people import visible_organizations, visible_staff, visible_users
from osticket_api.access.permissions import Permission
from osticket_api.access.principal import ApiKey, Principal, Staff
from osticket_api.access.reading import may_read
from osticket_api.access.structure import TopicTree, visible_departments, visible_statuses, visible_topics
from osticket_api.access.task_scope import reachable_task
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.kit import php_json

Condition = Callable[[Read, Principal], ColumnElement[bool]]

_READ_AT: Final = {
    "staff": "staff",
    "canned_response": "canned-responses",
    "faq_category": "faq-categories",
    "sla": "slas",
    "status": "statuses",
    "list_item": "lists",
}
"""The path at which the API shows a kind of subject, where that is not the kind with an s."""


def _for_agents(tx: Read, principal: Principal) -> ColumnElement[bool]:
    return true() if isinstance(principal, Staff) else false()


def _list_items(tx: Read, principal: Principal) -> ColumnElement[bool]:
    """Items that were taken out of their list stay, for the answers that name them."""
    return and_(_for_agents(tx, principal), t.list_items.c.list_id != None)  # noqa: E711


def _staff(tx: Read, principal: Principal) -> ColumnElement[bool]:
    return visible_staff(principal) if isinstance(principal, Staff) else false()


def _departments(tx: Read, principal: Principal) -> ColumnElement[bool]:
    return false() if isinstance(principal, ApiKey) else visible_departments(principal)


def _canned_responses(tx: Read, principal: Principal) -> ColumnElement[bool]:
    return readable_canned_responses(principal) if uses_canned_responses(tx) else false()


def _statuses(tx: Read, principal: Principal) -> ColumnElement[bool]:
    return false() if isinstance(principal, ApiKey) else visible_statuses(principal)


_KINDS: Final[Mapping[str, tuple[Column[Any], Condition]]] = {
    "task": (t.task.c.id, lambda tx, principal: reachable_task(principal)),
    "user": (t.user.c.id, lambda tx, principal: visible_users(principal)),
    "organization": (t.organization.c.id, lambda tx, principal: visible_organizations(principal)),
    "staff": (t.staff.c.staff_id, _staff),
    "department": (t.department.c.id, _departments),
    "team": (t.team.c.team_id, _for_agents),
    "role": (t.role.c.id, _for_agents),
    "topic": (t.help_topic.c.topic_id, lambda tx, principal: visible_topics(principal, TopicTree(tx))),
    "sla": (t.sla.c.id, _for_agents),
    "status": (t.ticket_status.c.id, _statuses),
    "list_item": (t.list_items.c.id, _list_items),
    "faq": (t.faq.c.faq_id, readable_faqs),
    "faq_category": (t.faq_category.c.category_id, readable_categories),
    "canned_response": (t.canned_response.c.canned_id, _canned_responses),
}
READABLE: Final = frozenset(_KINDS)


class Readable:
    """What a caller may read of one kind of subject."""

    def __init__(self, tx: Read, principal: Principal, kind: str, ids: Collection[int]) -> None:
        self._principal = principal
        column, readable = _KINDS[kind]
        self._is_allowed = may_read(principal, _READ_AT.get(kind, f"{kind}s"))
        condition = readable(tx, principal) if self._is_allowed else false()
        self._is_everything = condition is true()
        self._ids = frozenset(tx.scalars(select(column).where(column.in_(sorted(ids)), condition)))

    def __contains__(self, subject_id: int) -> bool:
        return subject_id in self._ids

    def contained(self, row: Row[Any]) -> bool:
        """Whether an agent could read what an event says is deleted."""
        staff = self._principal
        if not self._is_allowed or not row.type.endswith(".deleted") or not isinstance(staff, Staff):
            return False
        return self._is_everything or _was_of(staff, row, php_json.decode(row.audience) or {})


def _was_of(staff: Staff, row: Row[Any], recorded: Mapping[str, Any]) -> bool:
    """Whether something was open to an agent by its department, or as something that is every agent's."""
    department_id = recorded.get("department_id")
    is_theirs = department_id in staff.department_ids
    if row.kind == "department":
        return row.subject_id in staff.department_ids
    if row.kind == "topic":
        return is_theirs or department_id is None or bool(recorded.get("is_public"))
    if row.kind == "canned_response":
        is_used = recorded.get("is_enabled") or staff.may_anywhere(Permission.canned_manage)
        return bool(is_used) and (is_theirs or department_id is None)
    return row.kind == "list_item" or (row.kind == "staff" and is_theirs)
