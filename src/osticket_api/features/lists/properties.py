"""The properties of list items: answers to the form of the list, stored as JSON under ids of fields.

Source: people.md 5.9.
"""

from collections.abc import Mapping
from typing import Any

from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import Faults
from osticket_api.features.forms import api as forms
from osticket_api.kit import php_json
from osticket_api.kit.suggestions import did_you_mean, shortened

_NOTHING = "[]"


class Properties:
    """The fields that the items of one list have."""

    def __init__(self, tx: Read, list_id: int) -> None:
        self._tx = tx
        found = forms.load_forms(tx, t.form.c.type == f"L{list_id}")
        self._fields = {field.column: field for form in found for field in form.stored_fields if field.is_enabled}

    def read(self, stored: str | None) -> dict[str, Any]:
        kept = php_json.decode(stored)
        values: Mapping[str, Any] = kept if isinstance(kept, dict) else {}
        return {name: forms.read(field, _text(values.get(str(field.id)))) for name, field in self._fields.items()}

    def changed(self, stored: str | None, given: Mapping[str, Any], *, is_new: bool = False) -> str:
        """The stored properties with what is given. Raises: Invalid."""
        faults = Faults()
        kept = php_json.decode(stored)
        values = dict(kept) if isinstance(kept, dict) else {}
        for name, value in given.items():
            self._put(values, name, value, faults)
        if is_new:
            self._require(given, faults)
        faults.raise_if_any()
        return php_json.encode(values) if values else _NOTHING

    def _put(self, values: dict[str, Any], name: str, value: Any, faults: Faults) -> None:
        field, path = self._fields.get(name), f"properties.{shortened(name)}"
        if field is None:
            hint = did_you_mean(name, list(self._fields))
            faults.add(path, f"Items have no property {shortened(name)}.{hint}", code="unknown_field")
            return
        references = forms.References(self._tx, forms.list_ids([field]), audience="staff")
        try:
            values[str(field.id)] = _decoded(forms.parse(field, value, references).value)
        except forms.Unfit as unfit:
            faults.add(path, f"{field.label} {unfit}", detail={"allowed": unfit.allowed} if unfit.allowed else None)

    def _require(self, given: Mapping[str, Any], faults: Faults) -> None:
        for name, field in self._fields.items():
            if field.is_required_of("staff") and name not in given:
                faults.add(f"properties.{name}", f"{field.label} is required.", code="required")


def _text(value: Any) -> str | None:
    """A property as the row of an answer would hold it."""
    return value if value is None or isinstance(value, str) else php_json.encode(value)


def _decoded(value: str | None) -> Any:
    """An answer as PHP keeps it among properties: choices as an object, not as text."""
    found = php_json.decode(value)
    return found if isinstance(found, dict | list) else value
