"""Browser sessions: sign-ins that a cookie stands for, and what keeps pages of other sites from using them."""

from collections.abc import Iterator
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.config import store_config
from osticket_api.db.tables import own
from osticket_api.embedded import DEMO_PASSWORD
from osticket_api.features.auth import sessions
from osticket_api.features.auth.reset_links import make_token
from osticket_api.features.auth.sessions import clear_ended_sessions
from tests.features.auth.sign_ins import HandClock, caller, code, sign_in
from tests.features.auth.test_second_factor import answered, challenge, shown, use_authenticator
from tests.fixtures.api import Answer, Api, Caller, running_api
from tests.fixtures.templates import Template

HTTPS = {"X-Forwarded-Proto": "https"}
FOREIGN = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}


def enter(api: Api, username: str = "bob", kind: str = "staff", **headers: str) -> Answer:
    body = {"username": username, "password": DEMO_PASSWORD, "kind": kind, "mode": "cookie"}
    return browse(api, api.anonymous().post("/auth/login", body, headers=headers))


def browse(api: Api, answer: Answer) -> Answer:
    """Keep no cookie that a test does not send itself."""
    api.client.cookies.clear()
    return answer


def cookies_of(answer: Answer) -> dict[str, Any]:
    """The cookies that an answer sets, with their attributes."""
    found: SimpleCookie = SimpleCookie()
    for header in answer.response.headers.get_list("set-cookie"):
        found.load(header)
    return dict(found)


class Browser(Caller):
    """Somebody with the cookie of an answer, on a page that knows the CSRF token."""

    def __init__(self, api: Api, answer: Answer, **headers: str) -> None:
        assert answer.status == 200, answer.content
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies_of(answer).items())
        super().__init__(api, {"Cookie": cookies, "X-CSRF-Token": answer.data["csrf_token"], **headers})

    def without(self, name: str) -> Caller:
        return Caller(self.api, {key: value for key, value in self.headers.items() if key != name})


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def later_api(demo: Template, tmp_path: Path, clock: HandClock) -> Iterator[Api]:
    with running_api(demo.copy(), tmp_path, clock=clock) as api:
        yield api


def test_cookie_stands_for_an_agent_and_for_a_user(api: Api) -> None:
    for username, kind in (("bob", "staff"), ("uma", "user")):
        answer = enter(api, username, kind)
        assert (answer.data["access_token"], answer.data["refresh_token"]) == ("", None)
        assert Browser(api, answer).get("/auth/me").data["kind"] == kind


def test_cookie_is_out_of_reach_for_scripts_and_other_sites(api: Api) -> None:
    cookies = cookies_of(enter(api))
    session, csrf = cookies["osticket-session"], cookies["osticket-csrf"]
    assert (session["httponly"], session["samesite"], session["path"], session["domain"]) == (True, "Lax", "/", "")
    assert (csrf["httponly"], csrf["samesite"]) == ("", "Strict")
    assert int(session["max-age"]) == 43_200
    assert not session["secure"]


def test_over_https_the_cookie_is_bound_to_the_host(demo: Template, tmp_path: Path) -> None:
    with running_api(demo.copy(), tmp_path, trusted_proxies="127.0.0.1") as api:
        answer = enter(api, **HTTPS)
        cookies = cookies_of(answer)
        assert set(cookies) == {"__Host-osticket-session", "__Host-osticket-csrf"}
        assert all(each["secure"] and each["path"] == "/" and not each["domain"] for each in cookies.values())
        assert Browser(api, answer, **HTTPS).get("/auth/me").status == 200
        plain = {"Cookie": f"osticket-session={cookies['__Host-osticket-session'].value}", **HTTPS}
        assert Caller(api, plain).get("/auth/me").status == 401


def test_cookie_of_an_address_with_https_is_secure(demo: Template, tmp_path: Path) -> None:
    with running_api(demo.copy(), tmp_path, app_url="https://desk.example.com") as api:
        assert cookies_of(enter(api))["__Host-osticket-session"]["secure"]


def test_secret_of_the_cookie_is_not_stored(api: Api) -> None:
    secret = cookies_of(enter(api))["osticket-session"].value
    (row,) = api.rows(select(own.api_session))
    assert secret not in map(str, row)
    assert (row.mode, row.family_hash) == ("cookie", None)


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_changes_need_the_csrf_token_of_the_session(api: Api, method: str) -> None:
    bob, other = Browser(api, enter(api)), Browser(api, enter(api))
    path, options = "/staff/me", {"json": {"phone": "555-0100"}}
    if method in ("POST", "DELETE"):
        path, options = "/auth/sessions/4711" if method == "DELETE" else "/stream/tickets", {}
    for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": other.headers["X-CSRF-Token"]}):
        answer = bob.without("X-CSRF-Token").request(method, path, headers=headers, **options)
        assert code(answer) == (403, "csrf_token_invalid")
    assert bob.request(method, path, **options).status in (200, 201, 404)
    assert bob.without("X-CSRF-Token").get("/auth/me").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        FOREIGN,
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://other.testserver"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Origin": "http://testserver:8080"},
    ],
)
def test_pages_of_other_sites_change_nothing(api: Api, headers: dict[str, str]) -> None:
    """Not even with the right CSRF token."""
    bob = Browser(api, enter(api), **headers)
    assert code(bob.post("/stream/tickets")) == (403, "foreign_origin")
    assert code(enter(api, **headers)) == (403, "foreign_origin")


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}, {"Origin": "http://testserver"}, {}]
)
def test_pages_of_this_server_change_things(api: Api, headers: dict[str, str]) -> None:
    assert Browser(api, enter(api, **headers), **headers).post("/stream/tickets").status == 201


def test_refused_pages_of_other_sites_are_in_the_audit_log(api: Api) -> None:
    Browser(api, enter(api), **FOREIGN).patch("/staff/me", {"phone": "555-0100"})
    (entry, *_) = api.staff("dora").get("/audit-log?sort=-id").data
    assert (entry["outcome"], entry["status"]) == ("refused", 403)


def test_header_counts_and_the_cookie_beside_it_does_not(api: Api) -> None:
    cookie = Browser(api, enter(api)).headers["Cookie"]
    alice = api.staff("alice")
    assert alice.get("/auth/me", headers={"Cookie": cookie}).data["username"] == "alice"
    assert alice.get("/auth/me", headers={"Cookie": "osticket-session=osb_unknown"}).status == 200
    assert alice.post("/stream/tickets", headers={"Cookie": cookie, **FOREIGN}).status == 201
    wrong = {"Authorization": "Bearer wrong", "Cookie": cookie}
    assert code(api.anonymous().get("/auth/me", headers=wrong)) == (401, "token_invalid")


def test_session_is_listed_and_ended_by_another_sign_in(api: Api) -> None:
    bob = Browser(api, enter(api, **{"User-Agent": "Browser"}))
    (listed,) = bob.get("/auth/sessions").data
    assert (listed["mode"], listed["is_current"], listed["user_agent"]) == ("cookie", True, "Browser")
    telephone = caller(api, sign_in(api, "bob"))
    assert [each["mode"] for each in telephone.get("/auth/sessions?sort=id").data] == ["cookie", "token"]
    assert telephone.delete(f"/auth/sessions/{listed['id']}").status == 204
    answer = bob.get("/auth/me")
    assert code(answer) == (401, "signed_out")
    assert cookies_of(answer)["osticket-session"]["max-age"] == "0"


def test_signing_out_ends_the_session_and_takes_the_cookies_back(api: Api) -> None:
    bob = Browser(api, enter(api))
    answer = browse(api, bob.post("/auth/logout"))
    assert answer.status == 204
    assert {name: (each.value, each["max-age"]) for name, each in cookies_of(answer).items()} == {
        "osticket-session": ("", "0"),
        "osticket-csrf": ("", "0"),
    }
    assert code(bob.get("/auth/me")) == (401, "signed_out")


def test_signing_out_everywhere_ends_browser_sessions_too(api: Api) -> None:
    here, there, token = Browser(api, enter(api)), Browser(api, enter(api)), caller(api, sign_in(api, "bob"))
    assert browse(api, here.post("/auth/logout?everywhere=true")).status == 204
    assert [each.get("/auth/me").status for each in (here, there, token)] == [401, 401, 401]


def test_new_password_ends_all_other_sessions(api: Api) -> None:
    here, there = Browser(api, enter(api)), Browser(api, enter(api))
    body = {"password": "a much longer password", "current_password": DEMO_PASSWORD}
    assert here.patch("/staff/me", body).status == 200
    assert (here.get("/auth/me").status, there.get("/auth/me").status) == (200, 401)
    staff_id = here.get("/auth/me").data["id"]
    assert api.staff("dora").post(f"/staff/{staff_id}/password", {"password": "another long password"}).status < 300
    assert here.get("/auth/me").status == 401


def test_ended_session_keeps_nobody_from_signing_in(api: Api) -> None:
    bob = Browser(api, enter(api))
    browse(api, bob.post("/auth/logout"))
    assert enter(api, Cookie=bob.headers["Cookie"]).status == 200
    assert code(bob.get("/tickets")) == (401, "signed_out")


def test_locked_agent_is_out_at_once(api: Api) -> None:
    bob = Browser(api, enter(api))
    api.write(lambda tx: tx.change(update(t.staff).where(t.staff.c.username == "bob").values(isactive=0)))
    assert code(bob.get("/auth/me")) == (401, "signed_out")


def test_password_that_is_due_comes_first(api: Api) -> None:
    api.write(lambda tx: tx.change(update(t.staff).where(t.staff.c.username == "bob").values(change_passwd=1)))
    answer = enter(api)
    assert answer.data["password_change_required"]
    bob = Browser(api, answer)
    assert code(bob.get("/tickets")) == (403, "password_change_required")
    body = {"password": "a much longer password", "current_password": DEMO_PASSWORD}
    assert bob.patch("/staff/me", body).status == 200
    assert bob.get("/tickets").status == 200


def test_second_factor_finishes_a_browser_session_that_was_asked_for(later_api: Api, clock: HandClock) -> None:
    use_authenticator(later_api)
    asked = challenge(enter(later_api))
    answer = browse(later_api, answered(later_api, asked["challenge"], shown(clock)))
    bob = Browser(later_api, answer)
    assert bob.get("/auth/me").data["username"] == "bob"
    assert bob.get("/auth/two-factor").data["method"] == "totp"
    removal = {"current_password": DEMO_PASSWORD}
    assert code(bob.without("X-CSRF-Token").post("/auth/two-factor/remove", removal)) == (403, "csrf_token_invalid")
    assert bob.post("/auth/two-factor/remove", removal).status == 204


def test_link_for_a_forgotten_password_begins_a_browser_session_too(api: Api) -> None:
    user_id = api.user("uma").get("/auth/me").data["id"]
    token = api.write(make_token, f"c{user_id}")
    body = {"username": "uma", "token": token, "password": "long enough", "mode": "cookie"}
    uma = Browser(api, browse(api, api.anonymous().post("/auth/reset-password", body)))
    assert uma.get("/users/me").data["id"] == user_id


def test_unused_session_ends_and_a_used_one_goes_on(later_api: Api, clock: HandClock) -> None:
    used, unused, never_used = (Browser(later_api, enter(later_api, "alice")) for _ in range(3))
    signed = unused.get("/tickets/9/attachments?urls=signed").data[0]["url"].partition("/api/v2")[2]
    assert later_api.anonymous().get(signed).status == 200
    for _ in range(3):
        clock.now += timedelta(minutes=20)
        later_api.database.caches.clear()
        assert used.get("/auth/me").status == 200
    assert [code(each.get("/auth/me")) for each in (unused, never_used)] == [(401, "signed_out")] * 2
    assert code(later_api.anonymous().get(signed)) == (401, "signed_out")
    (listed,) = used.get("/auth/sessions").data
    assert (listed["is_current"], listed["last_used_at"] > listed["created_at"]) == (True, True)


def test_without_a_limit_idle_sessions_go_on_to_their_absolute_end(later_api: Api, clock: HandClock) -> None:
    later_api.write(store_config, {"staff_session_timeout": "0"})
    bob, unused = (Browser(later_api, enter(later_api)) for _ in range(2))
    clock.now += timedelta(hours=11)
    later_api.database.caches.clear()
    assert [each.get("/auth/me").status for each in (bob, unused)] == [200, 200]
    assert len(bob.get("/auth/sessions").data) == 2
    clock.now += timedelta(hours=1)
    later_api.database.caches.clear()
    assert bob.get("/auth/me").status == 401


def test_session_bound_to_its_address_is_good_from_no_other(demo: Template, tmp_path: Path) -> None:
    with running_api(demo.copy(), tmp_path, trusted_proxies="127.0.0.1") as api:
        bob = Browser(api, enter(api, **{"X-Forwarded-For": "203.0.113.9"}))
        elsewhere = {"X-Forwarded-For": "203.0.113.10"}
        assert bob.get("/auth/me", headers=elsewhere).status == 200
        api.write(store_config, {"staff_ip_binding": "1"})
        assert bob.get("/auth/me", headers=elsewhere).status == 401
        assert bob.get("/auth/me", headers={"X-Forwarded-For": "203.0.113.9"}).status == 200


def test_ended_sign_ins_are_removed_after_a_day(later_api: Api, clock: HandClock) -> None:
    sign_in(later_api, "charlie")
    later_api.write(lambda tx: tx.change(update(own.api_session).values(expires_at=tx.now)))
    bob = Browser(later_api, enter(later_api))
    kept = caller(later_api, sign_in(later_api, "alice"))
    bob.get("/auth/me")
    browse(later_api, bob.post("/auth/logout"))
    assert later_api.write(clear_ended_sessions) == 0
    clock.now += timedelta(days=1, seconds=1)
    assert later_api.write(clear_ended_sessions) == 2
    (row,) = later_api.rows(select(own.api_session))
    assert row.mode is None
    assert later_api.rows(select(own.api_credential_use)) == []
    assert kept.get("/auth/me").status == 200


def test_ended_sign_ins_are_removed_a_batch_at_a_time(
    later_api: Api, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for username in ("alice", "bob", "charlie"):
        sign_in(later_api, username)
    later_api.write(lambda tx: tx.change(update(own.api_session).values(expires_at=tx.now)))
    clock.now += timedelta(days=1, seconds=1)
    monkeypatch.setattr(sessions, "_AT_ONCE", 2)
    assert [later_api.write(clear_ended_sessions) for _ in range(3)] == [2, 1, 0]


def test_cookie_opens_the_stream_and_gets_signed_addresses(api: Api) -> None:
    bob = Browser(api, enter(api))
    assert bob.request("HEAD", "/stream").status == 200
    ticket = bob.post("/stream/tickets").data["ticket"]
    assert api.anonymous().request("HEAD", f"/stream?ticket={ticket}").status == 200
    upload = bob.request("POST", "/files", files={"file": ("a.txt", b"Hello", "text/plain")})
    assert upload.status == 201, upload.content
    ticket_id = bob.get("/tickets?per_page=1").data[0]["id"]
    note = bob.post(f"/tickets/{ticket_id}/note", {"body": "a", "attachments": [{"file_id": upload.data["id"]}]})
    assert note.status == 201, note.content
    attachment = bob.get(f"/tickets/{ticket_id}/attachments?urls=signed&per_page=100").data[-1]
    path = attachment["url"].partition("/api/v2")[2]
    assert api.anonymous().get(path).content == b"Hello"
    assert bob.get(path.partition("?")[0]).content == b"Hello"
    browse(api, bob.post("/auth/logout"))
    assert api.anonymous().get(path).status == 401


def test_secrets_of_other_kinds_are_no_cookies(api: Api) -> None:
    """Nor is a cookie a refresh token, or a bearer token."""
    tokens = sign_in(api, "bob").data
    for secret in (tokens["refresh_token"], tokens["access_token"], "osb_unknown", "x" * 4000):
        assert Caller(api, {"Cookie": f"osticket-session={secret}"}).get("/auth/me").status == 401
    secret = cookies_of(enter(api))["osticket-session"].value
    assert api.anonymous().post("/auth/refresh", {"refresh_token": secret}).status == 401
    assert Caller(api, {"Authorization": f"Bearer {secret}"}).get("/auth/me").status == 401


def test_unknown_mode_is_refused(api: Api) -> None:
    body = {"username": "bob", "password": DEMO_PASSWORD, "mode": "biscuit"}
    answer = api.anonymous().post("/auth/login", body)
    assert (answer.status, answer.fields) == (422, ["mode"])
