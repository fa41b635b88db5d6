"""One case played again: F1 set up as it was, the operation through our API, and how the rows differ."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from osticket_api.kit.clock import Clock
from tests.fixtures.api import Api, Caller, running_api
from tests.parity import mails, rows
from tests.parity.desk import Desk
from tests.parity.golden import Case, Changes
from tests.parity.operations import LEFT_OUT, OPERATIONS, Scene
from tests.parity.recorded import Recorded


@dataclass
class Stage:
    """The application on F1, started once: each case is played on it, and leaves it as it was."""

    api: Api
    desk: Desk
    clock: "MovableClock"

    def play(self, case: Case) -> list[str]:
        """How what our API wrote differs from what osTicket wrote; empty when it does not."""
        self.clock.now = case.clock
        self.api.write(mails.forget)
        params = Recorded(case.params)
        try:
            self.desk.apply(case.setup)
            before = self.desk.snapshot() if case.setup else self.desk.original
            self.api.database.caches.clear()
            answer = OPERATIONS[case.kind](Scene(self.api, self.desk, self._actor(case)), params)
            after = self.desk.snapshot()
            told = mails.of(self.api)
        finally:
            self.desk.restore(self.desk.snapshot())
        as_expected = answer.is_success if case.succeeds else answer.is_refusal
        said = [] if as_expected else [f"answered {answer.status}: {answer.text[:400]}"]
        said += _mails_compared(case, told)
        return said + _untranslated(case, params) + _compared(case, rows.difference(before, after))

    def _actor(self, case: Case) -> Caller:
        kind, identifier = case.actor
        if identifier is None:
            return self.api.anonymous()
        if kind == "apikey":
            return self.api.key(str(self.desk.scalar("SELECT apikey FROM ost_api_key WHERE id = ?", identifier)))
        return {"staff": self.api.staff_id, "user": self.api.user_id}[kind](identifier)


def _mails_compared(case: Case, ours: list[str]) -> list[str]:
    expected = mails.recorded(case)
    if case.name in mails.EXCUSED or ours == expected:
        return []
    return [f"mails: {ours}, not {expected}"]


def _untranslated(case: Case, params: Recorded) -> list[str]:
    """What was recorded, and is part of no request of ours."""
    return [f"no translation reads {path}" for path in params.unread() if path not in LEFT_OUT[case.kind]]


def _compared(case: Case, ours: Changes) -> list[str]:
    """The comparer's complaints, and for each table they name what we wrote there."""
    problems = case.problems(ours)
    named = sorted(name for name in ours if any(re.match(rf"{name}\b", problem) for problem in problems))
    return problems + [f"ours: {name} {json.dumps(ours[name], ensure_ascii=False)}" for name in named]


class MovableClock:
    """A clock that stands still until somebody sets it."""

    def __init__(self) -> None:
        self.now = datetime(2024, 3, 6, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def staged(desk: Desk, directory: Path) -> Iterator[Stage]:
    """The application on this copy of F1."""
    clock = MovableClock()
    frozen: Clock = clock
    with running_api(desk.url, directory, clock=frozen) as api:
        yield Stage(api, desk, clock)
