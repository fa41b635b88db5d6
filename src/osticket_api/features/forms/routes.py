"""Forms over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import STAFF
from osticket_api.features.forms.reading import FormQuery, get_form, list_forms
from osticket_api.features.forms.shapes import Form, FormDetail
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, query
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
