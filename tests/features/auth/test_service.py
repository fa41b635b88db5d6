"""Who is let in with the right password, and what they may do then."""

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.embedded import DEMO_PASSWORD
from tests.features.auth.sign_ins import caller, code, refresh, sign_in
from tests.fixtures.api import Answer, Api, Caller

NEW_PASSWORD = "quite-another-password"


def set_config(api: Api, key: str, value: str, namespace: str = "core") -> None:
    def write(tx: Write) -> None:
        tx.change(delete(t.config).where(t.config.c.namespace == namespace, t.config.c.key == key))
        tx.insert(t.config, namespace=namespace, key=key, value=value, updated=tx.now)

    api.write(write)


def set_staff(api: Api, username: str, **values: Any) -> None:
    api.write(lambda tx: tx.change(update(t.staff).where(t.staff.c.username == username).values(**values)))


def set_status(api: Api, username: str, status: int) -> None:
    account = t.user_account
    api.write(lambda tx: tx.change(update(account).where(account.c.username == username).values(status=status)))


def id_of(api: Api, username: str) -> int:
    return int(api.rows(select(t.staff.c.staff_id).where(t.staff.c.username == username))[0][0])


def test_refreshing_repeats_that_the_password_must_be_changed(api: Api) -> None:
    first = sign_in(api, "bob").data
    assert first["password_change_required"] is False
    set_staff(api, "bob", change_passwd=True)
    second = refresh(api, first["refresh_token"]).data
    assert second["password_change_required"] is True
    set_staff(api, "bob", change_passwd=False)
    assert refresh(api, second["refresh_token"]).data["password_change_required"] is False


def test_agent_with_a_second_factor_is_refused_with_the_password_alone(api: Api) -> None:
    session = sign_in(api, "bob").data
    set_config(api, "default_2fa", "2fa-email", f"staff.{id_of(api, 'bob')}")
    assert code(sign_in(api, "bob")) == (401, "two_factor_required")
    assert code(sign_in(api, "bob", "wrong")) == (401, "wrong_credentials")
    assert code(refresh(api, session["refresh_token"])) == (401, "two_factor_required")
    assert sign_in(api, "alice").status == 200


def test_right_password_without_the_second_factor_is_no_strike(api: Api) -> None:
    set_config(api, "default_2fa", "auth.agent", f"staff.{id_of(api, 'alice')}")
    assert {code(sign_in(api, "alice")) for _ in range(8)} == {(401, "two_factor_required")}


@pytest.mark.parametrize("kind", ["staff", "user"])
def test_who_must_change_the_password_can_do_nothing_else(api: Api, kind: str) -> None:
    username, path = {"staff": ("bob", "/staff/me"), "user": ("uma", "/users/me")}[kind]
    if kind == "staff":
        set_staff(api, "bob", change_passwd=True)
    else:
        set_status(api, "uma", 0x1 | 0x4)
    answer = sign_in(api, username, kind=kind)
    assert answer.data["password_change_required"] is True
    session = caller(api, answer)
    for refused in (session.get("/tickets"), session.get("/auth/me"), session.get(path), session.get("/faqs")):
        assert code(refused) == (403, "password_change_required")
    assert code(session.patch(path, {"timezone": "Europe/Vienna"})) == (403, "password_change_required")
    change = {"password": NEW_PASSWORD, "current_password": DEMO_PASSWORD}
    assert code(session.patch(path, {**change, "timezone": "Europe/Vienna"})) == (403, "password_change_required")
    assert session.patch(path, {**change, "password": DEMO_PASSWORD}).status == 422
    assert session.patch(path, change).status == 200
    assert session.get("/tickets").status == 200
    assert sign_in(api, username, NEW_PASSWORD, kind).data["password_change_required"] is False


def test_who_is_made_to_change_the_password_is_held_at_once(api: Api) -> None:
    session = caller(api, sign_in(api, "bob"))
    assert session.get("/tickets").status == 200
    assert api.staff("dora").patch(f"/staff/{id_of(api, 'bob')}", {"must_change_password": True}).status == 200
    assert code(session.get("/tickets")) == (403, "password_change_required")
    assert session.post("/auth/logout").status == 204


@pytest.mark.parametrize(("months", "is_due"), [("1", True), ("1000", False), ("", False)])
def test_password_that_has_grown_too_old_must_be_changed(api: Api, months: str, is_due: bool) -> None:
    def age(tx: Write) -> None:
        old = tx.now.replace(year=tx.now.year - 1)
        tx.change(update(t.staff).where(t.staff.c.username == "bob").values(passwdreset=old))

    api.write(age)
    set_config(api, "passwd_reset_period", months)
    assert sign_in(api, "bob").data["password_change_required"] is is_due
    assert api.rows(select(t.staff.c.change_passwd).where(t.staff.c.username == "bob"))[0][0] == is_due


def test_key_of_an_agent_works_whether_or_not_their_password_is_due(api: Api) -> None:
    agent = id_of(api, "bob")
    key = api.staff("dora").post("/api-keys", {"name": "shop", "staff_id": agent, "permissions": ["staff.read"]})
    set_staff(api, "bob", change_passwd=True)
    assert api.key(key.data["key"]).get(f"/staff/{agent}").status == 200


@pytest.mark.parametrize(
    ("where", "agents", "users"), [("0", 200, 200), ("1", 403, 403), ("2", 200, 403), ("3", 403, 200)]
)
def test_addresses_that_are_not_on_the_list_are_kept_out(api: Api, where: str, agents: int, users: int) -> None:
    agent, user, key = caller(api, sign_in(api, "bob")), caller(api, sign_in(api, "uma", kind="user")), own_key(api)
    set_config(api, "acl", "192.0.2.1, 192.0.2.2")
    set_config(api, "acl_backend", where)
    assert (sign_in(api, "bob").status, sign_in(api, "uma", kind="user").status) == (agents, users)
    assert (agent.get("/tickets").status, user.get("/tickets").status) == (agents, users)
    assert api.anonymous().get("/faqs").status == users
    assert api.anonymous().get("//healthz").status == 200
    assert opened_by(key).status == 201


def own_key(api: Api) -> Caller:
    body = {"name": "shop", "permissions": ["tickets.create"]}
    return api.key(api.staff("dora").post("/api-keys", body).data["key"])


def opened_by(key: Caller) -> Answer:
    return key.post(
        "//api/tickets.json", {"subject": "Order", "message": "It came.", "name": "Ann", "email": "a@b.test"}
    )


def test_address_on_the_list_is_let_in(api: Api) -> None:
    set_config(api, "acl", "192.0.2.1,127.0.0.1")
    set_config(api, "acl_backend", "1")
    assert caller(api, sign_in(api, "bob")).get("/tickets").status == 200


def test_empty_list_keeps_nobody_out(api: Api) -> None:
    set_config(api, "acl", "")
    set_config(api, "acl_backend", "1")
    assert sign_in(api, "bob").status == 200


def test_while_the_help_desk_is_offline_only_administrators_and_keys_work(api: Api) -> None:
    agent, user, key = caller(api, sign_in(api, "bob")), caller(api, sign_in(api, "uma", kind="user")), own_key(api)
    session = sign_in(api, "bob").data
    set_config(api, "isonline", "0")
    for refused in (
        agent.get("/tickets"),
        user.get("/tickets"),
        api.anonymous().get("/faqs"),
        sign_in(api, "bob"),
        sign_in(api, "uma", kind="user"),
        refresh(api, session["refresh_token"]),
    ):
        assert code(refused) == (503, "help_desk_offline")
    assert caller(api, sign_in(api, "dora")).get("/tickets").status == 200
    assert opened_by(key).status == 201
    set_config(api, "isonline", "1")
    assert (agent.get("/tickets").status, refresh(api, session["refresh_token"]).status) == (200, 200)


def test_sign_in_writes_when_the_agent_was_last_here_and_cancels_links(api: Api) -> None:
    bob = id_of(api, "bob")
    set_config(api, "some-token", str(bob), "pwreset")
    set_config(api, "other-token", f"c{bob}", "pwreset")
    set_staff(api, "bob", lastlogin=None)
    assert sign_in(api, "bob", "wrong").status == 401
    staff = t.staff.c
    before = {other.lastlogin for other in api.rows(select(staff.lastlogin).where(staff.username != "bob"))}
    assert api.rows(select(staff.lastlogin).where(staff.username == "bob"))[0][0] is None
    assert sign_in(api, "bob").status == 200
    (row,) = api.rows(select(staff.lastlogin, staff.updated).where(staff.username == "bob"))
    assert row.lastlogin is not None
    assert row.lastlogin == row.updated
    others = api.rows(select(staff.lastlogin).where(staff.username != "bob"))
    assert {other.lastlogin for other in others} == before
    assert [row.key for row in api.rows(select(t.config).where(t.config.c.namespace == "pwreset"))] == ["other-token"]


def test_sign_in_of_a_user_touches_no_agent(api: Api) -> None:
    api.write(lambda tx: tx.change(update(t.staff).values(lastlogin=None)))
    before = api.rows(select(t.staff).order_by(t.staff.c.staff_id))
    assert sign_in(api, "uma", kind="user").status == 200
    assert api.rows(select(t.staff).order_by(t.staff.c.staff_id)) == before


@pytest.mark.parametrize("backend", ["local", "LOCAL", "Client", ""])
def test_own_back_end_is_known_in_any_case(api: Api, backend: str) -> None:
    set_staff(api, "bob", backend=backend)
    assert sign_in(api, "bob").status == 200


def test_agent_of_another_back_end_has_no_password_here(api: Api) -> None:
    set_staff(api, "bob", backend="ldap.p1i2")
    assert code(sign_in(api, "bob")) == (401, "wrong_credentials")


def test_own_address_changes_with_the_password_alone(api: Api) -> None:
    bob = api.staff("bob")
    assert bob.patch("/staff/me", {"email": "bob.new@desk.example"}).fields == ["current_password"]
    wrong = {"email": "bob.new@desk.example", "current_password": "wrong"}
    assert code(bob.patch("/staff/me", wrong)) == (422, "wrong_password")
    unchanged = bob.get("/staff/me").data["email"]
    assert bob.patch("/staff/me", {"email": unchanged}).status == 200
    right = {"email": "bob.new@desk.example", "current_password": DEMO_PASSWORD}
    assert bob.patch("/staff/me", right).data["email"] == "bob.new@desk.example"


@pytest.mark.parametrize(
    ("status", "told"), [(0x0, "account_unconfirmed"), (0x2, "account_unconfirmed"), (0x3, "account_locked")]
)
def test_user_with_the_right_password_alone_is_told_what_is_in_the_way(api: Api, status: int, told: str) -> None:
    set_status(api, "uma", status)
    for _ in range(8):  # A right password is no strike.
        assert code(sign_in(api, "uma", kind="user")) == (401, told)
    assert code(sign_in(api, "uma", "wrong", kind="user")) == (401, "wrong_credentials")
    refusal = api.staff("dora").get("/audit-log?outcome=refused").data[1]
    assert (refusal["outcome"], refusal["changes"]) == ("refused", [{"code": told, "account": "user:1"}])
    set_status(api, "uma", 0x1)
    assert sign_in(api, "uma", kind="user").status == 200


def test_help_desk_without_client_sign_in_lets_no_user_in(api: Api) -> None:
    before = sign_in(api, "uma", kind="user").data["refresh_token"]
    changed = api.staff("dora").patch("/settings", {"sign_in": {"registration": "disabled"}})
    assert changed.data["sign_in"]["registration"] == "disabled"
    assert code(sign_in(api, "uma", kind="user")) == (403, "sign_in_disabled")
    assert code(sign_in(api, "uma", "wrong", kind="user")) == (401, "wrong_credentials")
    assert sign_in(api, "alice").status == 200
    assert refresh(api, before).status == 200
