"""The caller matrix: every route, called by everybody. A route without a row fails.

A row of `matrix/*.toml` names the route, a path that fills its placeholders, a JSON body, and the status each caller
gets. Calls that write are made with `dry_run`, so that all rows see the same help desk: what is allowed answers 200.

anonymous: no credential · uma: the ticket's owner and her organization's contact · ugo: of the same organization ·
ulf: a stranger · alice: agent of Support with every right · bob: agent of Support who may only look ·
charlie: agent of Billing · dora: administrator · key: an API key that may create tickets ·
reader: one that may read the tickets of Support, and nothing else. A row that does not name it expects what `key` gets.
"""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from osticket_api.access.tokens import fingerprint
from osticket_api.db import tables as t
from osticket_api.db.tables import own
from osticket_api.db.unit import Write
from tests.fixtures.api import Api, Caller, running_api
from tests.fixtures.templates import demo_on_sqlite

KEY = "MATRIXKEY00000000000000000000001"
READER = "osk_matrix-reader"
CALLERS = ("anonymous", "ulf", "ugo", "uma", "charlie", "bob", "alice", "dora", "key", "reader")
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
        api.write(_add_keys)
        yield api


def _add_keys(tx: Write) -> None:
    tx.insert(t.api_key, apikey=KEY, ipaddr="127.0.0.1", isactive=True, can_create_tickets=True, created=tx.now)
    tx.insert(
        own.api_credential,
        name="Reader",
        key_hash=fingerprint(READER),
        prefix="osk_matrix",
        permissions='["tickets.read"]',
        departments="[1]",
        created_at=tx.now,
    )


def _caller(desk: Api, name: str) -> Caller:
    keys = {"key": KEY, "reader": READER}
    return desk.key(keys[name]) if name in keys else desk.named(name)


def _call(desk: Api, name: str, route: str, row: dict[str, Any], **options: Any) -> int:
    method = route.split()[0]
    desk.database.caches.clear()
    desk.write(lambda tx: tx.change(delete(own.api_strike)))
    if "body" in row:
        options["json"] = json.loads(row["body"])
    if "content" in row:
        options["content"] = row["content"]
    path = row["path"]
    if method != "GET":
        path += ("&" if "?" in path else "?") + "dry_run=true"
    return _caller(desk, name).request(method, path, **options).status


def _expected(row: dict[str, Any]) -> dict[str, int]:
    return {"reader": row["expect"]["key"], **row["expect"]}


@pytest.mark.parametrize("route", sorted(MATRIX))
def test_route_answers_each_caller_as_reviewed(desk: Api, route: str) -> None:
    row = MATRIX[route]
    assert {name: _call(desk, name, route, row) for name in CALLERS} == _expected(row)


@pytest.mark.parametrize("route", [each for each in sorted(MATRIX) if not each.startswith("GET")])
def test_who_may_not_change_a_thing_is_told_so_whatever_state_they_know(desk: Api, route: str) -> None:
    row = MATRIX[route]
    refused = {name: status for name, status in _expected(row).items() if status in (401, 403, 404)}
    stale = {"If-Match": '"0123456789abcdef01234567"'}
    assert {name: _call(desk, name, route, row, headers=stale) for name in refused} == refused


NOUNS = {"{ticket}": "/tickets", "{task}": "/tasks", "{user}": "/users", "{organization}": "/organizations"}
"""Places in paths, and where what is named there is shown by itself."""


@pytest.fixture(scope="module")
def unseen(desk: Api) -> dict[tuple[str, str], int]:
    """By caller and place, the id of something that is there and that the caller does not see."""
    found: dict[tuple[str, str], int] = {}
    columns = (t.ticket.c.ticket_id, t.task.c.id, t.user.c.id, t.organization.c.id)
    for (place, path), column in zip(NOUNS.items(), columns, strict=True):
        ids = [row[0] for row in desk.rows(select(column).order_by(column))]
        for name in CALLERS:
            caller = _caller(desk, name)
            hidden = next((each for each in ids if caller.get(f"{path}/{each}").status in (403, 404)), None)
            if hidden is not None:
                found[name, place] = hidden
    return found


def test_who_may_do_it_to_one_thing_may_not_to_another_that_they_do_not_see(
    desk: Api, unseen: dict[tuple[str, str], int]
) -> None:
    let_in, tried = [], 0
    for route, row in sorted(MATRIX.items()):
        words = route.split()[1].split("/")
        for place in NOUNS.keys() & set(words):
            path = row["path"].partition("?")[0].split("/")
            for name in (each for each, status in _expected(row).items() if status < 400 and (each, place) in unseen):
                path[words.index(place)] = str(unseen[name, place])
                tried += 1
                if _call(desk, name, route, {**row, "path": "/".join(path)}) not in (403, 404):
                    let_in.append((route, name, path))
    assert let_in == []
    assert tried > 50


INDEX = ("/api/v2", "/api/v2/")
"""Where everything is, for anyone, in the same words."""


def test_every_route_has_a_row(desk: Api) -> None:
    app: Any = desk.client.app
    routes = {
        f"{method} {route.path.removeprefix('/api/v2')}"
        for route in app.routes
        if route.path.startswith(("/api/", "/healthz", "/readyz")) and route.path not in INDEX
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert routes
    assert routes == set(MATRIX)
