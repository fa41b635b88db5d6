"""The feed of a help desk, driven step by step by a test."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db.tables.own_events import api_event
from osticket_api.events.tailer import Tailer
from tests.fixtures.api import Api


class Listening:
    """A tailer whose seconds pass when the test says so."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.now = 0.0
        self.number = 0
        self.tailer = Tailer(api.database)
        self.step()

    def step(self, seconds: float = 0.3) -> int:
        """Let this much time pass, and look once."""
        self.now += seconds
        return int(self.api.client.portal.call(self.tailer.step, self.now))  # type: ignore[union-attr]

    def settle(self) -> None:
        """Look until nothing waits any more."""
        for _ in range(8):
            self.step(1.0)

    def events(self) -> list[Any]:
        """The events since the last time this was asked."""
        found = self.api.rows(select(api_event).where(api_event.c.number > self.number).order_by(api_event.c.number))
        self.number = max([self.number, *(event.number for event in found)])
        return found

    def types(self) -> list[str]:
        return [event.type for event in self.events()]

    def after(self, *answers: Any) -> list[str]:
        """The types of events that these answered requests caused."""
        for answer in answers:
            assert answer.status < 300, answer.errors
        self.settle()
        return self.types()


def numbers(events: Iterator[Any]) -> list[int]:
    return [event.number for event in events]


@pytest.fixture
def heard(api: Api) -> Listening:
    """What the feed of the sample help desk hears from now on."""
    return Listening(api)
