"""What agents in the panel and programs here do to the same ticket at the same time."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from tests.features.tickets.acts import ALICES, row_of
from tests.features.tickets.test_merge import CHILD, PARENT, merge
from tests.fixtures.api import Api, running_api
from tests.fixtures.templates import Template


@pytest.fixture
def merged(api: Api) -> Api:
    assert merge(api, PARENT, CHILD).status == 200
    return api


@pytest.mark.parametrize("kind", ["reply", "note"])
def test_nobody_writes_on_a_merged_child(merged: Api, kind: str) -> None:
    answer = merged.staff("alice").post(f"/tickets/{CHILD}/{kind}", {"body": "<p>x</p>"})
    assert (answer.status, answer.errors[0]["code"]) == (409, "merged")
    assert answer.errors[0]["detail"]["parent"] == {"id": PARENT, "number": row_of(merged, PARENT).number}


def test_buttons_of_a_merged_child_are_off(merged: Api) -> None:
    alice = merged.staff("alice")
    child = alice.get(f"/tickets/{CHILD}?include=allowed").data["allowed"]
    parent = alice.get(f"/tickets/{PARENT}?include=allowed").data["allowed"]
    assert (child["reply"], child["note"]) == (False, False)
    assert (parent["reply"], parent["note"]) == (True, True)


@pytest.mark.parametrize("kind", ["reply", "note"])
def test_a_lock_stays_until_what_was_written_under_it(api: Api, kind: str) -> None:
    alice = api.staff("alice")
    code = alice.post(f"/tickets/{ALICES}/lock").data["code"]
    for other in ({}, {"lock_code": "another one"}):
        assert alice.post(f"/tickets/{ALICES}/{kind}", {"body": "<p>x</p>", **other}).status == 201
        assert len(api.rows(select(t.lock))) == 1
    assert alice.post(f"/tickets/{ALICES}/{kind}", {"body": "<p>x</p>", "lock_code": code}).status == 201
    assert api.rows(select(t.lock)) == []


@pytest.mark.parametrize("change", [{"source": "Phone"}, {"subject": "As it was"}, {"sla_id": 1}])
def test_what_is_the_same_as_before_changes_nothing(api: Api, change: dict[str, Any]) -> None:
    alice = api.staff("alice")
    assert alice.patch(f"/tickets/{ALICES}", change).status == 200
    before = row_of(api, ALICES)
    again = alice.patch(f"/tickets/{ALICES}", change)
    assert again.status == 200
    assert row_of(api, ALICES) == before


@pytest.mark.parametrize("words", ["?!", '""', "-", " . ", " ", ""])
def test_words_that_come_to_nothing_find_nothing(api: Api, words: str) -> None:
    assert api.staff("alice").get("/tickets", params={"q": words}).data == []


@pytest.mark.parametrize("words", ["tv", "\u6c34", "\u5370\u5237", "the tv"])
def test_words_that_no_index_knows_are_found(api: Api, words: str) -> None:
    alice = api.staff("alice")
    alice.patch(f"/tickets/{ALICES}", {"subject": "The TV prints \u6c34\u5370\u5237\u673a"})
    assert [each["id"] for each in alice.get("/tickets", params={"q": words}).data] == [ALICES]


def test_due_times_of_a_schedule_without_zone_follow_the_agent(demo: Template, tmp_path: Path) -> None:
    """The schedule leaves out weekends, and Monday begins earlier in Auckland than in Los Angeles."""
    saturday = datetime(2026, 12, 5, 12, tzinfo=UTC)
    given: list[Any] = []
    with running_api(demo.copy(), tmp_path, clock=lambda: saturday) as api:
        api.write(lambda tx: tx.change(update(t.schedule).values(timezone=None)))
        for zone in ("Pacific/Auckland", "America/Los_Angeles"):
            agent = t.staff.c.username == "alice"
            api.write(lambda tx, zone=zone, agent=agent: tx.change(update(t.staff).where(agent).values(timezone=zone)))
            body = {"email": "uma@acme.example", "subject": "s", "message": "m", "topic_id": 1, "sla_id": 1}
            opened = api.staff("alice").post("/tickets", body).data
            given.append(row_of(api, opened["id"]).est_duedate)
    assert given[0] < given[1]


def test_a_file_field_takes_an_upload_whose_content_is_there_already(api: Api) -> None:
    def add_field(tx: Any) -> None:
        form_id = tx.scalar(select(t.form.c.id).where(t.form.c.type == "T"))
        tx.insert(
            t.form_field, form_id=form_id, flags=0x33331, type="files", label="Photo", name="photo", sort=9,
            created=tx.now, updated=tx.now,
        )  # fmt: skip

    api.write(add_field)
    alice = api.staff("alice")
    first = alice.post("/files", files={"file": ("a.txt", b"the same bytes", "text/plain")}).data["id"]
    entry = {"body": "<p>x</p>", "attachments": [{"file_id": first}]}
    assert alice.post(f"/tickets/{ALICES}/note", entry).status == 201
    again = alice.post("/files", files={"file": ("b.txt", b"the same bytes", "text/plain")}).data["id"]
    answer = alice.patch(f"/tickets/{ALICES}", {"custom_fields": {"photo": [again]}})
    assert answer.status == 200, answer.content
