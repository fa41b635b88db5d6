"""Writing the search index anew."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from typer.testing import CliRunner, Result

from osticket_api.cli.database import app
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.search.rebuilding import KINDS, rebuild_batch
from osticket_api.settings import ConfigurationError
from tests.fixtures.f1 import HelpDesk, help_desk

__all__ = ["help_desk"]

Rows = dict[tuple[str, int], tuple[str, str]]


def indexed(tx: Write) -> Rows:
    return {(row.object_type, row.object_id): (row.title, row.content) for row in tx.rows(select(t.search))}


def rebuild(tx: Write, *, size: int = 500, everything: bool = False) -> int:
    """All batches. How many rows were written."""
    written = 0
    for kind in KINDS:
        last: int | None = 0
        while last is not None:
            batch = rebuild_batch(tx, kind, last, size, everything=everything)
            written, last = written + batch.written, batch.last
    return written


def osticket_rows(tx: Write) -> Rows:
    """What osTicket itself has written, but for words told twice and a comma behind the name of a file."""
    rows = indexed(tx)
    assert rows["U", 13][1] == " wes@example.org\nwes@example.org"
    rows["U", 13] = (rows["U", 13][0], " wes@example.org")
    rows["T", 5] = (rows["T", 5][0], rows["T", 5][1].replace("photo.png,", "photo.png"))
    return rows


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("size", [2, 500])
def test_an_empty_index_becomes_what_osticket_has_written(help_desk: HelpDesk, size: int, everything: bool) -> None:
    def trial(tx: Write) -> None:
        expected = osticket_rows(tx)
        tx.change(delete(t.search))
        assert rebuild(tx, size=size, everything=everything) == len(expected)
        assert indexed(tx) == expected

    help_desk.trial(trial)


def test_only_what_is_missing_is_written(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> None:
        search = t.search.c
        tx.change(update(t.search).where(search.object_type == "T").values(title="old", content="old"))
        tx.change(delete(t.search).where(search.object_type == "H", search.object_id == 42))
        assert rebuild(tx) == 1
        assert indexed(tx)["H", 42] == ("Cannot log in", "Password is refused.")
        assert indexed(tx)["T", 1] == ("old", "old")

    help_desk.trial(trial)


@pytest.mark.parametrize("size", [2, 500])
def test_all_rows_are_written_anew_and_those_of_what_is_gone_dropped(help_desk: HelpDesk, size: int) -> None:
    def trial(tx: Write) -> None:
        expected = osticket_rows(tx)
        tx.change(update(t.search).values(title="old", content="old"))
        for kind, object_id in (("T", 999), ("H", 3), ("K", 77), ("U", 12_000)):
            tx.insert(t.search, object_type=kind, object_id=object_id, title="gone", content="gone")
        rebuild(tx, size=size, everything=True)
        assert indexed(tx) == expected

    help_desk.trial(trial)


def test_entries_of_nobody_are_not_indexed(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> None:
        entry = t.thread_entry.c
        tx.change(update(t.thread_entry).where(entry.id == 41).values(staff_id=0, user_id=0))
        rebuild(tx, everything=True)
        assert ("H", 41) not in indexed(tx)

    help_desk.trial(trial)


def test_a_row_that_came_meanwhile_stays(help_desk: HelpDesk) -> None:
    from osticket_api.search_index import index

    def trial(tx: Write) -> Any:
        index.put_many(tx, "T", {1: ("older", "older")}, replace=False)
        return indexed(tx)["T", 1]

    if help_desk.url.get_backend_name() != "sqlite":
        assert help_desk.trial(trial) == ("100001 Printer jam", "Printer jam")


Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a subcommand on a sample help desk in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ADMIN_PASSWORD", "s3cret!")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, arguments)

    assert run("create", "--demo").exit_code == 0
    return run


def _ask(tmp_path: Path, sql: str) -> int:
    with closing(sqlite3.connect(tmp_path / "data" / "helpdesk.sqlite")) as connection:
        found = connection.execute(sql).fetchone()
        connection.commit()
        return 0 if found is None else int(found[0])


def test_reindex_fills_what_is_missing(command: Command, tmp_path: Path) -> None:
    before = _ask(tmp_path, "SELECT COUNT(*) FROM ost__search")
    _ask(tmp_path, "DELETE FROM ost__search WHERE object_type = 'T'")
    command("reindex")
    assert _ask(tmp_path, "SELECT COUNT(*) FROM ost__search") >= before
    assert "0 rows written." in command("reindex").output


def test_reindex_goes_on_where_it_is_told(command: Command, tmp_path: Path) -> None:
    command("reindex")
    _ask(tmp_path, "DELETE FROM ost__search")
    result = command("reindex", "--from", "K:2", "--batch", "1")
    assert result.exit_code == 0, result.output
    assert "3 rows written." in result.output


def test_reindex_all_writes_every_row(command: Command, tmp_path: Path) -> None:
    command("reindex")
    _ask(tmp_path, "UPDATE ost__search SET content = 'old'")
    command("reindex", "--all")
    assert _ask(tmp_path, "SELECT COUNT(*) FROM ost__search WHERE content = 'old'") == 0


@pytest.mark.parametrize("start", ["X:1", "H", "H:x", "12"])
def test_reindex_refuses_a_place_that_is_none(command: Command, start: str) -> None:
    assert isinstance(command("reindex", "--from", start).exception, ConfigurationError)


def test_reindex_tells_where_to_go_on_when_it_is_interrupted(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    import osticket_api.cli.reindex as module

    def interrupted(*arguments: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "rebuild_batch", interrupted)
    result = command("reindex", "--all", "--from", "H:7")
    assert result.exit_code == 130
    assert "Go on with: osticket-api database reindex --all --from H:7" in result.output


def test_reindex_writes_nothing_when_attached_read_only(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READ_ONLY", "true")
    assert "READ_ONLY" in str(command("reindex").exception)
