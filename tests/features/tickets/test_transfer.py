"""Moving a ticket to another department."""

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tickets import acts
from tests.features.tickets.acts import (
    ALICE,
    ALICES,
    BILLING,
    CLOSED_BY_ALICE,
    MAINTENANCE,
    SALES,
    SUPPORT,
    UNASSIGNED,
    WORKPLACE,
    last_events,
    last_notes,
    referrals_of,
    row_of,
)
from tests.fixtures.api import Api

ACTIVE, MEMBERS_ONLY, PRIMARY_ONLY, NO_REOPEN_ASSIGN = 0x04, 0x01, 0x10, 0x20
DEFAULT_SLA, WORKPLACE_SLA, TRANSIENT = 1, 2, 0x8


def test_transfer_moves_the_ticket_and_leaves_its_agent(api: Api) -> None:
    before = row_of(api, ALICES)
    body = {"department_id": SALES, "comment": "<p>Wrong place.</p>"}
    answer = api.staff("alice").post(f"/tickets/{ALICES}/transfer", body)
    assert answer.status == 200, answer.errors
    assert answer.data["department"] == {"id": SALES, "name": "Sales"}
    assert answer.data["staff"]["id"] == ALICE
    assert last_events(api, ALICES) == [("transferred", {"dept": "Sales"})]
    title, body_text, _ = last_notes(api, ALICES)[0]
    assert (title, body_text) == ("Ticket transferred from Support to Sales", "<p>Wrong place.</p>")
    assert row_of(api, ALICES).lastupdate == before.lastupdate


def test_transfer_is_told_with_the_new_department(api: Api) -> None:
    api.staff("alice").post(f"/tickets/{UNASSIGNED}/transfer", {"department_id": WORKPLACE})
    assert last_events(api, UNASSIGNED) == [("transferred", {"dept": "Workplace"})]
    assert api.staff("dora").get(f"/tickets/{UNASSIGNED}/events").data[-1]["name"] == "transferred"


def test_transfer_can_keep_access_for_the_old_department_and_ends_the_referral_to_the_new(api: Api) -> None:
    acts.refer(api, ALICES, "D", SALES)
    api.staff("alice").post(f"/tickets/{ALICES}/transfer", {"department_id": SALES, "keep_access": True})
    assert referrals_of(api, ALICES) == {("D", SUPPORT)}


@pytest.mark.parametrize(("rule", "keeps"), [(MEMBERS_ONLY, False), (PRIMARY_ONLY, True)])
def test_transfer_takes_the_ticket_from_an_agent_whom_a_department_for_members_does_not_have(
    api: Api, rule: int, keeps: bool
) -> None:
    acts.set_department(api, SALES, flags=ACTIVE | rule)
    answer = api.staff("alice").post(f"/tickets/{ALICES}/transfer", {"department_id": SALES})
    assert (answer.data["staff"] is not None) is keeps
    assert last_events(api, ALICES) == [("transferred", {"dept": "Sales"})]


def test_transfer_leaves_an_sla_that_was_given_for_good(api: Api) -> None:
    before = row_of(api, ALICES)
    api.staff("alice").post(f"/tickets/{ALICES}/transfer", {"department_id": WORKPLACE})
    after = row_of(api, ALICES)
    assert (after.sla_id, after.est_duedate) == (DEFAULT_SLA, before.est_duedate)


def test_transfer_replaces_a_transient_sla_but_not_the_due_date(api: Api) -> None:
    def make_transient(tx: Write) -> None:
        tx.change(update(t.sla).where(t.sla.c.id == DEFAULT_SLA).values(flags=3 | TRANSIENT))

    api.write(make_transient)
    before = row_of(api, ALICES)
    api.staff("alice").post(f"/tickets/{ALICES}/transfer", {"department_id": MAINTENANCE})
    assert row_of(api, ALICES).sla_id == DEFAULT_SLA
    api.staff("dora").post(f"/tickets/{ALICES}/transfer", {"department_id": WORKPLACE})
    after = row_of(api, ALICES)
    assert (after.sla_id, after.est_duedate) == (WORKPLACE_SLA, before.est_duedate)


def test_transfer_gives_a_ticket_without_sla_that_of_the_department(api: Api) -> None:
    acts.set_ticket(api, ALICES, sla_id=None)
    api.staff("alice").post(f"/tickets/{ALICES}/transfer", {"department_id": WORKPLACE})
    assert row_of(api, ALICES).sla_id == WORKPLACE_SLA


def test_transfer_reopens_a_closed_ticket_in_the_new_department_first(api: Api) -> None:
    answer = api.staff("dora").post(f"/tickets/{CLOSED_BY_ALICE}/transfer", {"department_id": MAINTENANCE})
    assert answer.data["status"]["state"] == "open"
    assert answer.data["staff"] is None
    assert last_events(api, CLOSED_BY_ALICE, 2) == [("reopened", None), ("transferred", {"dept": "Maintenance"})]
    reopened, transferred = api.staff("dora").get(f"/tickets/{CLOSED_BY_ALICE}/events").data[-2:]
    assert (reopened["name"], transferred["name"]) == ("reopened", "transferred")


def test_transfer_to_the_same_department_is_a_conflict(api: Api) -> None:
    assert api.staff("alice").post(f"/tickets/{ALICES}/transfer", {"department_id": SUPPORT}).status == 409


def test_transfer_to_a_department_that_is_none_or_not_active_is_refused(api: Api) -> None:
    acts.set_department(api, SALES, flags=0)
    for department_id in (999, SALES):
        answer = api.staff("alice").post(f"/tickets/{ALICES}/transfer", {"department_id": department_id})
        assert (answer.status, answer.fields) == (422, ["department_id"])


def test_transfer_without_sight_of_all_departments_stays_in_ones_own(api: Api) -> None:
    acts.set_staff(api, ALICE, permissions="[]")
    acts.make_manager(api, ALICE, SALES)
    alice = api.staff("alice")
    refused = alice.post(f"/tickets/{ALICES}/transfer", {"department_id": BILLING})
    assert (refused.status, refused.fields) == (422, ["department_id"])
    assert refused.errors[0]["detail"] == {"permission": "visibility.departments"}
    assert alice.post(f"/tickets/{ALICES}/transfer", {"department_id": SALES}).status == 200


def test_transfer_without_the_right_names_it(api: Api) -> None:
    answer = api.staff("bob").post(f"/tickets/{ALICES}/transfer", {"department_id": SALES})
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "ticket.transfer"})


def test_transfer_out_of_ones_own_sight_still_shows_the_ticket(api: Api) -> None:
    alice = api.staff("alice")
    acts.set_ticket(api, UNASSIGNED, staff_id=None)
    assert alice.post(f"/tickets/{UNASSIGNED}/transfer", {"department_id": BILLING}).status == 200
    assert alice.get(f"/tickets/{UNASSIGNED}").status == 404
