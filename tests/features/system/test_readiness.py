"""`/readyz` names what is wrong, `/healthz` asks nobody."""

import asyncio
import time
from typing import Any

import pytest
from sqlalchemy import Update, text, update

from osticket_api import __version__
from osticket_api.db import switch
from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from tests.fixtures.api import Api

UNKNOWN = update(t.config).where(t.config.c.key == "schema_signature").values(value="0123456789abcdef")


def test_a_server_whose_database_is_as_it_should_be_is_ready(api: Api) -> None:
    answer = api.client.get("/readyz")
    assert (answer.status_code, answer.json()["data"]["status"]) == (200, "ready")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (UNKNOWN, "0123456789abcdef"),
        (text("UPDATE ost_api_migration SET version_num = '0001'"), "database upgrade"),
    ],
    ids=["osTicket was upgraded", "our own tables are old"],
)
def test_what_is_wrong_with_the_tables_is_named(api: Api, change: Update, named: str) -> None:
    api.write(lambda tx: tx.connection.execute(change))
    answer = api.client.get("/readyz")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "database_unusable")
    assert named in answer.json()["errors"][0]["message"]
    assert int(answer.headers["retry-after"]) > 0


def test_readiness_waits_two_seconds_for_the_database_and_no_longer(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def frozen(self: Database, *args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(60)

    monkeypatch.setattr(Database, "read", frozen)
    started = time.monotonic()
    answer = api.client.get("/readyz")
    assert time.monotonic() - started < 20
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["errors"][0]["code"] == "database_slow"


def test_readiness_tells_whether_changes_are_switched_off(api: Api) -> None:
    assert api.client.get("/readyz").json()["data"]["read_only"] is False
    api.write(switch.turn_on)
    answer = api.client.get("/readyz")
    assert (answer.status_code, answer.json()["data"]["read_only"]) == (200, True)


def test_health_is_told_to_anybody_and_asks_no_database(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unreachable(self: Database, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("the database was asked")

    monkeypatch.setattr(Database, "read", unreachable)
    answer = api.client.get("/healthz")
    assert answer.status_code == 200
    told = {name: value for name, value in answer.json()["data"].items() if value is not None}
    assert told == {"status": "ok", "version": __version__}
    assert "no-store" in answer.headers["cache-control"]
    assert api.client.head("/healthz").content == b""


def test_a_server_that_is_about_to_stop_is_not_ready_but_lives(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.client.app.state, "is_draining", True, raising=False)  # type: ignore[attr-defined]
    answer = api.client.get("/readyz")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "stopping")
    assert api.client.get("/healthz").status_code == 200
