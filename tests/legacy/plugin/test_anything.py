"""Any bytes sent to the old `.php` endpoints get a proper answer, and write nothing without a key."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from osticket_api.db import tables as t
from tests.fixtures.api import Api, running_api
from tests.fixtures.templates import Template
from tests.legacy.client import KEY, client

FILES = (
    "get", "search", "update", "delete", "stats", "statuses", "attachment-download", "subtickets-parent",
    "subtickets-list", "subtickets-create", "subtickets-unlink",
)  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE")
FIELDS = (
    "parent_id", "child_id", "childId", "departmentId", "topicId", "statusId", "slaId", "staffId", "dueDate", "note",
    "noteTitle", "noteFormat", "attachments", "parentTicketNumber",
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64) | st.floats() | st.text(max_size=30) | st.integers(0, 40),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=8), each, max_size=3),
    max_leaves=4,
)
BODIES = st.binary(max_size=40) | st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4).map(
    lambda value: json.dumps(value).encode()
)
TOKENS = st.integers(0, 40).map(str) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TAILS = st.sampled_from(["", "/", ".json", ".xml"]) | st.builds(
    "/{}{}".format, TOKENS, st.sampled_from([".json", ".xml", ".csv", "", "/"])
)
TYPES = ("application/json", "application/x-www-form-urlencoded", "text/xml", "multipart/form-data; boundary=x", "")


@pytest.fixture(scope="module")
def desk(demo: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with running_api(demo.copy(), tmp_path_factory.mktemp("anything")) as api:
        client(api)
        yield api


def _quoted(tail: str) -> str:
    return "".join(letter if letter in "/." else "".join(f"%{byte:02X}" for byte in letter.encode()) for letter in tail)


def _traces(api: Api) -> tuple[int, ...]:
    tables = (t.ticket, t.thread_event, t.thread_entry, t.file)
    return tuple(api.rows(select(func.count()).select_from(table))[0][0] for table in tables)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(
    file=st.sampled_from(FILES),
    method=st.sampled_from(METHODS),
    tail=TAILS,
    body=BODIES,
    content_type=st.sampled_from(TYPES),
    query=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    has_key=st.booleans(),
)
def test_anything_is_answered(
    desk: Api, file: str, method: str, tail: str, body: bytes, content_type: str, query: str, has_key: bool
) -> None:
    before = None if has_key else _traces(desk)
    path = f"/api/tickets-{file}.php{_quoted(tail)}"
    headers = {"X-API-Key": KEY if has_key else "none", "Content-Type": content_type}
    answer = desk.client.request(method, path, params={"query": query}, content=body, headers=headers)
    assert answer.status_code < 500, answer.text
    assert "html" not in answer.headers["content-type"]
    assert "SELECT" not in answer.text
    if not has_key:
        assert answer.status_code in (400, 401, 405) or "\n" in tail
        assert _traces(desk) == before
