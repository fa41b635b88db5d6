"""Variables that stand for what is hidden from an agent: they are not filled in, or a text would tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from osticket_api.access.field_rules import Limits, limits_on
from osticket_api.access.principal import Principal
from osticket_api.mail.variables.language import Thing, Unresolved, Value

_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "assigned": ("staff", "team"),
    "close_date": ("closed_at",),
    "create_date": ("created_at",),
    "dept": ("department",),
    "due_date": ("due_at", "sla_due_at"),
    "ip": ("ip_address",),
    "isanswered": ("is_answered",),
    "isoverdue": ("is_overdue",),
    "last_update": ("last_activity_at",),
    "name": ("user",),
    "owner": ("user",),
    "phone_number": ("phone",),
    "recipients": ("email",),
}
"""The fields that variables tell of, where they are called otherwise."""
_USER_OF_TICKET: Final = frozenset({"email", "phone", "phone_number", "recipients"})


def narrowed(actor: Principal, ticket: Thing, department_id: int | None) -> Thing:
    """A ticket of which this caller is told what they may see."""
    of_ticket, of_user = limits_on(actor, "ticket", department_id), limits_on(actor, "user")
    return _Narrowed(ticket, of_ticket, of_user) if of_ticket.hidden or of_user.hidden else ticket


@dataclass(frozen=True)
class _Narrowed(Thing):
    whole: Thing
    limits: Limits
    of_user: Limits

    def text(self) -> str:
        return self.whole.text()

    def find(self, name: str) -> Value:
        limits = self.of_user if name in _USER_OF_TICKET else self.limits
        if any(limits.hides(field) for field in self._fields(name)):
            return Unresolved()
        found = self.whole.find(name)
        if name in ("user", "owner") and isinstance(found, Thing):
            return _Narrowed(found, self.of_user, self.of_user)
        return found

    def _fields(self, name: str) -> tuple[str, ...]:
        is_answer = name not in self.whole.parts()
        return _FIELDS.get(name, (name, f"custom_fields.{name}") if is_answer else (name,))
