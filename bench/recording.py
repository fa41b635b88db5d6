"""The SQL that the server sends for a request, for the floor to send too."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from bench.desk import Desk
from bench.scenarios import Scenario
from osticket_api.db.caches import Caches
from osticket_api.db.connect import open_database
from osticket_api.server.app import create_app


class Step(msgspec.Struct, array_like=True):
    """A statement as it was sent. `new_id` is the id the database gave to a new row."""

    sql: str
    parameters: Any
    is_many: bool = False
    new_id: int | None = None


class Script(msgspec.Struct):
    """What to do for each request of a scenario."""

    shape: str
    is_write: bool
    runs: list[list[Step]]


def record(desk: Desk, scenarios: Sequence[Scenario], path: Path) -> None:
    """Write the script of each scenario, numbered, to a file. Those that read come first.

    Everything the server keeps in memory is there already when a request is recorded: no sign-in, no totals.
    """
    database = open_database(desk.settings)
    began = time.monotonic()
    database.caches = Caches(database.changes, clock=lambda: began)
    database.prepared = _never  # type: ignore[method-assign]
    database.prepare = _as_it_is  # type: ignore[method-assign]
    steps: list[Step] = []
    scripts: list[Script] = []

    def executed(connection: Any, cursor: Any, sql: str, parameters: Any, context: Any, many: bool) -> None:
        steps.append(Step(sql, parameters, many, cursor.lastrowid if sql.startswith("INSERT") else None))

    def run(request: bytes) -> list[Step]:
        steps.clear()
        _send(client, request)
        return list(steps)

    event.listen(Engine, "after_cursor_execute", executed)
    try:
        with TestClient(create_app(desk.settings, database)) as client:
            for scenario in scenarios:
                run(scenario.requests[0])
                runs = [run(request) for request in scenario.requests]
                scripts.append(Script(scenario.shape, scenario.is_write, runs))
    finally:
        event.remove(Engine, "after_cursor_execute", executed)
    path.write_bytes(msgspec.msgpack.encode(scripts))


def _never(statement: Any) -> None:
    """Statements are not prepared here: nobody hears of those that the driver runs itself."""


def _as_it_is(statement: Any) -> Any:
    return statement


def _send(client: TestClient, request: bytes) -> None:
    head, _, body = request.partition(b"\r\n\r\n")
    (first, *lines) = head.decode().split("\r\n")
    method, target, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    response = client.request(method, target, headers=headers, content=body)
    if not response.is_success:
        raise RuntimeError(f"{first}\n{response.status_code} {response.text}")
