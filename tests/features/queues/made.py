"""Queues as osTicket would write them."""

import json
from typing import Any

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api, Caller

PUBLIC_QUEUE = 0x3
INHERITS_CRITERIA = 0x8


def add_queue(api: Api, *criteria: list[Any], flags: int = PUBLIC_QUEUE, **columns: Any) -> int:
    """A queue with these criteria. Its id."""
    config = columns.pop("config", json.dumps({"criteria": list(criteria), "conditions": []}))
    values = {"title": "Made", "root": "T", "flags": flags, "sort": 50, "config": config, **columns}
    return int(api.write(lambda tx: _insert(tx, values)))


def _insert(tx: Write, values: dict[str, Any]) -> int:
    return tx.insert(t.queue, **values, created=tx.now, updated=tx.now)


def in_queue(caller: Caller, queue: int, **params: str) -> list[int]:
    """The ids of a queue's tickets, in its order."""
    answer = caller.get(f"/queues/{queue}/tickets", params={"per_page": "100", **params})
    assert answer.status == 200, answer.errors
    assert answer.meta["total"] == len(answer.data)
    return [ticket["id"] for ticket in answer.data]


def listed(caller: Caller, **params: str) -> list[dict[str, Any]]:
    """The tickets of the agent's ordinary list."""
    tickets: list[dict[str, Any]] = caller.get("/tickets", params={"per_page": "100", **params}).data
    return tickets
