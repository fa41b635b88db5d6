"""The forms themselves, for those who draw them."""

from typing import Any

from pydantic import Field as Parameter
from sqlalchemy import Row, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import FieldFlag, FormFlag, has_flag
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.forms.configuration import shown
from osticket_api.features.forms.fields import Field
from osticket_api.features.forms.queries import load_forms
from osticket_api.features.forms.responses import Form, FormDetail, FormField
from osticket_api.features.forms.schema import form_schema
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import NamedQuery, matching, read_page
from osticket_api.web.paging import Page

_TYPES = {"T": "ticket", "U": "user", "O": "organization", "C": "company", "A": "task", "G": "custom", "L": "list"}


class FormQuery(NamedQuery):
    """Filters of the list of forms, which have titles."""

    sort: str = Parameter("id", max_length=200, description="Keys, comma separated; `-` for descending.")


def list_forms(tx: Read, principal: Principal, query: FormQuery) -> Page[Form]:
    """The page of forms that the query asks for. Raises: Invalid."""
    form = t.form.c
    columns = {"id": form.id, "title": form.title, "created_at": form.created, "updated_at": form.updated}
    wanted = [~has_flag(form.flags, FormFlag.DELETED), *matching(query, form.title)]
    listing = Listing(principal, query, form.id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, select(t.form), lambda rows: [Form(**_own(row)) for row in rows])


def get_form(tx: Read, principal: Principal, form_id: int) -> FormDetail:
    """A form with its fields. Raises: NotFound."""
    row = tx.row(select(t.form).where(t.form.c.id == form_id, ~has_flag(t.form.c.flags, FormFlag.DELETED)))
    if row is None:
        raise NotFound.because(f"There is no form {form_id}.")
    (form,) = load_forms(tx, t.form.c.id == form_id)
    return FormDetail(
        **_own(row), fields=[_field(field) for field in form.fields], schema=form_schema(tx, principal, [form], "staff")
    )


def get_field(tx: Read, principal: Principal, form_id: int, field_id: int) -> FormField:
    """A field of a form. Raises: NotFound."""
    fields = [field for form in load_forms(tx, t.form.c.id == form_id) for field in form.fields if field.id == field_id]
    if not fields:
        raise NotFound.because(f"There is no field {field_id} in form {form_id}.")
    return _field(fields[0])


def _own(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "type": _TYPES.get(row.type[:1], "custom"),
        "title": row.title,
        "instructions": row.instructions or None,
        "created_at": row.created,
        "updated_at": row.updated,
    }


def _field(field: Field) -> FormField:
    return FormField(
        id=field.id,
        name=field.column,
        label=field.label,
        type=field.type,
        hint=field.hint or None,
        is_enabled=field.is_enabled,
        is_visible_to_users=field.is_visible_for("user"),
        is_editable_by_users=field.is_editable_by("user"),
        is_required_of_users=field.is_required_of("user"),
        is_visible_to_agents=field.is_visible_for("staff"),
        is_editable_by_agents=field.is_editable_by("staff"),
        is_required_of_agents=field.is_required_of("staff"),
        is_required_to_close=FieldFlag.CLOSE_REQUIRED in field.flags,
        position=field.sort,
        configuration=shown(field.configuration),
    )
