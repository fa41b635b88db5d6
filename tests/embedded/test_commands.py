"""`osticket-api database`."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from osticket_api.cli.database import app
from osticket_api.settings import ConfigurationError

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a subcommand on a help desk in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ADMIN_PASSWORD", "s3cret!")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, arguments)

    return run


def count(tmp_path: Path, table: str) -> int:
    with closing(sqlite3.connect(tmp_path / "data" / "helpdesk.sqlite")) as connection:
        found: int = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
        return found


def test_create_makes_a_help_desk_with_sample_data_and_many_tickets(command: Command, tmp_path: Path) -> None:
    result = command("create", "--demo", "--tickets", "50", "--title", "Blue Help")
    assert result.exit_code == 0, result.output
    assert "Blue Help is ready. Sign in as admin." in result.output
    assert count(tmp_path, "ost_ticket") > 80
    assert count(tmp_path, "ost_api_migration") == 1


def test_create_refuses_a_help_desk_that_is_there(command: Command) -> None:
    assert command("create").exit_code == 0
    assert isinstance(command("create").exception, ConfigurationError)


@pytest.mark.parametrize(("password", "sentence"), [("", "ADMIN_PASSWORD is missing"), ("short", "too short")])
def test_create_needs_a_password_osticket_would_take(
    command: Command, monkeypatch: pytest.MonkeyPatch, password: str, sentence: str
) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", password)
    assert sentence in str(command("create").exception)


def test_create_changes_nothing_when_attached_read_only(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READ_ONLY", "true")
    assert "READ_ONLY" in str(command("create").exception)


def test_indexes_are_shown_added_and_dropped(command: Command) -> None:
    command("create")
    assert "missing  api_number on ost_ticket (number)" in command("indexes").output
    added = command("indexes", "--apply").output
    assert "api_number added in" in added
    assert "missing" not in added
    assert "added" not in command("indexes", "--apply").output
    assert "api_number dropped in" in command("indexes", "--drop").output
    assert "there" not in command("indexes").output


def test_indexes_are_either_added_or_dropped(command: Command) -> None:
    assert isinstance(command("indexes", "--apply", "--drop").exception, ConfigurationError)


def test_indexes_need_a_help_desk(command: Command, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert "There is no help desk" in str(command("indexes").exception)
