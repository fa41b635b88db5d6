"""The subject of a draft, and the namespace under which osTicket stores the draft. Source: tickets.md 3.4 and 9.3"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

Kind = Literal[
    "reply",
    "note",
    "message",
    "new_ticket",
    "new_ticket_response",
    "new_ticket_note",
    "task_reply",
    "task_note",
    "new_task",
]

_TICKET: Final[Mapping[str, str]] = {
    "reply": "ticket.response.{}",
    "note": "ticket.note.{}",
    "message": "ticket.client.{}",
    "new_task": "ticket.{}.task",
}
_TASK: Final[Mapping[str, str]] = {"task_reply": "task.response.{}", "task_note": "task.note.{}"}
_ALONE: Final[Mapping[str, str]] = {
    "new_ticket": "ticket.staff",
    "new_ticket_response": "ticket.staff.response",
    "new_ticket_note": "ticket.staff.note",
    "new_task": "task.add",
}
NEW_TICKET_OF_USER: Final = "ticket.client.new"
"""osTicket's portal has a code of the session instead of `new`."""
_OF_USERS: Final = frozenset({"message", "new_ticket"})
_OF_AGENTS: Final = frozenset(get_args(Kind)) - {"message"}


@dataclass(frozen=True)
class Subject:
    """The subject of a draft. `kind` is None for drafts that this API has no name for."""

    kind: Kind | None
    ticket_id: int | None = None
    task_id: int | None = None


def namespace_of(subject: Subject, *, is_user: bool) -> str:
    """The namespace of a draft that `problem_with` finds nothing wrong with."""
    kind = str(subject.kind)
    if subject.ticket_id is not None:
        return _TICKET[kind].format(subject.ticket_id)
    if subject.task_id is not None:
        return _TASK[kind].format(subject.task_id)
    return NEW_TICKET_OF_USER if is_user else _ALONE[kind]


def problem_with(subject: Subject, *, is_user: bool) -> tuple[str, str] | None:
    """The field at fault, and why; None for what can be saved."""
    kind = str(subject.kind)
    if kind not in (_OF_USERS if is_user else _OF_AGENTS):
        return "kind", f"{'Users' if is_user else 'Agents'} write nothing of the kind {kind}."
    for field, value, kinds in (("ticket_id", subject.ticket_id, _TICKET), ("task_id", subject.task_id, _TASK)):
        if value is not None and kind not in kinds:
            return field, f"A draft of the kind {kind} takes no {field}."
        if value is None and kind in kinds and kind not in _ALONE:
            return field, f"A draft of the kind {kind} names its {field}."
    return None


def namespaces_about(field: str, identifier: int) -> list[str]:
    """All namespaces of drafts on this ticket (`ticket_id`) or task (`task_id`)."""
    return [form.format(identifier) for form in (_TICKET if field == "ticket_id" else _TASK).values()]


def subject_of(namespace: str) -> Subject:
    """The subject of the draft with this namespace."""
    for kind, form in _ALONE.items():
        if namespace == form:
            return Subject(kind)  # type: ignore[arg-type]
    for field, forms in (("ticket_id", _TICKET), ("task_id", _TASK)):
        for kind, form in forms.items():
            before, _, after = form.partition("{}")
            number = namespace.removeprefix(before).removesuffix(after)
            if number.isdecimal() and namespace == form.format(number):
                return Subject(kind, **{field: int(number)})  # type: ignore[arg-type]
    return Subject("new_ticket" if namespace.startswith("ticket.client.") else None)
