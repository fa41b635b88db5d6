"""Departments over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import SIGNED_IN, STAFF
from osticket_api.features.departments.queries import get_department, list_departments, list_members
from osticket_api.features.departments.shapes import Department
from osticket_api.features.staff.shapes import StaffMember
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router
from osticket_api.web.small_lists import SwitchedQuery

router = Router(tag="departments", prefix="/departments")


@router.read("", access=SIGNED_IN, returns=Page[Department])
async def get_departments(call: CallDependency, query: Annotated[SwitchedQuery, query(SwitchedQuery)]) -> Response:
    """The departments: all of them with `visibility.departments`, else the agent's own; users see public ones."""
    page = await call.read(list_departments, query)
    return call.listed(page, select_fields(page.items, Department, query.fields))


@router.read("/{department}", access=SIGNED_IN, returns=Department)
async def get_department_detail(call: CallDependency, department: PathId) -> Response:
    """A department."""
    return call.one(await call.read(get_department, department))


@router.read("/{department}/members", access=STAFF, returns=Page[StaffMember])
async def get_department_members(
    call: CallDependency, department: PathId, query: Annotated[SwitchedQuery, query(SwitchedQuery)]
) -> Response:
    """The agents who belong to a department, whether it is their primary one or not, and its manager."""
    page = await call.read(list_members, department, query)
    return call.listed(page, select_fields(page.items, StaffMember, query.fields))
