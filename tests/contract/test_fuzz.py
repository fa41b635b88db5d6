"""Requests at random to every operation, by several callers: served or refused as published, and never a crash.

The same requests are made each time. `FUZZ_EXAMPLES=200` makes others, and more of them.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.contract.published import Description
from tests.contract.refusals import assert_envelope
from tests.contract.requests import Requests, Sent
from tests.contract.test_matrix import MATRIX
from tests.fixtures.api import Answer, Api, running_api
from tests.fixtures.templates import SqliteTemplate, Template

_EXAMPLES = os.environ.get("FUZZ_EXAMPLES")
_OFTEN = settings(
    max_examples=int(_EXAMPLES or 3),
    derandomize=_EXAMPLES is None,
    database=None,
    deadline=None,
    phases=[Phase.generate] if _EXAMPLES is None else list(Phase),
    suppress_health_check=list(HealthCheck),
)
ROUTES = sorted(route for route in MATRIX if route.partition(" ")[2].startswith("/") and "/api/" not in route)
ROUTES.remove("GET /stream")  # What it answers has no end: tests/features/stream/test_stream.py
_CALLERS = ("dora", "dora", "dora", "alice", "alice", "bob", "uma", "anonymous")
_NOTED = {
    "POST /auth/login",
    "POST /auth/passkeys",
    "POST /auth/passkeys/enrolment",
    "DELETE /auth/passkeys/{passkey}",
    "POST /auth/refresh",
    "POST /auth/two-factor/confirm",
    "POST /auth/two-factor/enrolment",
    "POST /auth/two-factor/remove",
    "POST /stream/tickets",
}
"""Operations that put down what they refuse: a wrong password, a token that was used before."""


class Desk:
    """A help desk that is put right after a request has changed it."""

    def __init__(self, api: Api, template: Template) -> None:
        self.api = api
        self._template = template
        self.description = Description(api)
        self.callers = {name: api.named(name) for name in set(_CALLERS)}

    def ask(self, name: str, method: str, sent: Sent) -> tuple[Answer, bool]:
        """The answer, and whether anything was written."""
        before = self.api.database.write_count
        body = {} if sent.body is None else {"json": sent.body}
        answer = self.callers[name].request(method, sent.path, params=sent.query, **body)
        has_written = self.api.database.write_count > before
        if has_written:
            self._put_right()
        return answer, has_written

    def _put_right(self) -> None:
        if isinstance(self._template, SqliteTemplate):
            here = str(self.api.database.url.database)
            with closing(sqlite3.connect(self._template.path)) as source, closing(sqlite3.connect(here)) as target:
                source.backup(target)
        else:
            self._template.copy()
        self.api.database.caches.clear()


@pytest.fixture(scope="module")
def help_desk(demo: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_api(demo.copy(), tmp_path_factory.mktemp("fuzz")) as api:
        yield Desk(api, demo)


@pytest.mark.xdist_group("fuzz")
@pytest.mark.parametrize("route", ROUTES)
def test_any_request_is_served_or_refused_as_published(help_desk: Desk, route: str) -> None:
    description = help_desk.description
    if route not in description.operations:
        pytest.skip("not published")
    requests = Requests(description, route)
    is_read = requests.method == "GET"

    @_OFTEN
    @given(st.sampled_from(_CALLERS), requests.drawn(), st.sampled_from(["true", "true", "false"]))
    def attack(name: str, sent: Sent, dry_run: str) -> None:
        query = sent.query if is_read else {**sent.query, "dry_run": dry_run}
        answer, has_written = help_desk.ask(name, requests.method, Sent(sent.path, query, sent.body))
        assert answer.status < 500 or answer.status == 501, answer.response.text
        if answer.status >= 400:
            _assert_error(route, answer)
            assert answer.status in {*description.responses(route), 404, 405}
            assert not has_written or route in _NOTED
        elif _is_json(answer):
            assert not has_written or (dry_run == "false" and not is_read) or route in _NOTED
            description.assert_published(route, answer)

    attack()


def _assert_error(route: str, answer: Answer) -> None:
    """OAuth 2.0 demands a form of its own for errors (RFC 6749, 5.2)."""
    if " /oauth/" in route and answer.response.json().keys() == {"error", "error_description"}:
        return
    assert_envelope(answer, answer.status)


def _is_json(answer: Answer) -> bool:
    return answer.status == 204 or answer.headers.get("content-type", "").startswith("application/json")
