"""Forms over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.forms.reading import FormQuery, get_field, get_form, list_forms
from osticket_api.features.forms.requests import FieldCreate, FieldUpdate, FormCreate, FormUpdate
from osticket_api.features.forms.responses import Form, FormDetail, FormField
from osticket_api.features.forms.service import (
    FORMS,
    add_field,
    add_form,
    delete_field,
    delete_form,
    edit_field,
    edit_form,
    fields_of,
)
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="forms", prefix="/forms")


@router.get("", access=STAFF)
def get_forms(unit: Read, caller: Staff, query: FormQuery) -> Page[Form]:
    """The forms, built-in and custom."""
    return list_forms(unit, caller, query)


@router.get("/{form}", access=STAFF)
def get_form_detail(unit: Read, caller: Staff, form: PathId) -> FormDetail:
    """A form with its fields, whom they are for, and what they take."""
    return get_form(unit, caller, form)


@router.post("", access=ADMINISTRATOR)
def post_form(unit: Write, caller: Staff, body: FormCreate) -> Created[FormDetail]:
    """Add a form that topics can ask, with its fields."""
    form_id = add_form(unit, caller, body.given())
    return Created(FORMS.get(unit, caller, form_id))


@router.patch("/{form}", access=ADMINISTRATOR)
def update_form(unit: Write, caller: Staff, form: PathId, body: FormUpdate) -> FormDetail:
    """Change the title or the instructions of a form."""
    edit_form(unit, caller, FORMS.get_for_update(unit, caller, form), body.given())
    return FORMS.get(unit, caller, form)


@router.delete("/{form}", access=ADMINISTRATOR)
def delete_form_route(unit: Write, caller: Staff, form: PathId) -> None:
    """Delete a form for topics. Topics no longer ask for the form; answers stay with their tickets."""
    delete_form(unit, caller, FORMS.get_for_update(unit, caller, form))
    FORMS.note_deleted(unit, form)


@router.get("/{form}/fields/{field}", access=STAFF)
def get_field_detail(unit: Read, caller: Staff, form: PathId, field: PathId) -> FormField:
    """A field of a form."""
    return get_field(unit, caller, form, field)


@router.post("/{form}/fields", access=ADMINISTRATOR)
def post_field(unit: Write, caller: Staff, form: PathId, body: FieldCreate) -> Created[FormField]:
    """Add a field to a form. 409 for the forms of tickets, tasks, users and organizations: that is for the panel."""
    field_id = add_field(unit, caller, form, body.given())
    return Created(fields_of(form).get(unit, caller, field_id))


@router.patch("/{form}/fields/{field}", access=ADMINISTRATOR)
def update_field(unit: Write, caller: Staff, form: PathId, field: PathId, body: FieldUpdate) -> FormField:
    """Change a field: its label, who sees and sets it, its settings.

    Of built-in fields, osTicket lets only some be changed.
    """
    edit_field(unit, caller, fields_of(form).get_for_update(unit, caller, field), body.given())
    return fields_of(form).get(unit, caller, field)


@router.delete("/{form}/fields/{field}", access=ADMINISTRATOR)
def delete_field_route(unit: Write, caller: Staff, form: PathId, field: PathId) -> None:
    """Remove a field from a form. osTicket keeps the answers to the field, but shows them no longer."""
    delete_field(unit, caller, fields_of(form).get_for_update(unit, caller, field))
    fields_of(form).note_deleted(unit, field)
