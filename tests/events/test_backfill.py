"""Filling the feed in from before it began."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from osticket_api.cli.main import typer_app
from osticket_api.db import tables as t
from osticket_api.db.tables.own_events import api_event
from osticket_api.errors import Conflict
from osticket_api.events.backfill import backfill
from tests.events.listening import Listening
from tests.features.tickets.acts import thread_of
from tests.fixtures.api import Api

TICKET = 26
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def run(api: Api, since: datetime = BEGINNING) -> int:
    return int(api.client.portal.call(backfill, api.database, since))  # type: ignore[union-attr]


def test_history_comes_in_its_own_order_after_what_is_there(api: Api, heard: Listening) -> None:
    api.staff("alice").post(f"/tickets/{TICKET}/note", {"body": "<p>x</p>"})
    heard.settle()
    heard.events()
    count = run(api)
    events = heard.events()
    assert count == len(events) > 50
    assert {event.origin for event in events} == {"history"}
    moments = [event.occurred_at for event in events]
    assert moments == sorted(moments)
    recorded = (
        select(func.count()).select_from(t.thread_event).where(t.thread_event.c.thread_id == thread_of(api, TICKET))
    )
    mine = [event for event in events if event.ticket_id == TICKET and "event_id" in json.loads(event.details)]
    assert len({json.loads(event.details)["event_id"] for event in mine}) == api.rows(recorded)[0][0]


def test_backfill_again_adds_nothing_and_the_tailer_goes_on(api: Api, heard: Listening) -> None:
    assert run(api) > 0
    assert run(api) == 0
    heard.events()
    api.staff("alice").post(f"/tickets/{TICKET}/note", {"body": "<p>x</p>"})
    heard.settle()
    assert heard.types() == ["ticket.note_added"]
    assert run(api) == 0


def test_since_is_where_it_begins(api: Api, heard: Listening) -> None:
    newest = api.rows(select(func.max(t.thread_event.c.timestamp)))[0][0]
    run(api, newest - timedelta(hours=1))
    events = heard.events()
    assert events
    assert min(event.occurred_at for event in events) >= newest - timedelta(hours=1)


def test_needs_a_feed_that_has_begun(api: Api) -> None:
    with pytest.raises(Conflict, match="has not begun"):
        run(api)
    assert api.rows(select(func.count()).select_from(api_event))[0][0] == 0


def test_command_says_what_to_do_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ADMIN_PASSWORD", "s3cret!")
    assert CliRunner().invoke(typer_app, ["database", "create"]).exit_code == 0
    said = CliRunner().invoke(typer_app, ["events", "rewind", "--since", "2026-01-31"])
    assert isinstance(said.exception, Conflict)
    assert CliRunner().invoke(typer_app, ["events", "rewind", "--since", "soon"]).exit_code == 2
