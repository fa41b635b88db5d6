"""The first addresses that somebody opens lead on."""

import asyncio
import time
from typing import Any

import pytest

from osticket_api.db.engine import Database
from tests.fixtures.api import Api


@pytest.mark.parametrize("path", ["/", "/api/v2", "/api/v2/"])
def test_the_first_address_leads_to_the_others(api: Api, path: str) -> None:
    answer = api.client.get(path)
    assert answer.status_code == 200
    index = answer.json()["data"]
    assert index["api"] == "/api/v2"
    for name in ("documentation", "description", "problems", "health", "readiness"):
        assert api.client.get(index[name]).status_code == 200, name
    assert api.client.post(index["sign_in"], json={}).status_code == 422
    assert api.client.post(path).status_code == 405


def test_readiness_waits_two_seconds_for_the_database_and_no_longer(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def frozen(self: Database, *args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(60)

    monkeypatch.setattr(Database, "read", frozen)
    started = time.monotonic()
    answer = api.client.get("/readyz")
    assert time.monotonic() - started < 20
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["errors"][0]["code"] == "database_slow"
