"""Departments over HTTP."""

from osticket_api.access.principal import Staff, User
from osticket_api.access.rules import ADMINISTRATOR, SIGNED_IN, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.departments.members import MEMBERS, put_member, remove_member
from osticket_api.features.departments.queries import get_department, list_departments, list_members
from osticket_api.features.departments.removal import delete_department
from osticket_api.features.departments.requests import DepartmentCreate, DepartmentRemoval, DepartmentUpdate, Member
from osticket_api.features.departments.responses import Department
from osticket_api.features.departments.service import DEPARTMENTS, add_department, edit_department
from osticket_api.features.staff.api import StaffDetail, StaffSummary
from osticket_api.query.small_lists import SwitchedQuery
from osticket_api.web.input import OptionalBody, PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="departments", prefix="/departments")


@router.get("", access=SIGNED_IN)
def get_departments(unit: Read, caller: Staff | User, query: SwitchedQuery) -> Page[Department]:
    """The departments: all of them with `visibility.departments`, else the agent's own; users see public ones."""
    return list_departments(unit, caller, query)


@router.get("/{department}", access=SIGNED_IN)
def get_department_detail(unit: Read, caller: Staff | User, department: PathId) -> Department:
    """A department."""
    return get_department(unit, caller, department)


@router.get("/{department}/members", access=STAFF)
def get_department_members(unit: Read, caller: Staff, department: PathId, query: SwitchedQuery) -> Page[StaffSummary]:
    """The agents who belong to a department, whether it is their primary one or not, and its manager."""
    return list_members(unit, caller, department, query)


@router.post("", access=ADMINISTRATOR)
def post_department(unit: Write, caller: Staff, body: DepartmentCreate) -> Created[Department]:
    """Add a department."""
    department_id = add_department(unit, caller, body.given())
    return Created(DEPARTMENTS.get(unit, caller, department_id))


@router.patch("/{department}", access=ADMINISTRATOR)
def update_department(unit: Write, caller: Staff, department: PathId, body: DepartmentUpdate) -> Department:
    """Change a department. The default department is always public and in use."""
    edit_department(unit, caller, DEPARTMENTS.get_for_update(unit, caller, department), body.given())
    return DEPARTMENTS.get(unit, caller, department)


@router.delete("/{department}", access=ADMINISTRATOR)
def delete_department_route(unit: Write, caller: Staff, department: PathId, query: DepartmentRemoval) -> None:
    """Delete a department. Its tickets and tasks move to another one.

    409 for the default department, while it is the primary one of agents, and while departments lie below it.
    """
    delete_department(unit, caller, DEPARTMENTS.get_for_update(unit, caller, department), query.move_to)
    DEPARTMENTS.note_deleted(unit, department)


@router.put("/{department}/members/{staff}", access=ADMINISTRATOR)
def put_department_member(
    unit: Write, caller: Staff, department: PathId, staff: PathId, body: OptionalBody[Member]
) -> StaffDetail:
    """Give an agent access to a department, or change their role or alerts there.

    Of whom it is the primary department, the role there changes. `If-Match` is about the agent.
    """
    put_member(
        unit, caller, MEMBERS.get_for_update(unit, caller, staff), department, role_id=body.role_id, alerts=body.alerts
    )
    return MEMBERS.get(unit, caller, staff)


@router.delete("/{department}/members/{staff}", access=ADMINISTRATOR)
def delete_department_member(unit: Write, caller: Staff, department: PathId, staff: PathId) -> None:
    """Take an agent's access to a department away, unless it is their primary one."""
    remove_member(unit, caller, MEMBERS.get_for_update(unit, caller, staff), department)
    MEMBERS.note_deleted(unit, staff)
