"""On a database made by a real osTicket: its people sign in, and see and do exactly what osTicket lets them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from osticket_api.access.principal import User
from osticket_api.features.tickets.filters import TicketQuery
from osticket_api.features.tickets.lists import list_tickets
from tests.fixtures.api import Api, Caller, running_api
from tests.fixtures.golden import AS_IN_1_17, PASSWORD, f1_on_mariadb
from tests.fixtures.mariadb import Server
from tests.fixtures.templates import MariadbTemplate

LISTED = {
    "ada": {1, 2, 3, 4, 5, 6},  # Support, and Sales, Maintenance with Field Service below it, Vault
    "bob": {1, 2, 4, 5, 6},  # Support and Field Service, not Sales
    "cyd": {1, 2, 3, 4, 6},  # Sales and Support, not Field Service
    "dan": {5, 6},  # only what is assigned to him or his team
    "uma": {1, 3, 5, 6},  # her own, and as the organization's contact her colleague's
}
REACHABLE = {**LISTED}


@pytest.fixture(scope="module", params=["1.17.5", "1.18.1"])
def f1(mariadb: Server, request: pytest.FixtureRequest) -> MariadbTemplate:
    return f1_on_mariadb(mariadb, *(AS_IN_1_17 if request.param == "1.17.5" else ()))


@pytest.fixture
def api(f1: MariadbTemplate, tmp_path: Path) -> Iterator[Api]:
    with running_api(f1.copy(), tmp_path) as running:
        yield running


def sign_in(api: Api, username: str) -> Caller:
    kind = "user" if username == "uma" else "staff"
    answer = api.anonymous().post("/auth/login", {"username": username, "password": PASSWORD, "kind": kind})
    assert answer.status == 200, answer.errors
    return Caller(api, {"Authorization": f"Bearer {answer.data['access_token']}"})


@pytest.mark.parametrize("username", sorted(LISTED))
def test_each_sees_exactly_their_tickets(api: Api, username: str) -> None:
    caller = sign_in(api, username)
    assert {ticket["id"] for ticket in caller.get("/tickets").data} == LISTED[username]
    reachable = {number for number in range(1, 7) if caller.get(f"/tickets/{number}").status == 200}
    assert reachable == REACHABLE[username]


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (
            User(id=12, name="Vic", email="", organization_id=15, shares_organization=False, lists_collaborations=True),
            {2, 3},
        ),
        (
            User(
                id=12, name="Vic", email="", organization_id=15, shares_organization=False, lists_collaborations=False
            ),
            {3},
        ),
        (
            User(
                id=13, name="Wes", email="", organization_id=None, shares_organization=False, lists_collaborations=True
            ),
            {2, 4},
        ),
    ],
)
def test_users_see_their_own_and_where_they_collaborate(api: Api, user: User, expected: set[int]) -> None:
    page = api.client.portal.call(api.database.read, list_tickets, user, TicketQuery())  # type: ignore[union-attr]
    assert {ticket.id for ticket in page.items} == expected


def test_referred_agents_open_closed_tickets_that_lists_do_not_show_them(api: Api) -> None:
    """Ticket 3 is closed and referred to ada; dan is referred to nothing."""
    assert sign_in(api, "ada").get("/tickets/3").status == 200
    assert sign_in(api, "dan").get("/tickets/3").status == 404


def test_users_never_see_notes(api: Api) -> None:
    uma, ada = sign_in(api, "uma"), sign_in(api, "ada")
    assert {entry["type"] for entry in uma.get("/tickets/6/thread").data} == {"message"}
    assert {entry["type"] for entry in ada.get("/tickets/6/thread").data} == {"message", "note"}
    note = next(entry for entry in ada.get("/tickets/6/thread").data if entry["type"] == "note")
    assert uma.get(f"/tickets/6/thread/{note['id']}").status == 404


def test_the_whole_way_from_a_new_ticket_to_an_answer(api: Api) -> None:
    uma, bob = sign_in(api, "uma"), sign_in(api, "bob")
    created = uma.post("/tickets", {"subject": "Screen is black", "message": "<p>Help!</p>", "topic_id": 1})
    assert created.status == 201, created.errors
    ticket = created.data["id"]
    assert created.headers["location"] == f"/api/v2/tickets/{ticket}"
    assert bob.post(f"/tickets/{ticket}/note", {"body": "<p>Is it plugged in?</p>"}).status == 201
    assert bob.post(f"/tickets/{ticket}/reply", {"body": "<p>Please press the button.</p>"}).status == 201
    detail = uma.get(f"/tickets/{ticket}", params={"include": "thread"}).data
    assert [entry["type"] for entry in detail["thread"]] == ["message", "response"]
    assert detail["is_answered"] is True
    assert detail["staff"] is None
    assert bob.get(f"/tickets/{ticket}").data["staff"]["username"] == "bob"
    assert sign_in(api, "dan").get(f"/tickets/{ticket}").status == 404


def test_a_view_only_role_may_note_but_not_reply(api: Api) -> None:
    cyd = sign_in(api, "cyd")
    refused = cyd.post("/tickets/1/reply", {"body": "<p>No</p>"})
    assert refused.status == 403
    assert "ticket.reply" in refused.errors[0]["message"]
    assert cyd.post("/tickets/1/note", {"body": "<p>Yes</p>"}).status == 201
