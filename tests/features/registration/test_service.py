"""Registering as a user, following links, and choosing a new password."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.kit.clock import system_clock
from tests.features.auth.sign_ins import code, sign_in
from tests.features.auth.test_service import set_config
from tests.fixtures.api import Answer, Api

ZOE = {"name": "Zoe Zulu", "email": "zoe@example.net", "password": "long enough"}
UMA, NINA = 1, 4


@pytest.fixture(autouse=True)
def _registration_is_open(api: Api) -> None:
    set_config(api, "client_registration", "public")


def _tokens(api: Api, user_id: int | None = None) -> list[str]:
    config = t.config.c
    wanted = [config.namespace == "pwreset"] + ([config.value == f"c{user_id}"] if user_id else [])
    return [row[0] for row in api.rows(select(config.key).where(*wanted).order_by(config.id))]


def _account(api: Api, user_id: int) -> tuple[int, str]:
    account = t.user_account.c
    return tuple(api.rows(select(account.status, account.passwd).where(account.user_id == user_id))[0])


def _reset(api: Api, token: str, **more: str) -> Answer:
    return api.anonymous().post("/auth/reset-password", {"username": "uma", "token": token, **more})


def test_who_registers_signs_in_once_the_link_was_followed(api: Api) -> None:
    assert api.anonymous().post("/auth/register", ZOE).status == 204
    assert sign_in(api, "zoe@example.net", "long enough", kind="user").status == 401
    (token,) = _tokens(api)
    confirmed = api.anonymous().post("/auth/confirm", {"token": token})
    assert (confirmed.status, confirmed.data["password_change_required"]) == (200, False)
    assert confirmed.headers["cache-control"] == "no-store"
    assert sign_in(api, "zoe@example.net", "long enough", kind="user").status == 200
    assert code(api.anonymous().post("/auth/confirm", {"token": token})) == (401, "token_invalid")


def test_an_address_that_has_an_account_gets_no_other(api: Api) -> None:
    uma = api.user("uma").get("/users/me").data["email"]
    assert code(api.anonymous().post("/auth/register", {**ZOE, "email": uma})) == (409, "already_registered")


def test_who_wrote_before_registers_as_the_user_they_are(api: Api) -> None:
    nina = api.staff("alice").get(f"/users/{NINA}").data
    assert api.anonymous().post("/auth/register", {**ZOE, "email": nina["email"]}).status == 204
    assert api.staff("alice").get(f"/users/{NINA}").data["name"] == nina["name"]
    assert len(_tokens(api, NINA)) == 1


@pytest.mark.parametrize("mode", ["closed", "disabled"])
def test_closed_help_desk_registers_nobody(api: Api, mode: str) -> None:
    set_config(api, "client_registration", mode)
    assert code(api.anonymous().post("/auth/register", ZOE)) == (403, "registration_closed")


def test_contact_form_is_asked(api: Api) -> None:
    answer = api.anonymous().post("/auth/register", {**ZOE, "custom_fields": {"nothing_such": 1}, "password": "x"})
    assert (answer.status, answer.fields) == (422, ["password"])
    answer = api.anonymous().post("/auth/register", {**ZOE, "custom_fields": {"nothing_such": 1}})
    assert (answer.status, answer.fields) == (422, ["custom_fields.nothing_such"])


def test_forgotten_password_is_chosen_anew_and_ends_other_sign_ins(api: Api) -> None:
    before = sign_in(api, "uma", kind="user").data["refresh_token"]
    assert api.anonymous().post("/auth/forgot-password", {"username": "uma"}).status == 204
    (token,) = _tokens(api, UMA)
    assert code(_reset(api, token.swapcase(), password="another one")) == (401, "token_invalid")
    other = api.anonymous().post("/auth/reset-password", {"username": "ugo", "token": token, "password": "another one"})
    assert code(other) == (401, "token_invalid")
    answer = _reset(api, token, password="another one")
    assert (answer.status, answer.data["password_change_required"]) == (200, False)
    assert sign_in(api, "uma", "another one", kind="user").status == 200
    assert api.anonymous().post("/auth/refresh", {"refresh_token": before}).status == 401
    assert code(_reset(api, token, password="a third one")) == (401, "token_invalid")


def test_without_a_password_the_link_signs_in_to_choose_one(api: Api) -> None:
    api.anonymous().post("/auth/forgot-password", {"username": "uma"})
    (token,) = _tokens(api, UMA)
    answer = _reset(api, token)
    assert answer.data["password_change_required"] is True
    assert _account(api, UMA)[0] & 0x4
    assert _reset(api, token, password="another one").status == 200
    assert not _account(api, UMA)[0] & 0x4


def test_nobody_learns_who_has_an_account(api: Api) -> None:
    assert api.anonymous().post("/auth/forgot-password", {"username": "nobody"}).status == 204
    assert _tokens(api) == []


def test_one_account_gets_few_links_at_a_time(api: Api) -> None:
    for _ in range(5):
        assert api.anonymous().post("/auth/forgot-password", {"username": "uma"}).status == 204
    assert len(_tokens(api, UMA)) == 3


def test_who_may_not_change_the_password_gets_no_link(api: Api) -> None:
    api.write(lambda tx: tx.change(update(t.user_account).where(t.user_account.c.user_id == UMA).values(status=0x9)))
    api.anonymous().post("/auth/forgot-password", {"username": "uma"})
    assert _tokens(api) == []


def test_old_links_are_worth_nothing(api: Api) -> None:
    api.anonymous().post("/auth/forgot-password", {"username": "uma"})
    (token,) = _tokens(api, UMA)
    long_ago = system_clock() - timedelta(days=3)
    api.write(lambda tx: tx.change(update(t.config).where(t.config.c.key == token).values(updated=long_ago)))
    assert code(_reset(api, token, password="another one")) == (401, "token_invalid")


def test_locked_account_is_not_opened_by_a_link(api: Api) -> None:
    api.anonymous().post("/auth/forgot-password", {"username": "uma"})
    (token,) = _tokens(api, UMA)
    api.write(lambda tx: tx.change(update(t.user_account).where(t.user_account.c.user_id == UMA).values(status=0x3)))
    before = _account(api, UMA)
    assert _reset(api, token, password="another one").status == 401
    assert _account(api, UMA) == before


def test_account_that_an_agent_made_is_confirmed_and_must_choose_a_password(api: Api) -> None:
    assert api.staff("alice").post(f"/users/{NINA}/register", {"send_email": True}).status == 201
    (token,) = _tokens(api, NINA)
    signed_in = api.anonymous().post("/auth/confirm", {"token": token}).data
    assert signed_in["password_change_required"] is True
    headers = {"Authorization": f"Bearer {signed_in['access_token']}"}
    assert (
        api.anonymous().request("PATCH", "/users/me", json={"password": "long enough"}, headers=headers).status == 200
    )
