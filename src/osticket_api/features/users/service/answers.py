"""Answers of users and organizations to their forms. Source: people.md 1.3, 2.3."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from osticket_api.access.field_rules import limits_on
from osticket_api.access.principal import Principal, User
from osticket_api.db.unit import Write
from osticket_api.errors import Faults
from osticket_api.features.forms import api as forms

Kind = Literal["U", "O"]


def save_answers(tx: Write, caller: Principal, kind: Kind, object_id: int, given: Mapping[str, Any]) -> bool:
    """Write answers, by the name of their field. Returns whether any really changed. Raises: Invalid."""
    if not given:
        return False
    entries = _entries(tx, kind, object_id)
    faults = Faults()
    actor: forms.Actor = "user" if isinstance(caller, User) else "staff"
    limits = limits_on(caller, "user" if kind == "U" else "organization")
    answers = forms.validate_changes(tx, entries, given, actor=actor, faults=faults, caller=caller, limits=limits)
    faults.raise_if_any()
    changed = [forms.save_answers(tx, entry, answers) for entry in entries]
    return any(changed)


def _entries(tx: Write, kind: Kind, object_id: int) -> Sequence[forms.Entry]:
    """The forms filled in so far. An import may have left out that of the kind."""
    entries = forms.load_entries(tx, kind, object_id)
    if entries:
        return entries
    forms.create_entry(tx, forms.load_form(tx, kind), object_type=kind, object_id=object_id, answers={})
    return forms.load_entries(tx, kind, object_id)
