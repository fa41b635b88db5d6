"""What the rows of agents, users and organizations amount to, as osTicket reads them."""

import json
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Table, select, update

from osticket_api.db import tables as t
from osticket_api.db.flags import OrganizationStatus, UserStatus
from tests.fixtures.api import Api

pytestmark = pytest.mark.parametrize("demo", ["sqlite"], indirect=True)
"""None of it depends on the database."""

SUPPORT, BILLING = 1, 4
UMA, UGO = 1, 2
ALICE, TEAM = 2, 1
ELSEWHERE = {"dept_id": BILLING, "staff_id": 0, "team_id": 0, "status_id": 1}
"""A ticket of another department, open and nobody's."""


def change(api: Api, table: Table, which: ColumnElement[bool], **values: Any) -> None:
    api.write(lambda tx: tx.change(update(table).where(which).values(**values)))


def leave_other_departments(api: Api) -> None:
    """Alice works in her primary department alone."""
    access = t.staff_dept_access
    api.write(lambda tx: tx.change(access.delete().where(access.c.staff_id == ALICE)))


@pytest.mark.parametrize(
    ("shared_with", "contact", "member"),
    [
        (0, False, False),
        (OrganizationStatus.SHARED_WITH_PRIMARY_CONTACTS, True, False),
        (OrganizationStatus.SHARED_WITH_EVERYBODY, True, True),
    ],
)
def test_organization_says_who_shares_its_tickets(api: Api, shared_with: int, contact: bool, member: bool) -> None:
    organization_id = api.rows(select(t.user.c.org_id).where(t.user.c.id == UMA))[0][0]
    change(
        api,
        t.organization,
        t.organization.c.id == organization_id,
        status=shared_with | OrganizationStatus.ADDS_MEMBERS,
    )
    change(api, t.user, t.user.c.id == UMA, org_id=organization_id, status=UserStatus.PRIMARY_CONTACT)
    change(api, t.user, t.user.c.id == UGO, org_id=organization_id, status=0)
    change(api, t.ticket, t.ticket.c.user_id.in_((UMA, UGO)), user_id=UGO)
    change(api, t.ticket, t.ticket.c.ticket_id == 1, user_id=UMA)
    api.write(lambda tx: tx.change(t.thread_collaborator.delete()))
    of_ugo, of_uma = (f"/tickets/{number}" for number in (2, 1))
    assert (api.user("uma").get(of_ugo).status == 200, api.user("ugo").get(of_uma).status == 200) == (contact, member)


@pytest.mark.parametrize(
    ("extra", "ticket", "allowed"),
    [
        (None, {"staff_id": ALICE}, True),
        (None, {"team_id": TEAM}, True),
        ({"def_assn_role": True}, {"staff_id": ALICE}, True),
        ({"def_assn_role": False}, {"staff_id": ALICE}, False),
        (None, {}, False),
    ],
)
def test_role_of_the_primary_department_goes_along_to_what_is_assigned(
    api: Api, extra: Any, ticket: dict[str, int], allowed: bool
) -> None:
    leave_other_departments(api)
    api.write(lambda tx: tx.change(t.team_member.delete()))
    api.write(lambda tx: tx.insert(t.team_member, team_id=TEAM, staff_id=ALICE, flags=0))
    change(api, t.staff, t.staff.c.staff_id == ALICE, extra=None if extra is None else json.dumps(extra))
    change(api, t.department, t.department.c.id == BILLING, manager_id=ALICE)
    change(api, t.ticket, t.ticket.c.ticket_id == 26, **(ELSEWHERE | ticket))
    shown = api.staff("alice").get("/tickets/26?include=allowed").data["allowed"]
    assert (shown["reply"], shown["note"]) == (allowed, True)
    assert api.staff("alice").post("/tickets/26/reply", {"body": "Hello"}).status == (201 if allowed else 403)


def test_access_to_a_department_reaches_what_lies_below_it_and_the_role_does_not(api: Api) -> None:
    leave_other_departments(api)
    change(api, t.ticket, t.ticket.c.ticket_id == 26, **ELSEWHERE)
    assert api.staff("alice").get("/tickets/26").status == 404
    change(api, t.department, t.department.c.id == BILLING, pid=SUPPORT, path=f"/{SUPPORT}/{BILLING}/")
    assert api.staff("alice").get("/tickets/26").status == 200
    assert api.staff("alice").post("/tickets/26/reply", {"body": "Hello"}).status == 403


def test_agent_without_a_primary_department_works_where_they_have_access(api: Api) -> None:
    """An import may leave one without: department 0 is none."""
    leave_other_departments(api)
    api.write(lambda tx: tx.insert(t.staff_dept_access, staff_id=ALICE, dept_id=BILLING, role_id=1, flags=1))
    change(api, t.staff, t.staff.c.staff_id == ALICE, dept_id=0)
    change(api, t.ticket, t.ticket.c.ticket_id > 0, staff_id=0, team_id=0)
    alice = api.staff("alice")
    assert alice.get("/auth/me").data["department_ids"] == [BILLING]
    assert {each["department"]["id"] for each in alice.get("/tickets?per_page=100").data} == {BILLING}


@pytest.mark.parametrize("path", ["/21/4/", "/10/4/", "/4/"])
def test_department_whose_id_looks_alike_is_another(api: Api, path: str) -> None:
    leave_other_departments(api)
    change(api, t.ticket, t.ticket.c.ticket_id == 26, **ELSEWHERE)
    change(api, t.department, t.department.c.id == BILLING, path=path)
    assert api.staff("alice").get("/tickets/26").status == 404
