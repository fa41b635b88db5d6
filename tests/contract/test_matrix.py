"""The caller matrix: every route, called by everybody. A route without a row fails.

A row of `matrix/*.toml` names the route, a path that fills its placeholders, a JSON body, and the status each caller
gets. Calls that write are made with `dry_run`, so that all rows see the same help desk: what is allowed answers 200.

anonymous: no credential · uma: the ticket's owner and her organization's contact · ugo: of the same organization ·
ulf: a stranger · alice: agent of Support with every right · bob: agent of Support who may only look ·
charlie: agent of Billing · dora: administrator · key: an API key that may create tickets.
"""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from osticket_api.db import tables as t
from osticket_api.db.engine import Write
from osticket_api.server.openapi import api_routes
from tests.fixtures.api import Api, Caller, running_api
from tests.fixtures.templates import demo_on_sqlite

KEY = "MATRIXKEY00000000000000000000001"
CALLERS = ("anonymous", "ulf", "ugo", "uma", "charlie", "bob", "alice", "dora", "key")
MATRIX: dict[str, dict[str, Any]] = {
    route: row
    for path in sorted((Path(__file__).parent / "matrix").glob("*.toml"))
    for route, row in tomllib.loads(path.read_text()).items()
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """One help desk for all rows, on SQLite: who may what does not depend on the database."""
    directory = tmp_path_factory.mktemp("matrix")
    with running_api(demo_on_sqlite(directory).copy(), directory) as api:
        api.write(_add_key)
        yield api


def _add_key(tx: Write) -> None:
    tx.insert(t.api_key, apikey=KEY, ipaddr="127.0.0.1", isactive=True, can_create_tickets=True, created=tx.now)


def _caller(desk: Api, name: str) -> Caller:
    return desk.key(KEY) if name == "key" else desk.named(name)


def _call(desk: Api, name: str, route: str, row: dict[str, Any]) -> int:
    method = route.split()[0]
    options: dict[str, Any] = {}
    desk.database.memory.clear()
    desk.database.strikes.clear()
    if "body" in row:
        options["json"] = json.loads(row["body"])
    if "content" in row:
        options["content"] = row["content"]
    path = row["path"]
    if method != "GET":
        path += ("&" if "?" in path else "?") + "dry_run=true"
    return _caller(desk, name).request(method, path, **options).status


@pytest.mark.parametrize("route", sorted(MATRIX))
def test_route_answers_each_caller_as_reviewed(desk: Api, route: str) -> None:
    row = MATRIX[route]
    assert {name: _call(desk, name, route, row) for name in CALLERS} == row["expect"]


def test_every_route_has_a_row(desk: Api) -> None:
    app: Any = desk.client.app
    routes = {
        f"{method} {route.path.removeprefix('/api/v2')}"
        for route in api_routes(app)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert routes
    assert routes == set(MATRIX)
