"""Forms over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import ADMINISTRATOR, STAFF
from osticket_api.features.forms.reading import FormQuery, get_field, get_form, list_forms
from osticket_api.features.forms.schemas import FieldCreate, FieldUpdate, FormCreate, FormUpdate
from osticket_api.features.forms.setup import (
    FORMS,
    add_field,
    add_form,
    delete_field,
    delete_form,
    edit_field,
    edit_form,
    fields_of,
)
from osticket_api.features.forms.shapes import Form, FormDetail, FormField
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="forms", prefix="/forms")


@router.read("", access=STAFF, returns=Page[Form])
async def get_forms(call: CallDependency, query: Annotated[FormQuery, query(FormQuery)]) -> Response:
    """The forms, built-in and custom."""
    page = await call.read(list_forms, query)
    return call.listed(page, select_fields(page.items, Form, query.fields))


@router.read("/{form}", access=STAFF, returns=FormDetail)
async def get_form_detail(call: CallDependency, form: PathId) -> Response:
    """A form with its fields, whom they are for, and what they take."""
    return call.one(await call.read(get_form, form))


@router.create("", access=ADMINISTRATOR, returns=FormDetail)
async def post_form(call: CallDependency, body: Annotated[FormCreate, payload(FormCreate)]) -> Response:
    """Add a form that topics can ask, with its fields."""
    return await FORMS.create(call, add_form, body.given())


@router.update("/{form}", access=ADMINISTRATOR, returns=FormDetail)
async def update_form(call: CallDependency, form: PathId, body: Annotated[FormUpdate, payload(FormUpdate)]) -> Response:
    """Change the title of a form, or what it tells whoever fills it in."""
    return await FORMS.change(call, form, edit_form, body.given())


@router.remove("/{form}", access=ADMINISTRATOR)
async def delete_form_route(call: CallDependency, form: PathId) -> Response:
    """Delete a form for topics. They ask it no more; what was answered stays with the tickets."""
    return await FORMS.remove(call, form, delete_form)


@router.read("/{form}/fields/{field}", access=STAFF, returns=FormField)
async def get_field_detail(call: CallDependency, form: PathId, field: PathId) -> Response:
    """A field of a form."""
    return call.one(await call.read(get_field, form, field))


@router.create("/{form}/fields", access=ADMINISTRATOR, returns=FormField)
async def post_field(
    call: CallDependency, form: PathId, body: Annotated[FieldCreate, payload(FieldCreate)]
) -> Response:
    """Add a field to a form. 409 for the forms of tickets, tasks, users and organizations: that is for the panel."""
    return await fields_of(form).create(call, add_field, form, body.given())


@router.update("/{form}/fields/{field}", access=ADMINISTRATOR, returns=FormField)
async def update_field(
    call: CallDependency, form: PathId, field: PathId, body: Annotated[FieldUpdate, payload(FieldUpdate)]
) -> Response:
    """Change a field: its label, whom it is for, its settings; of built-in ones what osTicket lets go."""
    return await fields_of(form).change(call, field, edit_field, body.given())


@router.remove("/{form}/fields/{field}", access=ADMINISTRATOR)
async def delete_field_route(call: CallDependency, form: PathId, field: PathId) -> Response:
    """Take a field out of a form, with what was answered: osTicket keeps that, unseen."""
    return await fields_of(form).remove(call, field, delete_field)
