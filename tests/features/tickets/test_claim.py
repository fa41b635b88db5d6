"""Taking a ticket that no agent has."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from osticket_api.db import tables as t
from tests.features.tickets import acts
from tests.features.tickets.acts import (
    ALICE,
    ALICES,
    CHARLIE,
    CLOSED_BY_ALICE,
    SUPPORT,
    UNASSIGNED,
    last_events,
    last_notes,
    referrals_of,
    row_of,
)
from tests.fixtures.api import Answer, Api
from tests.fixtures.mariadb import Server, wait_until_blocked

WITH_TEAM = 30
"""Open, in Support, of the first level team."""
ACTIVE, MEMBERS_ONLY = 0x04, 0x01


def test_claim_takes_the_ticket_and_tells_of_it(api: Api) -> None:
    acts.refer(api, UNASSIGNED, "S", ALICE)
    answer = api.staff("alice").post(f"/tickets/{UNASSIGNED}/claim", {"comment": "<p>On it.</p>"})
    assert answer.status == 200, answer.errors
    assert answer.data["staff"]["id"] == ALICE
    assert last_events(api, UNASSIGNED) == [("assigned", {"claim": True})]
    assert last_notes(api, UNASSIGNED) == [("Ticket claimed by Alice Archer", "<p>On it.</p>", ALICE)]
    assert referrals_of(api, UNASSIGNED) == set()


def test_claim_needs_no_body_and_leaves_the_team(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{WITH_TEAM}/claim")
    assert answer.status == 200, answer.errors
    assert (answer.data["staff"]["id"], answer.data["team"]["name"]) == (ALICE, "Level I Support")


@pytest.mark.parametrize("name", ["alice", "dora"])
def test_claim_of_a_ticket_that_somebody_has_is_a_conflict_that_names_them(api: Api, name: str) -> None:
    answer = api.staff(name).post(f"/tickets/{ALICES}/claim")
    assert (answer.status, answer.errors[0]["code"]) == (409, "already_assigned")
    assert answer.errors[0]["detail"] == {"staff": {"id": ALICE, "name": "Alice Archer"}}


def test_claim_of_a_closed_ticket_is_a_conflict(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{CLOSED_BY_ALICE}/claim")
    assert (answer.status, answer.errors[0]["code"]) == (409, "not_open")


def test_claim_by_an_agent_on_vacation_is_a_conflict(api: Api) -> None:
    acts.set_staff(api, ALICE, onvacation=True)
    answer = api.staff("alice").post(f"/tickets/{UNASSIGNED}/claim")
    assert (answer.status, answer.errors[0]["code"]) == (409, "on_vacation")


def test_claim_by_a_stranger_to_a_department_for_members_is_a_conflict(api: Api) -> None:
    acts.set_department(api, SUPPORT, flags=ACTIVE | MEMBERS_ONLY)
    acts.set_ticket(api, UNASSIGNED, team_id=1)
    _join(api, CHARLIE)
    answer = api.staff("charlie").post(f"/tickets/{UNASSIGNED}/claim")
    assert (answer.status, answer.errors[0]["code"]) == (409, "members_only")
    assert api.staff("alice").post(f"/tickets/{UNASSIGNED}/claim").status == 200


def _join(api: Api, staff_id: int) -> None:
    api.write(lambda tx: tx.insert(t.team_member, team_id=1, staff_id=staff_id, flags=1))


def test_claim_without_the_right_names_it(api: Api) -> None:
    answer = api.staff("bob").post(f"/tickets/{UNASSIGNED}/claim")
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "ticket.assign"})


def test_of_two_who_claim_at_once_one_gets_the_ticket(api: Api) -> None:
    both = Barrier(2)

    def claim(name: str) -> Answer:
        both.wait()
        return api.staff(name).post(f"/tickets/{UNASSIGNED}/claim")

    with ThreadPoolExecutor(2) as pool:
        _one_won(api, list(pool.map(claim, ["alice", "dora"])))


def test_two_who_wait_for_the_same_row_do_not_both_get_the_ticket(api: Api, mariadb: Server) -> None:
    """Both requests are held up at the ticket's row, by a third party that has it locked."""
    if api.database.is_sqlite:
        pytest.skip("SQLite lets one writer in at a time")
    with ThreadPoolExecutor(2) as pool, mariadb.connect(api.database.url.database) as other, other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"SELECT ticket_id FROM ost_ticket WHERE ticket_id = {UNASSIGNED} FOR UPDATE")
        claims = [pool.submit(api.staff(name).post, f"/tickets/{UNASSIGNED}/claim") for name in ("alice", "dora")]
        try:
            wait_until_blocked(cursor, 2)
        finally:
            cursor.execute("COMMIT")
        _one_won(api, [each.result() for each in claims])


def _one_won(api: Api, answers: list[Answer]) -> None:
    assert sorted(answer.status for answer in answers) == [200, 409]
    (winner,) = [answer for answer in answers if answer.status == 200]
    assert row_of(api, UNASSIGNED).staff_id == winner.data["staff"]["id"]
    assert [name for name, _ in last_events(api, UNASSIGNED, 5)].count("assigned") == 1
