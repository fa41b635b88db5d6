"""Signing in, as tests do it."""

from datetime import UTC, datetime
from typing import Any

from osticket_api.embedded import DEMO_PASSWORD
from tests.fixtures.api import Answer, Api, Caller


class HandClock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now


def sign_in(api: Api, username: str, password: str = DEMO_PASSWORD, kind: str = "staff", **headers: str) -> Answer:
    body = {"username": username, "password": password, "kind": kind}
    return api.anonymous().post("/auth/login", body, headers=headers)


def refresh(api: Api, token: str) -> Answer:
    return api.anonymous().post("/auth/refresh", {"refresh_token": token})


def caller(api: Api, answer: Answer) -> Caller:
    """Who has just signed in."""
    assert answer.status == 200, answer.content
    return Caller(api, {"Authorization": f"Bearer {answer.data['access_token']}"})


def code(answer: Answer) -> tuple[int, Any]:
    """How it was refused."""
    return answer.status, answer.errors[0]["code"]
