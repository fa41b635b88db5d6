"""What holds for every way in: by cookie, by osTicket's session, by the link in a mail, by key, and by its token."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from tests.features.auth.sign_ins import HandClock, caller, code, sign_in
from tests.features.auth.test_browser_sessions import Browser, enter
from tests.features.auth.test_osticket_sessions import SALT, agent, browser, store, token, user
from tests.features.auth.test_service import id_of, set_config
from tests.features.auth.test_ticket_access import guest, token_for
from tests.features.oauth.test_client_credentials import ask, bearer, client_of, get_token, make_key
from tests.fixtures.api import Api, Caller, running_api
from tests.fixtures.templates import Template

pytestmark = pytest.mark.parametrize("demo", ["sqlite"], indirect=True)
"""None of it depends on the database."""

INSIDE, OUTSIDE = ({"X-Forwarded-For": address} for address in ("2001:db8::1", "2001:db8::2"))


@pytest.fixture
def desk(demo: Template, tmp_path: Path) -> Iterator[Api]:
    """A help desk behind a proxy, so that requests come from wherever they like."""
    with running_api(demo.copy(), tmp_path, trusted_proxies="127.0.0.1", osticket_cookie="OSTSESSID") as api:
        api.database.secret_salt = SALT
        yield api


def ticket_of_uma(desk: Api) -> tuple[int, int]:
    account, ticket = t.user_account.c, t.ticket.c
    owned = select(ticket.ticket_id, ticket.user_id).join(t.user_account, account.user_id == ticket.user_id)
    row = desk.rows(owned.where(account.username == "uma"))[0]
    return row[0], row[1]


def ways_in(desk: Api) -> Mapping[str, Caller]:
    """Somebody who is no administrator, by each of them."""
    store(desk, agent(desk, HandClock()))
    key = make_key(desk, staff_id=id_of(desk, "bob"), permissions=["tickets.read"])
    return {
        "cookie of an agent": Browser(desk, enter(desk)),
        "cookie of a user": Browser(desk, enter(desk, "uma", "user")),
        "session of osTicket": browser(desk),
        "link to a ticket": guest(desk, token_for(desk, *ticket_of_uma(desk), salt=SALT)),
        "key of an agent": desk.key(key["key"]),
        "token of that key": bearer(desk, get_token(desk, key)),
    }


def answers(desk: Api, ways: Mapping[str, Caller], headers: Mapping[str, str]) -> set[tuple[int, Any]]:
    """What all of them hear, and those who are just coming in by a link or with a key."""
    desk.database.caches.clear()
    heard = {code(each.get("/tickets?per_page=1", headers=headers)) for each in ways.values()}
    link = {"token": token_for(desk, *ticket_of_uma(desk), salt=SALT)}
    for each in (desk.anonymous(), desk.staff("dora")):
        heard.add(code(each.post("/auth/ticket-access", link, headers=headers)))
    return heard


def test_offline_help_desk_and_list_of_addresses_hold_for_all(desk: Api) -> None:
    ways, key = ways_in(desk), make_key(desk, staff_id=id_of(desk, "bob"))
    assert {each.get("/tickets?per_page=1", headers=OUTSIDE).status for each in ways.values()} == {200}
    set_config(desk, "isonline", "0")
    assert answers(desk, ways, OUTSIDE) == {(503, "help_desk_offline")}
    assert ask(desk, grant_type="client_credentials", **client_of(key)).status == 503
    set_config(desk, "isonline", "1")
    set_config(desk, "acl_backend", "1")
    set_config(desk, "acl", " , 2001:DB8:0:0::1, not an address,")
    assert answers(desk, ways, OUTSIDE) == {(403, "address_refused")}
    assert ask(desk, headers=OUTSIDE, grant_type="client_credentials", **client_of(key)).status == 403
    assert {each.get("/tickets?per_page=1", headers=INSIDE).status for each in ways.values()} == {200}
    set_config(desk, "acl", " , ")
    assert {each.get("/tickets?per_page=1", headers=OUTSIDE).status for each in ways.values()} == {200}


def test_sessions_of_agents_alone_are_bound_to_their_address(desk: Api) -> None:
    set_config(desk, "staff_ip_binding", "1")
    agents, users = (Browser(desk, enter(desk, *who, **INSIDE)) for who in (("bob", "staff"), ("uma", "user")))
    assert (agents.get("/auth/me", headers=OUTSIDE).status, users.get("/auth/me", headers=OUTSIDE).status) == (401, 200)
    clock = HandClock()
    for signed_in, status in ((agent, 401), (user, 200)):
        store(desk, signed_in(desk, clock))
        assert browser(desk).get("/auth/me", headers=OUTSIDE).status == status


def test_help_desk_without_a_limit_lets_sessions_of_osticket_grow_old(desk: Api) -> None:
    clock = HandClock()
    old = {"staff": token(id_of(desk, "bob"), int(clock.now.timestamp()) - 86_400)}
    store(desk, {**agent(desk, clock), ":token": old})
    assert browser(desk).get("/auth/me").status == 401
    set_config(desk, "staff_session_timeout", "0")
    assert browser(desk).get("/auth/me").status == 200


def test_signature_counts_where_there_is_no_other_credential(desk: Api) -> None:
    """Whoever has signed in fetches what they may see themselves, whoever's address they have."""
    alice, charlie = (caller(desk, sign_in(desk, name)) for name in ("alice", "charlie"))
    uploaded = alice.post("/files?name=a.txt", content=b"text").data["id"]
    made = alice.post("/tickets/26/note", {"body": "x", "attachments": [{"file_id": uploaded}]})
    assert made.status == 201
    address = alice.get("/tickets/26/attachments?urls=signed&per_page=100").data[-1]["url"]
    path = address.partition("/api/v2")[2]
    assert [each.get(path).status for each in (desk.anonymous(), alice, charlie)] == [200, 200, 404]
