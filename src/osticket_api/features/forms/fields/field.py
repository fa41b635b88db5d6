"""What a form asks: the field and its flags."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from osticket_api.db.flags import FieldFlag
from osticket_api.features.forms.references import Audience

Actor = Literal["staff", "user", "api"]
"""The kind of caller who fills in a form.

A key that stands for nobody (`api`) may set every field, under the rules for users.
"""

AUDIENCES: Mapping[Actor, Audience | None] = {"staff": "staff", "user": "client", "api": None}


VIEW: Mapping[Audience, FieldFlag] = {"staff": FieldFlag.AGENT_VIEW, "client": FieldFlag.CLIENT_VIEW}


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of a form. `configuration` holds the settings of its type: choices, validators, limits."""

    id: int
    form_id: int | None
    type: str
    label: str
    name: str
    flags: FieldFlag
    configuration: Mapping[str, Any]
    hint: str | None = None
    sort: int = 0

    @property
    def column(self) -> str:
        """The field's key in JSON, and its column in the lookup table of its object type."""
        return self.name or f"field_{self.id}"

    @property
    def is_enabled(self) -> bool:
        return FieldFlag.ENABLED in self.flags

    def is_visible_to(self, audience: Audience) -> bool:
        return VIEW[audience] in self.flags

    def is_visible_for(self, actor: Actor) -> bool:
        audience = AUDIENCES[actor]
        return audience is None or self.is_visible_to(audience)

    def is_editable_by(self, actor: Actor) -> bool:
        """Whether this caller may set the field. Source: tickets.md 1.3, people.md 1.3."""
        edit = FieldFlag.AGENT_EDIT if actor == "staff" else FieldFlag.CLIENT_EDIT
        return actor == "api" or (edit in self.flags and self.is_visible_for(actor))

    def is_required_of(self, actor: Actor) -> bool:
        """Whether this actor must fill in the field.

        The actor decides, not the ticket's owner. Source: tickets.md 1.3.
        """
        required = FieldFlag.AGENT_REQUIRED if actor == "staff" else FieldFlag.CLIENT_REQUIRED
        return required in self.flags
