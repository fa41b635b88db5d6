"""Giving a ticket to an agent or a team."""

import pytest
from sqlalchemy import delete

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tickets import acts
from tests.features.tickets.acts import (
    ALICE,
    ALICES,
    BILLING,
    BOB,
    CHARLIE,
    CLOSED_BY_ALICE,
    DORA,
    ESCALATION,
    FIRST_LEVEL,
    SUPPORT,
    UNASSIGNED,
    last_events,
    last_notes,
    referrals_of,
    row_of,
)
from tests.fixtures.api import Api

MEMBERS_ONLY, PRIMARY_ONLY, ACTIVE = 0x01, 0x10, 0x04


def test_assign_gives_the_ticket_to_the_agent_and_tells_of_it(api: Api) -> None:
    before = row_of(api, UNASSIGNED)
    body = {"staff_id": DORA, "comment": "<p>Yours.</p>"}
    answer = api.staff("alice").post(f"/tickets/{UNASSIGNED}/assign", body)
    assert answer.status == 200, answer.errors
    assert answer.data["staff"] == {"id": DORA, "name": "Dora Drake", "username": "dora"}
    assert last_events(api, UNASSIGNED) == [("assigned", {"staff": [DORA, "Dora Drake"]})]
    assert last_notes(api, UNASSIGNED) == [("Ticket Assigned to Dora Drake", "<p>Yours.</p>", ALICE)]
    after = row_of(api, UNASSIGNED)
    assert after.lastupdate == before.lastupdate
    assert after.updated > before.updated


def test_assign_to_oneself_is_a_claim(api: Api) -> None:
    api.staff("alice").post(f"/tickets/{UNASSIGNED}/assign", {"staff_id": ALICE, "comment": "Mine."})
    assert last_events(api, UNASSIGNED) == [("assigned", {"claim": True})]
    assert last_notes(api, UNASSIGNED)[0][0] == "Ticket claimed by Alice Archer"


def test_assign_to_a_team_leaves_the_agent(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{ALICES}/assign", {"team_id": ESCALATION})
    assert answer.data["team"] == {"id": ESCALATION, "name": "Escalation"}
    assert answer.data["staff"]["id"] == ALICE
    assert last_events(api, ALICES) == [("assigned", {"team": ESCALATION})]


def test_assign_can_keep_access_for_whoever_had_the_ticket(api: Api) -> None:
    api.staff("alice").post(f"/tickets/{ALICES}/assign", {"staff_id": DORA, "keep_access": True})
    assert ("S", ALICE) in referrals_of(api, ALICES)


def test_assign_ends_the_referral_of_the_new_assignee(api: Api) -> None:
    acts.refer(api, ALICES, "S", DORA)
    api.staff("alice").post(f"/tickets/{ALICES}/assign", {"staff_id": DORA})
    assert referrals_of(api, ALICES) == set()


def test_assign_to_whoever_has_the_ticket_is_a_conflict(api: Api) -> None:
    answer = api.staff("dora").post(f"/tickets/{ALICES}/assign", {"staff_id": ALICE})
    assert answer.status == 409
    assert answer.errors[0]["message"] == "The ticket is assigned to Alice Archer already."


def test_assign_reopens_a_closed_ticket_after_it_told_of_the_assignment(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{CLOSED_BY_ALICE}/assign", {"staff_id": DORA})
    assert answer.data["status"]["state"] == "open"
    assert answer.data["staff"]["id"] == DORA
    assert last_events(api, CLOSED_BY_ALICE, 2) == [("assigned", {"staff": [DORA, "Dora Drake"]}), ("reopened", None)]


def test_assign_of_a_closed_ticket_to_an_outsider_ends_with_nobody(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{CLOSED_BY_ALICE}/assign", {"staff_id": CHARLIE})
    assert answer.status == 200
    assert answer.data["staff"] is None
    assert last_events(api, CLOSED_BY_ALICE, 2)[0] == ("assigned", {"staff": [CHARLIE, "Charlie Carter"]})


@pytest.mark.parametrize("absence", [{"onvacation": True}, {"isactive": False}])
def test_assign_to_an_agent_who_is_away_is_refused(api: Api, absence: dict[str, bool]) -> None:
    acts.set_staff(api, DORA, **absence)
    answer = api.staff("alice").post(f"/tickets/{UNASSIGNED}/assign", {"staff_id": DORA})
    assert (answer.status, answer.fields) == (422, ["staff_id"])


def test_assign_to_a_team_without_anybody_there_is_refused(api: Api) -> None:
    def dissolve(tx: Write) -> None:
        tx.change(delete(t.team_member).where(t.team_member.c.team_id == ESCALATION))

    api.write(dissolve)
    answer = api.staff("alice").post(f"/tickets/{UNASSIGNED}/assign", {"team_id": ESCALATION})
    assert (answer.status, answer.fields) == (422, ["team_id"])


@pytest.mark.parametrize("body", [{}, {"staff_id": DORA, "team_id": ESCALATION}, {"staff_id": None}])
def test_assign_takes_exactly_one_assignee(api: Api, body: dict[str, int]) -> None:
    answer = api.staff("alice").post(f"/tickets/{UNASSIGNED}/assign", body)
    assert answer.status == 422
    assert answer.errors[0]["message"] == "Give exactly one of staff_id, team_id."


@pytest.mark.parametrize("body", [{"staff_id": 999}, {"team_id": 999}])
def test_assign_to_nobody_known_is_refused(api: Api, body: dict[str, int]) -> None:
    answer = api.staff("alice").post(f"/tickets/{UNASSIGNED}/assign", body)
    assert (answer.status, answer.fields) == (422, list(body))


def test_assign_outside_department_is_refused(api: Api) -> None:
    acts.set_department(api, SUPPORT, flags=ACTIVE | MEMBERS_ONLY)
    alice = api.staff("alice")
    refused = alice.post(f"/tickets/{UNASSIGNED}/assign", {"staff_id": CHARLIE})
    assert (refused.status, refused.fields) == (422, ["staff_id"])
    acts.make_manager(api, CHARLIE)
    assert alice.post(f"/tickets/{UNASSIGNED}/assign", {"staff_id": CHARLIE}).status == 200
    assert alice.post(f"/tickets/{UNASSIGNED}/assign", {"team_id": FIRST_LEVEL}).status == 200


def test_assign_where_only_primary_members_may_refuses_extended_ones(api: Api) -> None:
    def let_in(tx: Write) -> None:
        tx.insert(t.staff_dept_access, staff_id=CHARLIE, dept_id=SUPPORT, role_id=1)

    api.write(let_in)
    alice = api.staff("alice")
    acts.set_department(api, SUPPORT, flags=ACTIVE | MEMBERS_ONLY | PRIMARY_ONLY)
    assert alice.post(f"/tickets/{UNASSIGNED}/assign", {"staff_id": CHARLIE}).status == 422
    assert alice.post(f"/tickets/{UNASSIGNED}/assign", {"staff_id": BOB}).status == 200
    acts.set_department(api, SUPPORT, flags=ACTIVE | MEMBERS_ONLY)
    assert alice.post(f"/tickets/{UNASSIGNED}/assign", {"staff_id": CHARLIE}).status == 200


def test_assign_without_sight_of_all_agents_stays_in_ones_own_departments(api: Api) -> None:
    acts.set_staff(api, ALICE, permissions="[]")
    alice = api.staff("alice")
    refused = alice.post(f"/tickets/{UNASSIGNED}/assign", {"staff_id": CHARLIE})
    assert (refused.status, refused.fields) == (422, ["staff_id"])
    assert refused.errors[0]["detail"] == {"permission": "visibility.agents"}
    assert alice.post(f"/tickets/{UNASSIGNED}/assign", {"staff_id": DORA}).status == 200
    acts.make_manager(api, ALICE, BILLING)
    assert alice.post(f"/tickets/{UNASSIGNED}/assign", {"staff_id": CHARLIE}).status == 200


@pytest.mark.parametrize("staff_id", [DORA, 999])
def test_assign_without_the_right_names_it(api: Api, staff_id: int) -> None:
    answer = api.staff("bob").post(f"/tickets/{UNASSIGNED}/assign", {"staff_id": staff_id})
    assert answer.status == 403
    assert answer.errors[0]["detail"] == {"permission": "ticket.assign"}


def test_assign_out_of_sight_is_not_found(api: Api) -> None:
    assert api.staff("charlie").post(f"/tickets/{UNASSIGNED}/assign", {"staff_id": DORA}).status == 404


def test_assign_of_what_has_changed_since_it_was_read_is_stale(api: Api) -> None:
    alice = api.staff("alice")
    tag = {"If-Match": alice.get(f"/tickets/{UNASSIGNED}").headers["etag"]}
    assert alice.post(f"/tickets/{UNASSIGNED}/assign", {"staff_id": DORA}, headers=tag).status == 200
    assert alice.post(f"/tickets/{UNASSIGNED}/assign", {"staff_id": BOB}, headers=tag).status == 412


def test_assign_as_a_dry_run_tells_what_it_would_do_and_does_nothing(api: Api) -> None:
    acts.refer(api, UNASSIGNED, "S", DORA)
    path = f"/tickets/{UNASSIGNED}/assign"
    answer = api.staff("alice").post(path, {"staff_id": DORA, "comment": "x"}, params={"dry_run": "true"})
    assert [effect["kind"] for effect in answer.data["effects"]] == ["referral", "ticket", "event", "entry", "mail"]
    assert row_of(api, UNASSIGNED).staff_id is None
    assert referrals_of(api, UNASSIGNED) == {("S", DORA)}


def test_assign_repeated_with_its_key_happens_once(api: Api) -> None:
    alice, key = api.staff("alice"), {"Idempotency-Key": "once"}
    first = alice.post(f"/tickets/{UNASSIGNED}/assign", {"staff_id": DORA}, headers=key)
    again = alice.post(f"/tickets/{UNASSIGNED}/assign", {"staff_id": DORA}, headers=key)
    assert (first.status, again.status) == (200, 200)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.data == first.data
