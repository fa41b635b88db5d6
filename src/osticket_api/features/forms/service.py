"""Setting up forms and their fields. Source: people.md 5.10, golden cases 366 to 368.

osTicket keeps a table with a column for each field of the forms of tickets, tasks, users and organizations, and builds
it anew when one of them gets or loses a field. This server alters none of osTicket's tables, so it leaves that to the
panel; forms for topics have no such table.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, delete, func, select, update

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import FormFlag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Faults
from osticket_api.features.forms.configuration import check_settings, stored
from osticket_api.features.forms.marks import USUAL, check_fixed, check_marks, check_removable, with_marks
from osticket_api.features.forms.queries import configuration_of
from osticket_api.features.forms.reading import get_field, get_form
from osticket_api.features.forms.requests import FieldCreate
from osticket_api.features.forms.responses import FormField
from osticket_api.query.resource import Resource

FORMS: Final = Resource("form", t.form, get_form)

_CUSTOM: Final = "G"
_WITH_TABLES: Final = frozenset({"T", "A", "U", "O"})
_COLUMNS: Final = {"label": "label", "type": "type", "name": "name", "hint": "hint", "position": "sort"}


def fields_of(form_id: int) -> Resource[FormField]:
    """The fields of one form."""

    def get(tx: Read, principal: Principal, field_id: int) -> FormField:
        return get_field(tx, principal, form_id, field_id)

    return Resource("field", t.form_field, get, words={"sort": "position"})


def add_form(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Add a form for topics, with its fields. Returns its id. Raises: Invalid."""
    fields: Sequence[FieldCreate] = given.get("fields", ())
    form_id = FORMS.insert(
        tx, type=_CUSTOM, flags=FormFlag.DELETABLE, title=given["title"], instructions=given.get("instructions")
    )
    faults = Faults()
    for place, field in enumerate(fields):
        if columns := _new_columns(tx, form_id, field.given(), faults, f"fields.{place}."):
            fields_of(form_id).insert(tx, **columns)
    faults.raise_if_any()
    return form_id


def edit_form(tx: Write, actor: Principal, form: Row[Any], given: Mapping[str, Any]) -> None:
    """Change what stands above the fields of a form."""
    FORMS.save(tx, form, given)


def delete_form(tx: Write, actor: Principal, form: Row[Any]) -> None:
    """Delete a form: topics ask it no more. Rows stay, so that tickets keep what was answered.

    Raises: Conflict for a form that osTicket needs.
    """
    if form.type != _CUSTOM or not form.flags & FormFlag.DELETABLE:
        raise Conflict.because("osTicket needs this form.", code="fixed")
    tx.change(update(t.form).where(t.form.c.id == form.id).values(flags=form.flags | FormFlag.DELETED, updated=tx.now))


def add_field(tx: Write, actor: Principal, form_id: int, given: Mapping[str, Any]) -> int:
    """Add a field to a form. Returns its id. Raises: NotFound, Conflict for a form with a table, Invalid."""
    get_form(tx, actor, form_id)
    _check_table(tx, form_id)
    faults = Faults()
    columns = _new_columns(tx, form_id, given, faults)
    faults.raise_if_any()
    return fields_of(form_id).insert(tx, **columns)


def edit_field(tx: Write, actor: Principal, field: Row[Any], given: Mapping[str, Any]) -> None:
    """Change a field.

    Raises: Conflict for what is fixed, or for another type where there are answers; Invalid.
    """
    changed = _columns(given, field.flags or 0, configuration_of(field.configuration))
    if changed.get("type", field.type) != field.type:
        changed["configuration"] = stored({}, given.get("configuration", {}))
    _check_change(tx, field, {name: value for name, value in given.items() if _differs(field, name, value)})
    faults = Faults()
    _check(tx, field.form_id, given, {**field._mapping, **changed}, faults, but=field.id)
    faults.raise_if_any()
    fields_of(field.form_id).save(tx, field, changed)


def delete_field(tx: Write, actor: Principal, field: Row[Any]) -> None:
    """Take a field out of a form. Where it has been answered, its row stays, in no form.

    Raises: Conflict for a field that osTicket needs, and in a form with a table.
    """
    check_removable(field.flags or 0)
    _check_table(tx, field.form_id)
    row = t.form_field.c.id == field.id
    if _answers(tx, field.id):
        tx.change(update(t.form_field).where(row).values(form_id=None, updated=tx.now))
    else:
        tx.change(delete(t.form_field).where(row))


def _new_columns(tx: Read, form_id: int, given: Mapping[str, Any], faults: Faults, path: str = "") -> dict[str, Any]:
    """The columns of a new field's row. Collects the faults of the field."""
    columns = {"type": "text", "sort": _last(tx, form_id) + 1, **_columns(given, USUAL, {}), "form_id": form_id}
    found = len(faults.found)
    _check(tx, form_id, given, columns, faults, path)
    return columns if len(faults.found) == found else {}


def _columns(given: Mapping[str, Any], flags: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    columns = {_COLUMNS[name]: value for name, value in given.items() if name in _COLUMNS}
    if "name" in given:
        columns["name"] = given["name"] or ""
    if "configuration" in given:
        columns["configuration"] = stored(settings, given["configuration"])
    return columns | {"flags": with_marks(flags, given)}


def _check(
    tx: Read,
    form_id: int,
    given: Mapping[str, Any],
    columns: Mapping[str, Any],
    faults: Faults,
    path: str = "",
    but: int = 0,
) -> None:
    check_marks(columns["flags"], given, faults, path)
    check_settings(columns["type"], given.get("configuration", {}), faults, f"{path}configuration")
    if "type" in given:
        _check_list(tx, given["type"], faults, path)
    field = t.form_field.c
    same = select(field.id).where(field.form_id == form_id, field.name == given.get("name"), field.id != but)
    if given.get("name") and tx.scalar(same) is not None:
        faults.add(f"{path}name", f"The form has a field {given['name']} already.", code="name_taken")


def _check_list(tx: Read, type_: str, faults: Faults, path: str) -> None:
    kind, _, list_id = type_.partition("-")
    if kind == "list" and tx.scalar(select(t.list_.c.id).where(t.list_.c.id == int(list_id))) is None:
        faults.add(f"{path}type", f"There is no list {list_id}.")


def _check_change(tx: Read, field: Row[Any], changed: Mapping[str, Any]) -> None:
    check_fixed(field.flags or 0, changed)
    if changed.keys() & {"name", "type"}:
        _check_table(tx, field.form_id)
    count = _answers(tx, field.id) if "type" in changed else 0
    if count:
        message = f"This field has {count} answers, which another type could not read. Add a new field."
        raise Conflict.because(message, field="type", code="in_use", detail={"answers": count})


def _differs(field: Row[Any], name: str, value: Any) -> bool:
    if name in _COLUMNS:
        return bool((getattr(field, _COLUMNS[name]) or None) != (value or None))
    before = field.flags or 0
    if name == "configuration":
        return bool(stored(configuration_of(field.configuration), value) != field.configuration)
    return with_marks(before, {name: value}) != before


def _check_table(tx: Read, form_id: int) -> None:
    """Raises: Conflict for the forms of which osTicket keeps a table."""
    if tx.scalar(select(t.form.c.type).where(t.form.c.id == form_id)) in _WITH_TABLES:
        message = "osTicket keeps a table for the fields of this form: they are added and removed in its panel."
        raise Conflict.because(message, code="fixed")


def _last(tx: Read, form_id: int) -> int:
    field = t.form_field.c
    return int(tx.scalar(select(func.coalesce(func.max(field.sort), 0)).where(field.form_id == form_id)))


def _answers(tx: Read, field_id: int) -> int:
    value = t.form_entry_values.c
    return int(tx.scalar(select(func.count()).where(value.field_id == field_id, value.value.is_not(None))))
