"""The properties of a status besides its columns: JSON, partly under names, partly under ids of fields.

Source: people.md 5.5.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import literal, select

from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.kit import php_json

_PLAIN = "description"


def description_key(tx: Read) -> str:
    """The key of a description that somebody has edited: the id of its field, if there is one."""
    field, form, statuses = t.form_field.c, t.form.c, t.list_.c
    found = tx.scalar(
        select(field.id)
        .join(t.form, form.id == field.form_id)
        .join(t.list_, form.type == literal("L").concat(statuses.id))
        .where(statuses.type == "ticket-status", field.name == _PLAIN)
        .limit(1)
    )
    return str(found or _PLAIN)


def read_properties(stored: str) -> dict[str, Any]:
    properties = php_json.decode(stored)
    return properties if isinstance(properties, dict) else {}


def description_of(properties: Mapping[str, Any], key: str) -> str | None:
    """The description. As long as nobody has edited it, it lies under its name."""
    text: str | None = properties.get(key, properties.get(_PLAIN))
    return text


def changed_properties(stored: str, key: str, given: Mapping[str, Any]) -> str:
    """The stored properties with what is given, as PHP would write them; untouched where nothing is."""
    properties = read_properties(stored)
    if "description" in given:
        properties.pop(_PLAIN, None)
        properties[key] = given["description"]
    if "allows_reopening" in given:
        properties["allowreopen"] = given["allows_reopening"]
        properties.setdefault("reopenstatus", 0)
    if "reopen_status_id" in given:
        properties["reopenstatus"] = given["reopen_status_id"] or 0
    return stored if properties == read_properties(stored) else php_json.encode(properties)
