"""Taking a ticket away from its agent or team."""

from typing import Any

import pytest

from tests.features.tickets import acts
from tests.features.tickets.acts import (
    ALICE,
    ALICES,
    BOB,
    CHARLIE,
    CLOSED_BY_ALICE,
    FIRST_LEVEL,
    MAINTENANCE,
    SUPPORT,
    UNASSIGNED,
    last_events,
    last_notes,
    row_of,
)
from tests.fixtures.api import Api


def test_release_takes_the_ticket_from_agent_and_team(api: Api) -> None:
    acts.set_ticket(api, ALICES, team_id=FIRST_LEVEL)
    answer = api.staff("dora").post(f"/tickets/{ALICES}/release", {"comment": "<p>Back to the pool.</p>"})
    assert answer.status == 200, answer.errors
    assert (answer.data["staff"], answer.data["team"]) == (None, None)
    assert last_events(api, ALICES) == [("released", {"staff": [ALICE, "Alice Archer"], "team": FIRST_LEVEL})]
    assert last_notes(api, ALICES)[0][:2] == ("Assignment Released", "<p>Back to the pool.</p>")


@pytest.mark.parametrize(
    ("body", "left", "told"),
    [
        ({"staff": True}, (None, FIRST_LEVEL), {"staff": [ALICE, "Alice Archer"]}),
        ({"team": True}, (ALICE, None), {"team": FIRST_LEVEL}),
        ({"staff": True, "team": False}, (None, FIRST_LEVEL), {"staff": [ALICE, "Alice Archer"]}),
    ],
)
def test_release_takes_it_only_from_whom_it_shall(
    api: Api, body: dict[str, bool], left: tuple[Any, Any], told: dict[str, Any]
) -> None:
    acts.set_ticket(api, ALICES, team_id=FIRST_LEVEL)
    assert api.staff("alice").post(f"/tickets/{ALICES}/release", body).status == 200
    row = row_of(api, ALICES)
    assert (row.staff_id, row.team_id) == left
    assert last_events(api, ALICES) == [("released", told)]


def test_release_of_a_ticket_nobody_has_is_told_without_names(api: Api) -> None:
    before = row_of(api, UNASSIGNED)
    assert api.staff("alice").post(f"/tickets/{UNASSIGNED}/release").status == 200
    assert last_events(api, UNASSIGNED) == [("released", None)]
    assert row_of(api, UNASSIGNED) == before


def test_release_from_neither_is_refused(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{ALICES}/release", {"staff": False})
    assert answer.status == 422


def test_release_of_both_from_a_closed_ticket_is_a_conflict(api: Api) -> None:
    alice = api.staff("alice")
    answer = alice.post(f"/tickets/{CLOSED_BY_ALICE}/release")
    assert (answer.status, answer.errors[0]["code"]) == (409, "not_open")
    assert alice.post(f"/tickets/{CLOSED_BY_ALICE}/release", {"staff": True}).status == 200
    assert row_of(api, CLOSED_BY_ALICE).staff_id is None


def test_release_without_the_right_names_it(api: Api) -> None:
    answer = api.staff("bob").post(f"/tickets/{ALICES}/release")
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "ticket.release"})


def test_managers_of_their_own_department_may_release_any_ticket_they_see(api: Api) -> None:
    acts.make_manager(api, BOB, MAINTENANCE)
    assert api.staff("bob").post(f"/tickets/{ALICES}/release").status == 403
    acts.make_manager(api, BOB, SUPPORT)
    assert api.staff("bob").post(f"/tickets/{ALICES}/release").status == 200
    acts.refer(api, 28, "S", BOB)
    assert api.staff("bob").post("/tickets/28/release").status == 200
    assert last_events(api, 28) == [("released", {"staff": [CHARLIE, "Charlie Carter"]})]
