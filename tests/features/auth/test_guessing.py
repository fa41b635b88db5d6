"""How often a password can be guessed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import update

from osticket_api.db.tables import own
from osticket_api.embedded import DEMO_PASSWORD
from osticket_api.features.auth import login_throttle
from tests.fixtures.api import Answer, Api

ALLOWED = 5
"""One more than `staff_max_logins` of the sample help desk: osTicket locks when there were more wrong ones."""
AT_ONCE = 12


def sign_in(api: Api, password: str, username: str = "bob") -> Answer:
    return api.anonymous().post("/auth/login", {"username": username, "password": password})


def at_once(function: Any, *args: Any) -> list[Answer]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [job.result() for job in [pool.submit(function, *args) for _ in range(AT_ONCE)]]


def statuses(answers: list[Answer]) -> list[int]:
    return sorted(answer.status for answer in answers)


def test_after_too_many_wrong_passwords_the_right_one_is_refused_too(api: Api) -> None:
    assert [sign_in(api, "wrong").status for _ in range(ALLOWED + 1)] == [401] * ALLOWED + [429]
    locked = sign_in(api, DEMO_PASSWORD)
    assert (locked.status, locked.errors[0]["code"]) == (429, "login_locked")
    assert sign_in(api, DEMO_PASSWORD, "alice").status == 200


def test_who_knows_the_password_begins_anew(api: Api) -> None:
    for _ in range(2):
        assert [sign_in(api, "wrong").status for _ in range(ALLOWED - 1)] == [401] * (ALLOWED - 1)
        assert sign_in(api, DEMO_PASSWORD).status == 200


def test_of_many_guesses_at_once_no_more_are_checked_than_are_allowed(api: Api) -> None:
    assert statuses(at_once(sign_in, api, "wrong")) == [401] * ALLOWED + [429] * (AT_ONCE - ALLOWED)


def test_who_signs_in_many_times_at_once_is_let_in_each_time(api: Api) -> None:
    assert statuses(at_once(sign_in, api, DEMO_PASSWORD)) == [200] * AT_ONCE


@pytest.mark.parametrize("username", ["bob", "uma"])
def test_of_many_guesses_at_the_current_password_no_more_are_checked_than_are_allowed(api: Api, username: str) -> None:
    path = {"bob": "/staff/me", "uma": "/users/me"}[username]
    change = {"password": "another-password", "current_password": "wrong"}
    answers = at_once(api.named(username).patch, path, change)
    assert statuses(answers) == [422] * ALLOWED + [429] * (AT_ONCE - ALLOWED)


def test_while_as_many_guesses_are_under_way_as_are_allowed_no_other_is_checked(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long they take: who waits in vain is refused, and not let through."""
    monkeypatch.setattr(login_throttle, "_LOOKS", 2)
    assert sign_in(api, "wrong").status == 401
    api.write(lambda tx: tx.change(update(own.api_strike).values(tries=ALLOWED, last_at=tx.now)))
    refused = sign_in(api, DEMO_PASSWORD)
    assert (refused.status, refused.errors[0]["code"]) == (429, "login_locked")
    assert int(refused.headers["retry-after"]) <= 10
