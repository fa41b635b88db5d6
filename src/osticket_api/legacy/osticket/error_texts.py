"""osTicket's texts for tickets that are refused: our errors in its words. Source: legacy-api.md 10.2."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from osticket_api.errors import ApiError, Fault, Invalid
from osticket_api.features.forms import api as forms
from osticket_api.features.tickets.api import OpenTicketLimit, TicketDenied
from osticket_api.legacy.answers import LegacyError

PREFIX: Final = "Unable to create new ticket :"
_USER: Final = "user\nIncomplete client information"
_OF_USER: Final = frozenset({"user_id", "email", "name"})
_TOO_MANY: Final = "err\nYou've reached the maximum open tickets allowed."
_DENIED: Final = "Ticket denied: {email}\n\nThis help desk is for use by authorized users only"


@dataclass
class FormsAsked:
    """The forms that a new ticket fills in."""

    topic_id: int | None
    asked: Sequence[forms.TopicForm]
    user_form: forms.Form

    @property
    def names(self) -> frozenset[str]:
        """The names of all fields, those of a new user included."""
        of_ticket = (field.name for asked in self.asked for field in asked.form.fields)
        return frozenset(of_ticket) | {field.name for field in self.user_form.fields}

    @cached_property
    def ticket_fields(self) -> Mapping[str, forms.Field]:
        """The fields that administrators added, by name."""
        return {
            field.name: field
            for asked in self.asked
            for field in asked.asked_fields
            if field.name and not asked.form.is_built_in(field)
        }

    @cached_property
    def user_fields(self) -> Mapping[str, forms.Field]:
        form = self.user_form
        return {
            field.name: field
            for field in form.fields
            if field.name and field.is_enabled and not form.is_built_in(field)
        }

    def field(self, path: str | None) -> forms.Field | None:
        """The field of the ticket that a fault is about."""
        name = (path or "").removeprefix("custom_fields.")
        fields = (field for asked in self.asked for field in asked.asked_fields)
        return next((field for field in fields if name and field.column == name), None)


def error_text(error: ApiError, asked_forms: FormsAsked) -> Exception:
    """The error as osTicket tells it. A denied ticket stays what it is, since the log has more to say about it."""
    if isinstance(error, TicketDenied | OpenTicketLimit):
        return error
    if isinstance(error, Invalid):
        return LegacyError(500, PREFIX + "\n".join(_error_texts(error.faults, asked_forms)))
    return LegacyError(500, f"{PREFIX}err\n{error}")


def too_many(status: int) -> LegacyError:
    return LegacyError(status, PREFIX + _TOO_MANY)


def denied(error: TicketDenied, email: str) -> LegacyError:
    return LegacyError(403, PREFIX + _DENIED.format(email=email))


def _error_texts(faults: Sequence[Fault], asked_forms: FormsAsked) -> list[str]:
    """The texts, one for each field: fields of no form first, then the user's, then those of the forms in order."""
    told: dict[str, tuple[int, str]] = {}
    for fault in faults:
        field = asked_forms.field(fault.field)
        if field is not None:
            wanted = f"{field.label} is a required field" if fault.code == "required" else fault.message
            told.setdefault(str(field.id), (2, f"{field.id}\n{wanted}"))
        elif fault.field in _OF_USER or (fault.field or "").startswith(("custom_fields.", "user_fields.")):
            told.setdefault("user", (1, _USER))
        else:
            told.setdefault(str(fault.field), (0, f"{fault.field}\n{fault.message}"))
    return [text for _, text in sorted(told.values(), key=lambda each: each[0])]
