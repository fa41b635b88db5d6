"""Departments over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import ADMINISTRATOR, SIGNED_IN, STAFF
from osticket_api.features.departments.members import MEMBERS, put_member, remove_member
from osticket_api.features.departments.queries import get_department, list_departments, list_members
from osticket_api.features.departments.removal import delete_department
from osticket_api.features.departments.schemas import DepartmentCreate, DepartmentRemoval, DepartmentUpdate, Member
from osticket_api.features.departments.setup import DEPARTMENTS, add_department, edit_department
from osticket_api.features.departments.shapes import Department
from osticket_api.features.staff.shapes import StaffDetail, StaffMember
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
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


@router.create("", access=ADMINISTRATOR, returns=Department)
async def post_department(
    call: CallDependency, body: Annotated[DepartmentCreate, payload(DepartmentCreate)]
) -> Response:
    """Add a department."""
    return await DEPARTMENTS.create(call, add_department, body.given())


@router.update("/{department}", access=ADMINISTRATOR, returns=Department)
async def update_department(
    call: CallDependency, department: PathId, body: Annotated[DepartmentUpdate, payload(DepartmentUpdate)]
) -> Response:
    """Change a department. The default one is always public and in use."""
    return await DEPARTMENTS.change(call, department, edit_department, body.given())


@router.remove("/{department}", access=ADMINISTRATOR)
async def delete_department_route(
    call: CallDependency, department: PathId, query: Annotated[DepartmentRemoval, query(DepartmentRemoval)]
) -> Response:
    """Delete a department. Its tickets and tasks move to another one.

    409 for the default department, while it is the primary one of agents, and while departments lie below it.
    """
    return await DEPARTMENTS.remove(call, department, delete_department, query.move_to)


@router.replace("/{department}/members/{staff}", access=ADMINISTRATOR, returns=StaffDetail)
async def put_department_member(
    call: CallDependency, department: PathId, staff: PathId, body: Annotated[Member, payload(Member, optional=True)]
) -> Response:
    """Give an agent access to a department, or change their role or alerts there.

    Of whom it is the primary department, the role there changes. `If-Match` is about the agent.
    """
    return await MEMBERS.change(call, staff, put_member, department, role_id=body.role_id, alerts=body.alerts)


@router.remove("/{department}/members/{staff}", access=ADMINISTRATOR)
async def delete_department_member(call: CallDependency, department: PathId, staff: PathId) -> Response:
    """Take an agent's access to a department away, unless it is their primary one."""
    return await MEMBERS.remove(call, staff, remove_member, department)
