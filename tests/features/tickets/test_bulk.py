"""One action on many tickets, each with an outcome of its own."""

from typing import Any

import pytest
from sqlalchemy import func, select

from osticket_api.db import tables as t
from tests.features.tickets.acts import (
    ALICE,
    ALICES,
    CLOSED,
    DORAS,
    ESCALATION,
    SALES,
    UNASSIGNED,
    WITH_OPEN_TASK,
    row_of,
)
from tests.fixtures.api import Answer, Api

IN_BILLING = 28


def bulk(api: Api, action: str, tickets: list[Any], by: str = "alice", **parameters: Any) -> Answer:
    body = {"tickets": tickets, "action": action, "parameters": parameters}
    return api.staff(by).post("/tickets/bulk", json=body)


def told(answer: Answer) -> list[tuple[Any, bool, int]]:
    return [(each["ticket"], each["ok"], each["status"]) for each in answer.data]


def test_every_ticket_has_its_own_outcome(api: Api) -> None:
    answer = bulk(api, "status", [UNASSIGNED, WITH_OPEN_TASK, IN_BILLING], status_id=CLOSED)
    assert answer.status == 200
    assert told(answer) == [(UNASSIGNED, True, 200), (WITH_OPEN_TASK, False, 409), (IN_BILLING, False, 404)]
    assert answer.data[0]["errors"] is None
    assert answer.data[1]["errors"][0]["code"] == "open_tasks"
    assert answer.meta["total"] == 3
    assert [row_of(api, ticket).status_id == CLOSED for ticket in (UNASSIGNED, WITH_OPEN_TASK)] == [True, False]


def test_what_may_not_be_done_names_the_permission(api: Api) -> None:
    answer = bulk(api, "delete", [UNASSIGNED], by="bob", comment="<p>Spam</p>")
    assert told(answer) == [(UNASSIGNED, False, 403)]
    assert answer.data[0]["errors"][0]["detail"] == {"permission": "ticket.delete"}


@pytest.mark.parametrize(
    ("action", "ticket", "parameters", "column", "value"),
    [
        ("assign", UNASSIGNED, {"staff_id": ALICE}, "staff_id", ALICE),
        ("assign", UNASSIGNED, {"team_id": ESCALATION, "comment": "<p>x</p>"}, "team_id", ESCALATION),
        ("claim", UNASSIGNED, {}, "staff_id", ALICE),
        ("mark", ALICES, {"as": "answered"}, "isanswered", True),
        ("owner", UNASSIGNED, {"user_id": 4}, "user_id", 4),
        ("release", ALICES, {}, "staff_id", None),
        ("transfer", UNASSIGNED, {"department_id": SALES}, "dept_id", SALES),
    ],
)
def test_every_action_takes_the_body_of_its_own_route(
    api: Api, action: str, ticket: int, parameters: dict[str, Any], column: str, value: Any
) -> None:
    answer = bulk(api, action, [ticket], **parameters)
    assert told(answer) == [(ticket, True, 200)], answer.data
    assert getattr(row_of(api, ticket), column) == value


def test_tickets_are_referred(api: Api) -> None:
    answer = bulk(api, "refer", [UNASSIGNED, ALICES], department_id=SALES)
    assert [each["ok"] for each in answer.data] == [True, True]


def test_tickets_are_deleted(api: Api) -> None:
    answer = bulk(api, "delete", [UNASSIGNED, UNASSIGNED])
    assert told(answer) == [(UNASSIGNED, True, 204), (UNASSIGNED, False, 404)]


def test_tickets_are_named_by_number_too(api: Api) -> None:
    number = row_of(api, UNASSIGNED).number
    answer = bulk(api, "claim", [f"number:{number}", str(DORAS)])
    assert told(answer) == [(f"number:{number}", True, 200), (DORAS, False, 409)]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"tickets": [], "action": "claim"}, ["tickets"]),
        ({"tickets": [*range(1, 102)], "action": "claim"}, ["tickets"]),
        ({"tickets": [ALICES], "action": "explode"}, ["action"]),
        ({"tickets": [ALICES], "action": "assign", "parameters": {}}, ["parameters"]),
        ({"tickets": [ALICES], "action": "transfer", "parameters": {}}, ["parameters.department_id"]),
        ({"tickets": [ALICES], "action": "claim", "parameters": {"commnt": "x"}}, ["parameters.commnt"]),
    ],
)
def test_a_wrong_request_is_refused_as_a_whole(api: Api, body: dict[str, Any], fields: list[str]) -> None:
    answer = api.staff("alice").post("/tickets/bulk", json=body)
    assert (answer.status, answer.fields) == (422, fields)


def test_a_dry_run_tells_what_would_come_of_each(api: Api) -> None:
    body = {"tickets": [UNASSIGNED, ALICES], "action": "claim"}
    answer = api.staff("alice").post("/tickets/bulk", json=body, params={"dry_run": "true"})
    assert told(answer) == [(UNASSIGNED, True, 200), (ALICES, False, 409)]
    assert {effect["kind"] for effect in answer.data[0]["effects"]} >= {"ticket", "event"}
    assert "effects" not in answer.data[1]
    assert answer.meta["dry_run"] is True
    assert row_of(api, UNASSIGNED).staff_id is None


def test_a_repeated_request_does_nothing_twice(api: Api) -> None:
    body = {"tickets": [UNASSIGNED, ALICES], "action": "status", "parameters": {"status_id": CLOSED}}
    send = {"json": body, "headers": {"Idempotency-Key": "once-and-for-all"}}
    first = api.staff("alice").post("/tickets/bulk", **send)
    events = api.rows(select(func.count()).select_from(t.thread_event))
    second = api.staff("alice").post("/tickets/bulk", **send)
    assert told(first) == told(second) == [(UNASSIGNED, True, 200), (ALICES, True, 200)]
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert api.rows(select(func.count()).select_from(t.thread_event)) == events


def test_a_key_of_another_request_is_refused_before_anything_happens(api: Api) -> None:
    headers = {"Idempotency-Key": "mine"}
    alice = api.staff("alice")
    alice.post("/tickets/bulk", json={"tickets": [DORAS], "action": "claim"}, headers=headers)
    answer = alice.post("/tickets/bulk", json={"tickets": [UNASSIGNED], "action": "claim"}, headers=headers)
    assert (answer.status, answer.errors[0]["code"]) == (422, "key_reused")
    assert row_of(api, UNASSIGNED).staff_id is None


def test_users_have_no_bulk(api: Api) -> None:
    answer = api.user("uma").post("/tickets/bulk", json={"tickets": [ALICES], "action": "claim"})
    assert answer.status == 403
