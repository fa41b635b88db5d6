"""What a program can rely on that follows tickets: `last_activity_at`, `updated_at`, `updated_after`."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api, Caller

TICKET = 26
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def _age(tx: Write) -> None:
    """As if nothing had happened to any ticket for long."""
    tx.change(update(t.ticket).values(created=LONG_AGO, updated=LONG_AGO, lastupdate=LONG_AGO))
    tx.change(update(t.thread).values(lastmessage=LONG_AGO, lastresponse=LONG_AGO))
    tx.change(update(t.thread_entry).values(created=LONG_AGO, updated=None))
    tx.change(update(t.thread_event).values(timestamp=LONG_AGO))


@pytest.fixture
def since(api: Api) -> str:
    """A moment after which nothing has happened yet."""
    api.write(_age)
    return (datetime.now(UTC) - timedelta(minutes=10)).isoformat()


def _changed(caller: Caller, since: str) -> list[int]:
    answer = caller.get("/tickets", params={"updated_after": since})
    assert answer.status == 200, answer.errors
    rest = caller.get("/tickets", params={"updated_before": since, "per_page": 100})
    changed = [each["id"] for each in answer.data]
    assert not {each["id"] for each in rest.data} & set(changed)
    return changed


def _last_activity(api: Api) -> Any:
    return api.staff("alice").get(f"/tickets/{TICKET}").data["last_activity_at"]


@pytest.mark.parametrize(
    ("path", "body", "is_seen_by_user"),
    [
        ("reply", {"body": "Hello"}, True),
        ("note", {"body": "Between us"}, False),
        ("status", {"status_id": 3}, True),
        ("release", {"staff": True}, False),
        ("transfer", {"department_id": 2, "keep_access": True}, False),
        ("collaborators", {"user_id": 4}, False),
    ],
)
def test_what_agents_do_is_a_change_and_activity_where_the_user_sees_it(
    api: Api, since: str, path: str, body: Any, is_seen_by_user: bool
) -> None:
    before = _last_activity(api)
    assert _changed(api.staff("alice"), since) == []
    answer = api.staff("alice").post(f"/tickets/{TICKET}/{path}", body)
    assert answer.status in (200, 201), answer.errors
    assert _changed(api.staff("alice"), since) == [TICKET]
    assert _changed(api.user("uma"), since) == ([TICKET] if is_seen_by_user else [])
    assert (_last_activity(api) > before) is is_seen_by_user
    shown = api.user("uma").get(f"/tickets/{TICKET}").data
    assert shown["updated_at"] == shown["last_activity_at"] == _last_activity(api)


def test_a_note_of_php_is_heard_of(api: Api, since: str) -> None:
    thread_id = api.rows(select(t.thread.c.id).where(t.thread.c.object_id == TICKET, t.thread.c.object_type == "T"))[0][
        0
    ]
    api.write(
        lambda tx: tx.insert(t.thread_entry, thread_id=thread_id, type="N", body="x", poster="PHP", created=tx.now)
    )
    assert _changed(api.staff("alice"), since) == [TICKET]


def test_an_edited_entry_is_heard_of_and_hides_none_before_it(api: Api, since: str) -> None:
    alice = api.staff("alice")
    alice.post(f"/tickets/{TICKET}/note", {"body": "first"})
    other = alice.get("/tickets", params={"per_page": 2, "sort": "id"}).data[0]["id"]
    entry = alice.get(f"/tickets/{other}/thread").data[0]["id"]
    edited = alice.patch(f"/tickets/{other}/thread/{entry}", {"body": "<p>Mended</p>"})
    assert edited.status == 200, edited.errors
    assert sorted(_changed(alice, since)) == sorted([other, TICKET])


def test_lists_are_sorted_by_activity(api: Api, since: str) -> None:
    alice = api.staff("alice")
    for ticket in (29, TICKET):
        alice.post(f"/tickets/{ticket}/reply", {"body": "Hello"})

    def later(tx: Write) -> None:
        tx.change(update(t.thread).where(t.thread.c.object_id == 29).values(lastresponse=tx.now + timedelta(hours=1)))

    api.write(later)
    found = alice.get("/tickets", params={"sort": "-last_activity_at", "per_page": 2}).data
    assert [each["id"] for each in found] == [29, TICKET]
    assert found[0]["last_activity_at"] > found[1]["last_activity_at"]
