"""Letting somebody see a ticket, and taking that back."""

from typing import Any

import pytest

from tests.features.tickets import acts
from tests.features.tickets.acts import (
    ALICE,
    ALICES,
    BILLING,
    CHARLIE,
    DORA,
    DORAS,
    ESCALATION,
    SUPPORT,
    UNASSIGNED,
    last_events,
    last_notes,
    referrals_of,
)
from tests.fixtures.api import Api


@pytest.mark.parametrize(
    ("body", "told", "stored"),
    [
        ({"staff_id": CHARLIE}, {"staff": [CHARLIE, "Charlie Carter"]}, ("S", CHARLIE)),
        ({"team_id": ESCALATION}, {"team": ESCALATION}, ("E", ESCALATION)),
        ({"department_id": BILLING}, {"dept": BILLING}, ("D", BILLING)),
    ],
)
def test_refer_lets_them_see_the_ticket_and_tells_of_it(
    api: Api, body: dict[str, int], told: dict[str, Any], stored: tuple[str, int]
) -> None:
    answer = api.staff("alice").post(f"/tickets/{UNASSIGNED}/refer", {**body, "comment": "<p>Have a look.</p>"})
    assert answer.status == 200, answer.errors
    assert last_events(api, UNASSIGNED) == [("referred", told)]
    assert last_notes(api, UNASSIGNED) == [("Referral", "<p>Have a look.</p>", ALICE)]
    assert referrals_of(api, UNASSIGNED) == {stored}


def test_refer_opens_the_ticket_to_an_outsider(api: Api) -> None:
    charlie = api.staff("charlie")
    assert charlie.get(f"/tickets/{UNASSIGNED}").status == 404
    api.staff("alice").post(f"/tickets/{UNASSIGNED}/refer", {"department_id": BILLING})
    assert charlie.get(f"/tickets/{UNASSIGNED}").status == 200
    assert charlie.post(f"/tickets/{UNASSIGNED}/claim").status == 403


@pytest.mark.parametrize("body", [{"staff_id": ALICE}, {"department_id": SUPPORT}])
def test_refer_to_whoever_has_the_ticket_is_a_conflict(api: Api, body: dict[str, int]) -> None:
    answer = api.staff("dora").post(f"/tickets/{ALICES}/refer", body)
    assert (answer.status, answer.errors[0]["code"]) == (409, "conflict")


def test_refer_twice_is_a_conflict(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.post(f"/tickets/{ALICES}/refer", {"department_id": BILLING}).status == 200
    again = alice.post(f"/tickets/{ALICES}/refer", {"department_id": BILLING})
    assert (again.status, again.errors[0]["code"]) == (409, "already_referred")


@pytest.mark.parametrize("body", [{}, {"staff_id": DORA, "department_id": BILLING}])
def test_refer_takes_exactly_one_target(api: Api, body: dict[str, int]) -> None:
    assert api.staff("alice").post(f"/tickets/{ALICES}/refer", body).status == 422


@pytest.mark.parametrize("body", [{"staff_id": 999}, {"team_id": 999}, {"department_id": 999}])
def test_refer_to_nobody_known_is_refused(api: Api, body: dict[str, int]) -> None:
    answer = api.staff("alice").post(f"/tickets/{ALICES}/refer", body)
    assert (answer.status, answer.fields) == (422, list(body))


def test_refer_asks_for_the_right_to_assign(api: Api) -> None:
    answer = api.staff("bob").post(f"/tickets/{ALICES}/refer", {"department_id": BILLING})
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "ticket.assign"})


def test_referrals_are_listed_with_whom_they_are_to(api: Api) -> None:
    api.staff("alice").post(f"/tickets/{DORAS}/refer", {"team_id": ESCALATION})
    api.staff("alice").post(f"/tickets/{DORAS}/refer", {"department_id": BILLING})
    answer = api.staff("bob").get(f"/tickets/{DORAS}/referrals")
    agent, team, department = answer.data
    assert agent["staff"] == {"id": DORA, "name": "Dora Drake"}
    assert (agent["team"], agent["department"]) == (None, None)
    assert team["team"] == {"id": ESCALATION, "name": "Escalation"}
    assert department["department"] == {"id": BILLING, "name": "Billing"}
    assert department["created_at"].endswith("Z")
    assert answer.meta["total"] == 3


def test_referrals_come_in_pages(api: Api) -> None:
    acts.refer(api, DORAS, "D", BILLING)
    answer = api.staff("alice").get(f"/tickets/{DORAS}/referrals", params={"page": 2, "per_page": 1})
    assert [each["department"]["id"] for each in answer.data] == [BILLING]
    assert answer.meta["total"] == 2


def test_a_ticket_without_referrals_has_an_empty_list(api: Api) -> None:
    answer = api.staff("alice").get(f"/tickets/{UNASSIGNED}/referrals")
    assert (answer.status, answer.data) == (200, [])
    assert api.staff("charlie").get(f"/tickets/{UNASSIGNED}/referrals").status == 404


def test_a_referral_is_taken_back_without_a_word(api: Api) -> None:
    before = last_events(api, DORAS, 20)
    alice = api.staff("alice")
    (referral,) = alice.get(f"/tickets/{DORAS}/referrals").data
    assert alice.delete(f"/tickets/{DORAS}/referrals/{referral['id']}").status == 204
    assert referrals_of(api, DORAS) == set()
    assert last_events(api, DORAS, 20) == before
    assert alice.delete(f"/tickets/{DORAS}/referrals/{referral['id']}").status == 404


def test_a_referral_of_another_ticket_is_not_found(api: Api) -> None:
    (referral,) = api.staff("alice").get(f"/tickets/{DORAS}/referrals").data
    assert api.staff("alice").delete(f"/tickets/{ALICES}/referrals/{referral['id']}").status == 404
    assert api.staff("bob").delete(f"/tickets/{DORAS}/referrals/{referral['id']}").status == 403
