"""`osticket-api keys`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from osticket_api.cli.keys import app
from osticket_api.settings import ConfigurationError
from tests.fixtures.templates import demo_on_sqlite


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    url = demo_on_sqlite(tmp_path).copy()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DB_DATABASE", str(url.database))
    return CliRunner()


def _said(runner: CliRunner, *arguments: str) -> str:
    result = runner.invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_key_is_made_listed_changed_and_ended(runner: CliRunner) -> None:
    assert _said(runner, "create", "shop", "--allow", "tickets.create").startswith("osk_")
    assert "shop" in _said(runner, "list")
    assert "subtickets.manage" in _said(runner, "allow", "1", "can_manage_subtickets")
    assert "subtickets.manage" not in _said(runner, "deny", "1", "can_manage_subtickets")
    assert _said(runner, "rotate", "1").startswith("osk_")
    _said(runner, "revoke", "1")
    assert "is_active    False" in _said(runner, "show", "1")


def test_what_is_wrong_is_a_sentence(runner: CliRunner) -> None:
    with pytest.raises(ConfigurationError, match="There is no permission"):
        _said(runner, "create", "shop", "--allow", "tickets.crate")
    with pytest.raises(ConfigurationError, match=r"There is no permission xyzzy\. There are admin, .*webhooks\.manage"):
        _said(runner, "create", "shop", "--allow", "xyzzy")


def test_a_key_that_could_do_nothing_is_refused_with_what_it_could_do(runner: CliRunner) -> None:
    with pytest.raises(ConfigurationError, match=r"--allow is missing: name at least one of .*tickets\.read"):
        _said(runner, "create", "shop")
    with pytest.raises(ConfigurationError, match=r"--staff is missing: users\.read has no effect"):
        _said(runner, "create", "shop", "--allow", "users.read", "--allow", "tickets.read")
    assert _said(runner, "create", "shop", "--allow", "users.read", "--staff", "2").startswith("osk_")


def test_the_help_names_the_permissions(runner: CliRunner) -> None:
    said = "".join(_said(runner, "create", "--help").split())
    for permission in ("tickets.read", "users.read", "ticket.reply"):
        assert permission in said.replace("│", "")
