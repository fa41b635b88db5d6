"""`osticket-api audit`."""

import json
from pathlib import Path

import pytest
from sqlalchemy import URL, update
from typer.testing import CliRunner

from osticket_api.audit import chain
from osticket_api.cli.main import typer_app
from osticket_api.db.tables.own_audit import api_audit
from tests.features.audit_log.test_audit_log import retitle
from tests.fixtures.api import running_api
from tests.fixtures.templates import demo_on_sqlite


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A help desk on SQLite in which something was changed, as the settings of commands name it."""
    url = demo_on_sqlite(tmp_path).copy()
    with running_api(url, tmp_path) as api:
        retitle(api, "=Renamed")
        api.write(chain.seal)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DB_DATABASE", str(url.database))
    return Path(str(url.database))


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(typer_app, ["audit", *words])
    return result.exit_code, result.output


def test_whole_log_is_verified_and_its_newest_hash_found_again(log: Path) -> None:
    code, text = run("verify")
    assert (code, text.startswith("1 sealed entry,")) == (0, True)
    head = text.split()[-1]
    assert run("verify", "--expect", head)[0] == 0
    code, text = run("verify", "--expect", "f" * 64)
    assert code == 1
    assert "cut off" in text


def test_changed_log_is_told_with_exit_code_1(log: Path, tmp_path: Path) -> None:
    with running_api(URL.create("sqlite", database=str(log)), tmp_path) as api:
        api.write(lambda tx: tx.change(update(api_audit).values(ip="192.0.2.1")))
    code, text = run("verify")
    assert code == 1
    assert "was changed" in text


def test_entries_are_printed_as_json_lines_and_csv(log: Path) -> None:
    code, text = run("export")
    (entry,) = map(json.loads, text.splitlines())
    assert (code, entry["operation"]) == (0, "PATCH /api/v2/teams/{team}")
    names, *rows = run("export", "--csv")[1].splitlines()
    assert names.startswith("id,created_at,actor")
    assert len(rows) == 1
    assert run("export", "--after", str(entry["id"]))[1] == ""


def test_young_entries_are_not_forgotten(log: Path) -> None:
    assert run("prune", "--days", "1") == (0, "0 entries forgotten\n")
