"""The fields that can be hidden or frozen: those of the shapes that leave, and those of forms."""

from collections.abc import Mapping
from typing import Final

import msgspec
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import Invalid
from osticket_api.features.organizations.api import OrganizationDetail
from osticket_api.features.tasks.api import TaskDetail
from osticket_api.features.tickets.api import TicketDetail
from osticket_api.features.users.api import UserDetail
from osticket_api.kit.suggestions import did_you_mean, shortened

_CUSTOM: Final = "custom_fields."
_SHAPES: Final[Mapping[str, type[msgspec.Struct]]] = {
    "ticket": TicketDetail,
    "task": TaskDetail,
    "user": UserDetail,
    "organization": OrganizationDetail,
}
_FORMS: Final[Mapping[str, tuple[str, ...]]] = {
    "ticket": ("T", "G"),
    "task": ("A",),
    "user": ("U",),
    "organization": ("O",),
}
_NAMES: Final = frozenset({"name", "subject", "title"})
"""Fields that name a resource wherever it is referred to, in mails and conversations too: they can be frozen, not
hidden.
"""
_OTHERS: Final = frozenset(
    {
        "id", "number", "thread", "thread_id", "allowed", "is_unread", "children", "collaborators", "entry_count",
        "attachment_count", "task_count", "relation", "lock", "ticket", "ticket_counts", "user_count",
        "primary_contacts",
    }
)  # fmt: skip
"""Fields that identify a resource, and parts that have routes of their own: they can be neither hidden nor frozen."""


def known_field(tx: Read, resource: str, name: str, effect: str) -> str:
    """The field as responses call it: `status_id` is `status`. Raises: Invalid."""
    known = [each for each in _SHAPES[resource].__struct_fields__ if each not in _OTHERS]
    if name.startswith(_CUSTOM):
        known = [_CUSTOM + each for each in _names_of_answers(tx, resource)]
    elif name not in known and name.removesuffix("_id") in known:
        name = name.removesuffix("_id")
    if name not in known:
        message = f"A {resource} has no field {shortened(name)} to hide or freeze.{did_you_mean(name, known)}"
        raise Invalid.because(message, field="field", detail={"allowed": known})
    if effect == "hide" and name in _NAMES:
        message = f"{name} can be frozen but not hidden, because every {resource} is shown by its {name}."
        raise Invalid.because(message, field="effect")
    return name


def _names_of_answers(tx: Read, resource: str) -> list[str]:
    field, form = t.form_field.c, t.form.c
    of_resource = form.type.in_(_FORMS[resource])
    names = tx.scalars(select(field.name).join_from(t.form_field, t.form, form.id == field.form_id).where(of_resource))
    return sorted({name for name in names if name} - _SHOWN_ELSEWHERE)


_SHOWN_ELSEWHERE: Final = frozenset({"subject", "priority", "message", "name", "email", "title", "description"})
"""Answers that are not custom fields in responses."""
