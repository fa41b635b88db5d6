"""Requests at random to the old endpoints: no crash, no word of ours, and nothing written without a credential."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from osticket_api.db import tables as t
from tests.fixtures.api import Api
from tests.legacy.osticket.conftest import KEY

PATHS = ("tickets.json", "tickets.xml", "tickets.email", "http.php/tickets.json", "tickets", "tasks/cron", "x.php/1")
NAMES = ("name", "email", "phone", "notes", "subject", "message", "ip", "source", "topicId", "priorityId", "priority")
OTHERS = ("alert", "attachments", "deptId", "uid", "format", "departmentId", "parentTicketNumber", "colour")
TEXTS = (
    "nia@fresh.example",
    "data:text/html;base64,PGI+",
    "data:;charset=x,y",
    "1",
    "-x",
    "\x00",
    "x" * 70_000,
    "\U0001f600",
)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30)
    | st.sampled_from(TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
objects = st.dictionaries(st.sampled_from(NAMES + OTHERS) | st.text(max_size=10), values, max_size=8)
likely = st.fixed_dictionaries(
    {"email": st.just("nia@fresh.example"), "subject": values, "message": values}, optional={"attachments": values}
)
xml_text = st.text("<>/ab ='\"&;![CDT]ticket\u00e9", max_size=60)
bodies = (
    st.binary(max_size=200)
    | (objects | likely).map(lambda value: json.dumps(value).encode())
    | xml_text.map(lambda text: f"<ticket>{text}</ticket>".encode())
    | st.tuples(st.sampled_from(NAMES + OTHERS), st.text(max_size=20)).map(
        lambda pair: f"<ticket><email>nia@fresh.example</email><{pair[0]}>{pair[1]}</{pair[0]}></ticket>".encode(
            errors="replace"
        )
    )
)
prepared = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def _request(api: Api, method: str, path: str, body: bytes, key: str | None) -> Any:
    headers = {"X-API-Key": key} if key else {}
    return api.client.request(method, f"/api/{path}", content=body, headers=headers)


@prepared
@given(method=st.sampled_from(["POST", "POST", "GET", "PUT", "HEAD"]), path=st.sampled_from(PATHS), body=bodies)
def test_nothing_crashes(desk: Api, method: str, path: str, body: bytes) -> None:
    answer = _request(desk, method, path, body, KEY)
    assert answer.status_code < 500 or answer.text.startswith("Unable to create new ticket :"), answer.text
    assert "<html" not in answer.text.lower()


@prepared
@given(
    path=st.sampled_from(PATHS),
    body=bodies,
    key=st.none() | st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=20),
)
def test_nothing_is_written_without_a_key(desk: Api, path: str, body: bytes, key: str | None) -> None:
    counted = [select(func.count()).select_from(table) for table in (t.ticket, t.thread_entry, t.user, t.file)]
    before = [desk.rows(each)[0][0] for each in counted]
    assert _request(desk, "POST", path, body, key).status_code in (400, 401, 404, 405)
    assert [desk.rows(each)[0][0] for each in counted] == before
