"""Accounts, and what users do with their own."""

import re
from datetime import datetime, timedelta
from urllib.parse import unquote

from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tickets import acts
from tests.fixtures.api import Answer, Api

UMA, UGO, ULF, NINA, OMAR = 1, 2, 3, 4, 5
PASSWORD = "demo-help-desk"


def _login(api: Api, username: str, password: str) -> Answer:
    return api.anonymous().post("/auth/login", {"username": username, "password": password, "kind": "user"})


def test_a_registered_user_signs_in_with_the_password(api: Api) -> None:
    alice = api.staff("alice")
    answer = alice.post(f"/users/{NINA}/register", {"password": "long enough", "username": "nina"})
    assert answer.status == 201, answer.errors
    assert (answer.data["is_active"], answer.data["account"]["username"]) == (True, "nina")
    assert _login(api, "nina", "long enough").status == 200
    again = alice.post(f"/users/{NINA}/register", {"password": "long enough"})
    assert (again.status, again.errors[0]["code"]) == (409, "already_registered")


def test_weak_passwords_and_odd_user_names_are_refused(api: Api) -> None:
    alice = api.staff("alice")
    answer = alice.post(f"/users/{NINA}/register", {"password": "abc", "username": "12", "timezone": "Mars"})
    assert (answer.status, answer.fields) == (422, ["password", "username", "timezone"])
    taken = alice.post(f"/users/{NINA}/register", {"password": "long enough", "username": "UMA"})
    assert (taken.status, taken.errors[0]["detail"]) == (409, {"user": {"id": UMA, "name": "Uma Underwood"}})


def test_a_locked_user_is_out_until_unlocked(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.post(f"/users/{UMA}/lock").data["is_locked"] is True
    assert _login(api, "uma", PASSWORD).status == 401
    api.database.caches.clear()
    assert api.user_id(UMA).get("/users/me").status == 401
    assert alice.post(f"/users/{UMA}/unlock").data["is_active"] is True
    assert _login(api, "uma", PASSWORD).status == 200
    assert alice.post(f"/users/{NINA}/lock").errors[0]["code"] == "not_registered"


def test_an_account_is_changed_in_parts(api: Api) -> None:
    alice = api.staff("alice")
    body = {"username": "uma.owner", "password": "changed it", "may_change_password": False, "timezone": "Europe/Rome"}
    answer = alice.patch(f"/users/{UMA}/account", body)
    assert answer.status == 200, answer.errors
    account = answer.data["account"]
    assert (account["username"], account["timezone"], account["may_change_password"]) == (
        "uma.owner",
        "Europe/Rome",
        False,
    )
    assert _login(api, "uma.owner", "changed it").status == 200
    cleared = alice.patch(f"/users/{UMA}/account", {"username": None, "is_confirmed": False})
    assert (cleared.data["account"]["username"], cleared.data["is_active"]) == (None, False)
    assert alice.patch(f"/users/{UMA}/account", {"password": "changed it"}).errors[0]["code"] == "unchanged"


def test_a_new_password_ends_sign_ins_and_reset_links(api: Api) -> None:
    session = _login(api, "uma", PASSWORD).data

    def add_link(tx: Write) -> None:
        tx.insert(t.config, namespace="pwreset", key="TOKEN", value=f"c{UMA}")

    api.write(add_link)
    api.staff("alice").patch(f"/users/{UMA}/account", {"password": "changed it"})
    refreshed = api.anonymous().post("/auth/refresh", {"refresh_token": session["refresh_token"]})
    assert refreshed.status == 401
    assert api.rows(select(t.config.c.id).where(t.config.c.namespace == "pwreset")) == []


def test_users_change_their_own_profile(api: Api) -> None:
    uma = api.user("uma")
    body = {"name": "Uma Renamed", "phone": "555-0009", "timezone": "Europe/Madrid"}
    answer = uma.patch("/users/me", body)
    assert answer.status == 200, answer.errors
    assert (answer.data["name"], answer.data["phone"]) == ("Uma Renamed", "5550009")
    assert answer.data["account"]["timezone"] == "Europe/Madrid"
    assert uma.get("/users/me").data == answer.data
    assert uma.patch("/users/me", {"email": "other@acme.example"}).errors[0]["code"] == "unknown_field"
    assert uma.patch("/users/me", {"organization_id": None}).errors[0]["code"] == "unknown_field"
    assert uma.patch("/users/me", {"custom_fields": {"notes": "x"}}).status == 422


def test_users_change_their_password_with_the_current_one(api: Api) -> None:
    token = _login(api, "uma", PASSWORD).data
    kept = {"Authorization": f"Bearer {token['access_token']}"}
    other = _login(api, "uma", PASSWORD).data
    anybody = api.anonymous()
    body = {"password": "brand new", "current_password": "wrong"}
    wrong = anybody.patch("/users/me", body, headers=kept)
    assert (wrong.status, wrong.fields) == (422, ["current_password"])
    same = {"password": PASSWORD.upper(), "current_password": PASSWORD}
    assert anybody.patch("/users/me", same, headers=kept).errors[0]["code"] == "unchanged"
    assert anybody.patch("/users/me", {**body, "current_password": PASSWORD}, headers=kept).status == 200
    assert _login(api, "uma", "brand new").status == 200
    assert anybody.post("/auth/refresh", {"refresh_token": token["refresh_token"]}).status == 200
    assert anybody.post("/auth/refresh", {"refresh_token": other["refresh_token"]}).status == 401


def test_guessing_the_current_password_is_limited(api: Api) -> None:
    uma = api.user("uma")
    for _ in range(5):
        uma.patch("/users/me", {"password": "brand new", "current_password": "wrong"})
    answer = uma.patch("/users/me", {"password": "brand new", "current_password": PASSWORD})
    assert answer.status == 429


def test_who_may_not_change_the_password_cannot(api: Api) -> None:
    api.staff("alice").patch(f"/users/{UMA}/account", {"may_change_password": False})
    answer = api.user("uma").patch("/users/me", {"password": "brand new", "current_password": PASSWORD})
    assert (answer.status, answer.fields) == (403, ["password"])


def test_accounts_are_for_those_who_manage_them(api: Api) -> None:
    acts.set_staff(api, acts.BOB, permissions='{"user.edit":1,"user.dir":1}')
    bob = api.staff("bob")
    answers = [
        bob.post(f"/users/{NINA}/register", {"password": "long enough"}),
        bob.patch(f"/users/{UMA}/account", {"is_locked": True}),
        bob.post(f"/users/{UMA}/lock"),
        bob.post(f"/users/{UMA}/unlock"),
    ]
    assert [answer.errors[0]["detail"] for answer in answers] == [{"permission": "user.manage"}] * 4


def set_address(api: Api, url: str) -> None:
    def unit(tx: Write) -> None:
        tx.change(update(t.config).where(t.config.c.key == "helpdesk_url").values(value=url))

    api.write(unit)


def test_a_reset_link_is_one_that_osticket_takes(api: Api) -> None:
    set_address(api, "https://help.example/support/")
    answer = api.staff("alice").post(f"/users/{UMA}/password-reset")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    page, _, token = answer.data["url"].partition("?token=")
    assert page == "https://help.example/support/pwreset.php"
    config = t.config.c
    (row,) = api.rows(select(config.key, config.value, config.updated).where(config.namespace == "pwreset"))
    assert (row.key, row.value) == (unquote(token), f"c{UMA}")
    assert re.fullmatch(r"[A-Za-z0-9_=]{48}", row.key)
    assert datetime.fromisoformat(answer.data["expires_at"]) - row.updated == timedelta(minutes=30)


def test_who_is_registered_without_a_password_waits_for_the_link(api: Api) -> None:
    set_address(api, "https://help.example")
    alice = api.staff("alice")
    registered = alice.post(f"/users/{NINA}/register", {"username": "nina"})
    assert registered.status == 201, registered.errors
    assert (registered.data["is_registered"], registered.data["is_active"]) == (True, False)
    assert _login(api, "nina", "").status in (401, 422)
    assert alice.post(f"/users/{NINA}/password-reset").status == 200
    assert alice.post(f"/users/{OMAR}/register").status == 201


def test_a_reset_link_is_refused_where_it_would_be_worthless(api: Api) -> None:
    alice = api.staff("alice")

    def code(user_id: int = UMA) -> tuple[int, str]:
        answer = alice.post(f"/users/{user_id}/password-reset")
        return answer.status, answer.errors[0]["code"]

    set_address(api, "")
    assert code() == (501, "not_available")
    set_address(api, "https://help.example")
    assert code(NINA) == (409, "not_registered")
    assert code(999) == (404, "not_found")
    alice.patch(f"/users/{UMA}/account", {"may_change_password": False})
    assert code() == (409, "password_fixed")
    alice.patch(f"/users/{UMA}/account", {"is_locked": True})
    assert code() == (409, "locked")
    api.write(
        lambda tx: tx.change(update(t.user_account).where(t.user_account.c.user_id == UGO).values(backend="ldap"))
    )
    assert code(UGO) == (409, "other_backend")
    assert api.rows(select(t.config.c.id).where(t.config.c.namespace == "pwreset")) == []


def test_reset_links_are_for_those_who_manage_accounts_and_are_kept_nowhere(api: Api) -> None:
    set_address(api, "https://help.example")
    acts.set_staff(api, acts.BOB, permissions='{"user.edit":1}')
    refused = api.staff("bob").post(f"/users/{UMA}/password-reset")
    assert refused.errors[0]["detail"] == {"permission": "user.manage"}
    alice = api.staff("alice")
    dry_run = alice.post(f"/users/{UMA}/password-reset?dry_run=true")
    assert dry_run.data == {"effects": [{"kind": "reset_link", "user_id": UMA}]}
    first, second = (alice.post(f"/users/{UMA}/password-reset", headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert first.data["url"] != second.data["url"]
