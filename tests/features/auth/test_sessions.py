"""Staying signed in: refresh tokens are good once, and for those who may still sign in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from osticket_api.access import tokens
from osticket_api.db import tables as t
from osticket_api.db.tables import own
from tests.features.auth.sign_ins import HandClock, caller, code, refresh, sign_in
from tests.fixtures.api import SIGNING_KEYS, Api, running_api
from tests.fixtures.templates import Template

INVALID = (401, "token_invalid")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def desk(demo: Template, tmp_path: Path, clock: HandClock) -> Iterator[Api]:
    with running_api(demo.copy(), tmp_path, clock=clock) as api:
        yield api


def is_alive(api: Api, token: str) -> bool:
    return refresh(api, token).status == 200


def test_refresh_token_is_exchanged_for_the_next_one(desk: Api) -> None:
    first = sign_in(desk, "bob").data["refresh_token"]
    second = refresh(desk, first)
    assert second.data["refresh_token"] != first
    assert caller(desk, second).get("/auth/me").data["username"] == "bob"
    assert is_alive(desk, second.data["refresh_token"])


def test_token_whose_answer_was_lost_can_be_shown_again_for_a_moment(desk: Api, clock: HandClock) -> None:
    first = sign_in(desk, "bob").data["refresh_token"]
    second = refresh(desk, first)
    clock.now += timedelta(seconds=20)
    again = refresh(desk, first)
    assert again.data["refresh_token"] == second.data["refresh_token"]
    assert caller(desk, again).get("/auth/me").status == 200
    assert is_alive(desk, again.data["refresh_token"])


def test_used_token_shown_later_ends_its_session(desk: Api, clock: HandClock) -> None:
    session = sign_in(desk, "bob")
    other = sign_in(desk, "bob").data["refresh_token"]
    first = session.data["refresh_token"]
    second = refresh(desk, first).data["refresh_token"]
    clock.now += timedelta(seconds=21)
    assert code(refresh(desk, first)) == INVALID
    assert code(refresh(desk, second)) == INVALID
    assert code(caller(desk, session).get("/auth/me")) == (401, "signed_out")
    assert is_alive(desk, other)


@pytest.mark.parametrize("generations", [2, 3, 5])
def test_token_of_any_earlier_generation_ends_its_session_at_once(desk: Api, generations: int) -> None:
    first = newest = sign_in(desk, "bob").data["refresh_token"]
    for _ in range(generations):
        newest = refresh(desk, newest).data["refresh_token"]
    assert code(refresh(desk, first)) == INVALID
    assert code(refresh(desk, newest)) == INVALID


def test_expired_session_is_not_continued(desk: Api, clock: HandClock) -> None:
    token = sign_in(desk, "bob").data["refresh_token"]
    clock.now += timedelta(days=7)
    assert code(refresh(desk, token)) == INVALID


@pytest.mark.parametrize("token", ["osr_unknown.secret", "osr_unknown", ".", "x" * 255, "osr_ümläut."])
def test_unknown_token_is_refused(desk: Api, token: str) -> None:
    assert code(refresh(desk, token)) == INVALID


def test_signing_out_ends_both_tokens_and_no_other_session(desk: Api) -> None:
    session, other = sign_in(desk, "bob"), sign_in(desk, "bob")
    assert caller(desk, session).post("/auth/logout").status == 204
    assert code(caller(desk, session).get("/auth/me")) == (401, "signed_out")
    assert code(refresh(desk, session.data["refresh_token"])) == INVALID
    assert caller(desk, other).get("/auth/me").status == 200
    assert is_alive(desk, other.data["refresh_token"])


def test_secrets_of_a_session_are_kept_as_hashes_only(desk: Api) -> None:
    token = sign_in(desk, "bob").data["refresh_token"]
    refresh(desk, token)
    (row,) = desk.rows(select(own.api_session))
    assert not any(str(value) in token for value in row if len(str(value)) > 20)
    assert row.previous_hash == tokens.fingerprint(token)


def test_locked_user_is_out_and_stays_out_when_unlocked(desk: Api) -> None:
    session = sign_in(desk, "uma", kind="user")
    user_id = caller(desk, session).get("/auth/me").data["id"]
    assert desk.staff("dora").post(f"/users/{user_id}/lock").status == 200
    assert caller(desk, session).get("/tickets").status == 401
    assert code(refresh(desk, session.data["refresh_token"])) == INVALID
    assert desk.staff("dora").post(f"/users/{user_id}/unlock").status == 200
    assert code(refresh(desk, session.data["refresh_token"])) == INVALID
    assert sign_in(desk, "uma", kind="user").status == 200


def test_user_locked_by_an_account_change_is_out(desk: Api) -> None:
    session = sign_in(desk, "uma", kind="user")
    user_id = caller(desk, session).get("/auth/me").data["id"]
    assert desk.staff("dora").patch(f"/users/{user_id}/account", {"is_locked": True}).status == 200
    assert caller(desk, session).get("/tickets").status == 401
    assert code(refresh(desk, session.data["refresh_token"])) == INVALID


def test_inactive_agent_gets_no_new_tokens(desk: Api) -> None:
    session = sign_in(desk, "bob")
    set_active(desk, False)
    assert code(refresh(desk, session.data["refresh_token"])) == INVALID
    set_active(desk, True)
    assert code(refresh(desk, session.data["refresh_token"])) == INVALID


def test_user_locked_in_osticket_gets_no_new_tokens(desk: Api) -> None:
    session = sign_in(desk, "uma", kind="user")
    account = t.user_account
    desk.write(lambda tx: tx.change(update(account).where(account.c.username == "uma").values(status=0x1 | 0x2)))
    assert code(refresh(desk, session.data["refresh_token"])) == INVALID


def set_active(api: Api, is_active: bool) -> None:
    api.write(lambda tx: tx.change(update(t.staff).where(t.staff.c.username == "bob").values(isactive=is_active)))


def test_token_of_a_session_that_never_was_is_refused(desk: Api) -> None:
    bob = desk.rows(select(t.staff.c.staff_id).where(t.staff.c.username == "bob"))[0][0]
    said = tokens.AccessToken(f"staff:{bob}", 4711)
    token = tokens.issue(SIGNING_KEYS, said, now=datetime.now(UTC), ttl_seconds=600)
    assert code(desk.anonymous().get("/auth/me", headers={"Authorization": f"Bearer {token}"})) == (401, "signed_out")
