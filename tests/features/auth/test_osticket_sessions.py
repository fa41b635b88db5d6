"""Whoever is signed in at osTicket's own panel or portal, by the cookie of PHP."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from tests.events.listening import Listening
from tests.events.streaming import open_stream
from tests.features.auth.sign_ins import HandClock, caller, code, sign_in
from tests.features.auth.test_passkeys import enrol
from tests.features.auth.test_second_factor import use_authenticator
from tests.features.auth.test_service import id_of, set_config
from tests.features.stream.test_stream import note
from tests.fixtures.api import Api, Caller, change_settings, running_api
from tests.fixtures.authenticator import Authenticator
from tests.fixtures.php import session
from tests.fixtures.templates import Template

SALT = "a salt that osTicket made"
SESSION = "k3v0q5u1t2s4r6p7o8n9m0l1k2"
CSRF = "0123456789abcdef0123456789abcdef01234567"
ADDRESS = "127.0.0.1"
APP_URL = "https://desk.example.com"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def desk(demo: Template, tmp_path: Path, clock: HandClock) -> Iterator[Api]:
    with running_api(demo.copy(), tmp_path, clock=clock) as api:
        change_settings(api, osticket_cookie="OSTSESSID", app_url=APP_URL)
        api.database.secret_salt = SALT
        yield api


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def token(owner_id: int, time: int, ip: str = ADDRESS, salt: str = SALT) -> str:
    """What osTicket signs a session with."""
    return f"{md5(f'{time}{md5(salt)}{owner_id}')}:{time}:{md5(ip)}"


def agent(desk: Api, clock: HandClock, username: str = "bob", **changed: Any) -> dict[str, Any]:
    """What a session holds after the agent has signed in at the panel."""
    staff_id = id_of(desk, username)
    return {
        "csrf": {"token": CSRF, "time": int(clock.now.timestamp())},
        "_auth": {"staff": {"id": staff_id, "key": f"local:{username}", "2fa": None}},
        ":token": {"staff": token(staff_id, int(clock.now.timestamp()))},
        **changed,
    }


def user(desk: Api, clock: HandClock, **changed: Any) -> dict[str, Any]:
    user_id = desk.rows(select(t.user_account.c.user_id).where(t.user_account.c.username == "uma"))[0][0]
    return {
        "csrf": {"token": CSRF, "time": int(clock.now.timestamp())},
        "_auth": {"user": {"id": user_id, "key": f"client:{user_id}"}},
        ":token": {"client": token(user_id, int(clock.now.timestamp()))},
        **changed,
    }


def store(desk: Api, data: dict[str, Any] | bytes, expires_in: int = 1800, session_id: str = SESSION) -> None:
    """As PHP stores a session."""
    stored = data if isinstance(data, bytes) else session(data)

    def write(tx: Any) -> None:
        tx.change(t.session.delete().where(t.session.c.session_id == session_id))
        expires = tx.now + timedelta(seconds=expires_in)
        tx.insert(
            t.session,
            session_id=session_id,
            session_data=stored,
            session_expire=expires,
            session_updated=tx.now,
            user_id="0",
            user_ip=ADDRESS,
            user_agent="a browser",
        )

    desk.write(write)


def browser(desk: Api, session_id: str = SESSION, **headers: str) -> Caller:
    return Caller(desk, {"Cookie": f"OSTSESSID={session_id}", **headers})


def stands_for(desk: Api, data: dict[str, Any] | bytes, **options: Any) -> str | None:
    """Whom the cookie stands for."""
    store(desk, data, **options)
    answer = browser(desk).get("/auth/me")
    return str(answer.data.get("username", answer.data["kind"])) if answer.status == 200 else None


def test_cookie_stands_for_the_agent_and_the_user(desk: Api, clock: HandClock) -> None:
    assert stands_for(desk, agent(desk, clock)) == "bob"
    assert browser(desk).get("/tickets").status == 200
    assert stands_for(desk, user(desk, clock)) == "user"
    both = {**user(desk, clock), **agent(desk, clock)}
    assert stands_for(desk, both) == "bob"


def test_session_is_neither_written_nor_prolonged(desk: Api, clock: HandClock) -> None:
    store(desk, agent(desk, clock))
    before = [tuple(row) for row in desk.rows(select(t.session))]
    clock.now += timedelta(minutes=20)
    desk.database.caches.clear()
    assert browser(desk).get("/auth/me").status == 200
    assert [tuple(row) for row in desk.rows(select(t.session))] == before
    clock.now += timedelta(minutes=10, seconds=1)
    desk.database.caches.clear()
    assert code(browser(desk).get("/auth/me"))[0] == 401


def test_without_the_setting_the_cookie_counts_for_nothing(desk: Api, clock: HandClock) -> None:
    store(desk, agent(desk, clock))
    change_settings(desk, osticket_cookie="")
    assert browser(desk).get("/auth/me").status == 401


def test_session_that_osticket_would_not_accept_stands_for_nobody(desk: Api, clock: HandClock) -> None:
    now, bob = int(clock.now.timestamp()), id_of(desk, "bob")
    good = agent(desk, clock)
    staff = good["_auth"]["staff"]
    dora = id_of(desk, "dora")
    refused: list[dict[str, Any] | bytes] = [
        {**good, "_auth": {"staff": {**staff, "2fa": f"auth.agent:{md5('x')}:{now}"}}},
        {**good, "_auth": {"staff": {**staff, "id": dora}}},
        {**good, "_auth": {"staff": {**staff, "key": "local:dora"}}},
        {**good, "_auth": {"staff": {**staff, "key": "ldap.p1i1:bob"}}},
        {**good, "_auth": {"staff": {**staff, "key": ""}}},
        {**good, "_auth": {"staff": {**staff, "id": True}}},
        {**good, "_auth": {"staff": {}}},
        {**good, "_auth": "staff"},
        {**good, ":token": {"staff": token(bob, now, salt="another salt")}},
        {**good, ":token": {"staff": token(dora, now)}},
        {**good, ":token": {"client": token(bob, now)}},
        {**good, ":token": {"staff": token(bob, now - 1801)}},
        {**good, ":token": {"staff": "::"}},
        {**good, "TTD": now - 1},
        {**good, "TTD": "never"},
        session(good)[:-1],
        b"",
    ]
    for data in refused:
        assert stands_for(desk, data) is None, data
    assert stands_for(desk, good, expires_in=-1) is None
    assert stands_for(desk, {**good, "TTD": now + 60}) == "bob"
    assert browser(desk, SESSION.upper()).get("/auth/me").status == 401
    assert browser(desk, "' or 1=1 --").get("/auth/me").status == 401


def test_user_s_session_that_osticket_would_not_accept_stands_for_nobody(desk: Api, clock: HandClock) -> None:
    good = user(desk, clock)
    told = good["_auth"]["user"]
    for changed in ({"key": f"authlink:{told['id']}"}, {"key": "client:4711"}, {"id": told["id"] + 1}):
        assert stands_for(desk, {**good, "_auth": {"user": {**told, **changed}}}) is None
    account = t.user_account
    locked = update(account).where(account.c.user_id == told["id"]).values(status=account.c.status.bitwise_or(2))
    desk.write(lambda tx: tx.change(locked))
    assert stands_for(desk, good) is None


def test_agent_is_who_they_are_right_now(desk: Api, clock: HandClock) -> None:
    good = agent(desk, clock)
    assert stands_for(desk, good) == "bob"
    set_config(desk, "staff_ip_binding", "1")
    assert stands_for(desk, good) == "bob"
    elsewhere = token(id_of(desk, "bob"), int(clock.now.timestamp()), "192.0.2.1")
    assert stands_for(desk, {**good, ":token": {"staff": elsewhere}}) is None
    signed_out = {**good, "_auth": {"staff": {}}, ":token": {}}
    assert stands_for(desk, signed_out) is None
    desk.write(lambda tx: tx.change(update(t.staff).where(t.staff.c.username == "bob").values(isactive=False)))
    assert stands_for(desk, good) is None


def test_passkey_is_not_skipped_by_the_panel(desk: Api, clock: HandClock) -> None:
    enrol(caller(desk, sign_in(desk, "bob")), Authenticator())
    assert stands_for(desk, agent(desk, clock)) is None
    use_authenticator(desk)
    assert stands_for(desk, agent(desk, clock)) == "bob"


def test_changes_need_the_csrf_token_of_osticket_and_a_page_of_this_host(desk: Api, clock: HandClock) -> None:
    store(desk, agent(desk, clock))
    change = {"phone": "5550100"}
    assert code(browser(desk).patch("/staff/me", change)) == (403, "csrf_token_invalid")
    wrong = browser(desk, **{"X-CSRF-Token": "0" * 40})
    assert code(wrong.patch("/staff/me", change)) == (403, "csrf_token_invalid")
    foreign = browser(desk, **{"X-CSRF-Token": CSRF, "Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"})
    assert code(foreign.patch("/staff/me", change)) == (403, "foreign_origin")
    page = browser(desk, **{"X-CSRF-Token": CSRF, "Sec-Fetch-Site": "same-origin"})
    assert page.patch("/staff/me", change).status == 200
    for csrf in ({}, {"token": ""}, {"token": None}):
        store(desk, agent(desk, clock, csrf=csrf))
        assert code(browser(desk, **{"X-CSRF-Token": ""}).patch("/staff/me", change)) == (403, "csrf_token_invalid")


def test_other_credentials_come_first(desk: Api, clock: HandClock) -> None:
    store(desk, agent(desk, clock))
    alice = caller(desk, sign_in(desk, "alice"))
    assert alice.get("/auth/me", headers={"Cookie": f"OSTSESSID={SESSION}"}).data["username"] == "alice"
    ended = browser(desk).get("/auth/me", headers={"Cookie": f"OSTSESSID={SESSION}; __Host-osticket-session=ended"})
    assert code(ended) == (401, "signed_out")
    assert sign_in(desk, "alice", Cookie=f"OSTSESSID={SESSION}").status == 200


def test_osticket_s_session_ends_in_osticket_and_changes_no_second_factor(desk: Api, clock: HandClock) -> None:
    store(desk, agent(desk, clock))
    page = browser(desk, **{"X-CSRF-Token": CSRF})
    assert code(page.post("/auth/logout")) == (409, "osticket_session")
    assert page.post("/auth/passkeys/enrolment", {}).status == 403
    assert page.post("/auth/two-factor/remove", {}).status == 403
    desk.write(lambda tx: tx.change(t.session.delete()))
    assert browser(desk).get("/auth/me").status == 401


def test_addresses_of_files_need_no_signature(desk: Api, clock: HandClock) -> None:
    store(desk, agent(desk, clock, "bob"))
    entries = browser(desk).get("/tickets/9/thread?urls=signed").data
    address = next(file["url"] for entry in entries for file in entry["attachments"])
    assert (address.startswith(APP_URL), "signature" in address) == (True, False)
    assert browser(desk).get(address.removeprefix(f"{APP_URL}/api/v2")).status == 200


def test_the_cookie_opens_streams_without_a_ticket_until_the_session_ends(desk: Api, clock: HandClock) -> None:
    heard = Listening(desk)
    store(desk, agent(desk, clock, "bob"))
    refused = browser(desk, **{"X-CSRF-Token": CSRF}).post("/stream/tickets")
    assert (refused.status, "without a ticket" in refused.errors[0]["message"]) == (400, True)
    with open_stream(desk, "/stream", browser(desk).headers) as stream:
        note(desk, heard)
        assert stream.wait_for(1)
        desk.write(lambda tx: tx.change(t.session.delete()))
        note(desk, heard)
        stream.wait_for_end()
        assert len(stream.events()) == 1
