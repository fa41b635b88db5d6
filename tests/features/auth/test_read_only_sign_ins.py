"""Signing in where the server is attached read-only: nothing is kept, and nothing that would need it is skipped."""

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.tables import own
from tests.features.auth.sign_ins import caller, code, refresh, sign_in
from tests.features.auth.test_service import id_of, set_config, set_staff, set_status
from tests.fixtures.api import Api

pytestmark = pytest.mark.parametrize("demo", ["sqlite"], indirect=True)
"""None of it depends on the database."""

NOT_HERE = (501, "not_available")


@pytest.fixture
def desk(api: Api) -> Api:
    api.database.has_own_tables = False
    return api


def test_token_is_all_that_a_sign_in_gives(desk: Api) -> None:
    before = desk.rows(select(t.staff).order_by(t.staff.c.staff_id))
    for username, kind in (("bob", "staff"), ("uma", "user")):
        signed_in = sign_in(desk, username, kind=kind)
        assert (signed_in.data["refresh_token"], signed_in.data["refresh_expires_in"]) == (None, None)
        assert caller(desk, signed_in).get("/tickets").status == 200
        assert code(caller(desk, signed_in).get("/auth/sessions")) == NOT_HERE
        assert caller(desk, signed_in).post("/auth/logout?everywhere=true").status == 204
    assert desk.rows(select(t.staff).order_by(t.staff.c.staff_id)) == before
    assert desk.rows(select(own.api_session)) == []


def test_what_would_have_to_be_kept_is_not_available(desk: Api) -> None:
    cookie = {"username": "bob", "password": "demo-help-desk", "mode": "cookie"}
    bob = caller(desk, sign_in(desk, "bob"))
    for answer in (
        desk.anonymous().post("/auth/login", cookie),
        refresh(desk, "osr_a.b"),
        desk.anonymous().post("/auth/two-factor", {"challenge": "osc_a", "code": "123456"}),
        bob.post("/auth/two-factor/enrolment", {"method": "totp", "current_password": "demo-help-desk"}),
    ):
        assert code(answer) == NOT_HERE
    assert desk.anonymous().get("/auth/me", headers={"Cookie": "osticket-session=osb_a"}).status == 401


def test_second_factor_of_an_agent_is_not_skipped(desk: Api) -> None:
    uma = desk.user("uma").get("/users/me").data["id"]
    for staff_id in (id_of(desk, "bob"), uma):
        set_config(desk, "default_2fa", "2fa-email", f"staff.{staff_id}")
    answer = sign_in(desk, "bob")
    assert code(answer) == (401, "two_factor_required")
    assert "detail" not in answer.errors[0]
    assert sign_in(desk, "uma", kind="user").status == 200, "the agent of the same id is somebody else"


def test_only_those_are_let_in_who_may_sign_in(desk: Api) -> None:
    set_staff(desk, "alice", change_passwd=True)
    assert sign_in(desk, "alice").data["password_change_required"] is True
    set_status(desk, "uma", 0x1 | 0x2)
    assert code(sign_in(desk, "uma", kind="user")) == (401, "account_locked")
    assert code(sign_in(desk, "uma", "wrong", kind="user")) == (401, "wrong_credentials")
    set_config(desk, "isonline", "0")
    assert code(sign_in(desk, "bob")) == (503, "help_desk_offline")


def test_wrong_passwords_are_counted_in_memory(desk: Api) -> None:
    tries = [sign_in(desk, "bob", "wrong").status for _ in range(6)]
    assert tries == [401] * 5 + [429]
    assert code(sign_in(desk, "bob")) == (429, "login_locked")
    assert [sign_in(desk, "alice", "wrong").status for _ in range(4)] == [401] * 4
    assert sign_in(desk, "alice").status == 200
    assert [sign_in(desk, "alice", "wrong").status for _ in range(5)] == [401] * 5
    assert desk.rows(select(own.api_strike)) == []
