"""`database upgrade`, `downgrade` and `remove` on an attached osTicket."""

import pytest
import typer
from typer.testing import CliRunner

from osticket_api.cli import database
from osticket_api.cli.attach import attach
from osticket_api.cli.own_tables import downgrade, migrate, remove
from osticket_api.db import own
from osticket_api.settings import ConfigurationError
from tests.attach.conftest import OsTicket


def test_migrate_makes_and_remove_drops(osticket: OsTicket, capsys: pytest.CaptureFixture[str]) -> None:
    before = osticket.tables()
    attach(osticket.folder)
    remove(yes=True)
    assert osticket.tables() == before
    migrate()
    assert "ost_api_session" in osticket.tables()
    assert f"are at version {own.HEAD}" in capsys.readouterr().out


def test_downgrade_drops_what_an_older_version_does_not_know(
    osticket: OsTicket, capsys: pytest.CaptureFixture[str]
) -> None:
    attach(osticket.folder)
    downgrade("0009", yes=True)
    assert "ost_api_audit" not in osticket.tables()
    assert "are at version 0009" in capsys.readouterr().out
    migrate()
    assert "ost_api_audit" in osticket.tables()


def test_downgrade_asks_first(osticket: OsTicket) -> None:
    attach(osticket.folder)
    result = CliRunner().invoke(database.app, ["downgrade", "0009"], input="n\n")
    assert (result.exit_code, "since version 0009?" in result.output) == (1, True)
    assert "ost_api_audit" in osticket.tables()


def test_remove_asks_first(osticket: OsTicket) -> None:
    attach(osticket.folder)
    app = typer.Typer()
    app.command()(remove)
    assert CliRunner().invoke(app, input="n\n").exit_code == 1
    assert "ost_api_session" in osticket.tables()


def test_nothing_is_made_where_the_schema_is_unknown_but_all_can_be_removed(osticket: OsTicket) -> None:
    attach(osticket.folder)
    osticket.change("UPDATE ost_config SET value = 'abc' WHERE `key` = 'schema_signature'")
    with pytest.raises(ConfigurationError, match="unknown schema signature"):
        migrate()
    remove(yes=True)
    assert "ost_api_session" not in osticket.tables()


def test_read_only_server_changes_nothing(osticket: OsTicket) -> None:
    attach(osticket.folder, read_only=True)
    for command in (migrate, lambda: downgrade("0009", yes=True), lambda: remove(yes=True)):
        with pytest.raises(ConfigurationError, match="READ_ONLY is set"):
            command()
