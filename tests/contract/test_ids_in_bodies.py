"""Ids in bodies: what a caller does not see is not there for them, whatever a body names it for.

Of every id that a body takes, each kind of caller sends that of something they do not see, and that of nothing. Both
are answered alike, and the answer shows nothing of it. `ids_in_bodies.toml` says what each id is of.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.access.tokens import fingerprint
from osticket_api.db import tables as t
from osticket_api.db.tables import own
from osticket_api.db.unit import Write
from tests.contract.published import Description
from tests.contract.test_matrix import MATRIX
from tests.fixtures.api import Answer, Api, Caller, running_api
from tests.fixtures.templates import demo_on_sqlite

_TABLE: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("ids_in_bodies.toml").read_text())
_NOTHING = 1_999_999_999
_UNNAMED = "nothing has such a name"
_SUPPORT = 1
_TICKETS_OF_THE_MATRIX = (12, 26, 29)

_RULE = {"field": "subject", "operator": "contains", "value": "late"}
_ALSO_THERE: Mapping[str, Any] = {
    "/api-keys": {"name": "Late", "permissions": ["tickets.read"]},
    "/field-permissions": {"resource": "ticket", "field": "sla", "effect": "hide", "applies_to": "role", "role_id": 4},
    "/filters": {"name": "Late", "rules": [_RULE], "actions": [{"type": "reject"}], "is_active": False},
    "/queues": {"title": "Late", "criteria": [{"field": "isoverdue", "method": "set"}]},
    "/webhooks": {"url": "https://example.com/hook", "is_active": False},
}
"""What the caller matrix changes though it is not there, and a queue that is somebody's own."""
Place = tuple[str, ...]
"""Names on the way to an id; `[]` for the items of a list."""


@dataclass(frozen=True)
class Id:
    """A property of a body that is an id."""

    route: str
    place: Place
    path: str

    @property
    def name(self) -> str:
        return f"{self.route} {'.'.join(self.place)}"

    @property
    def leaf(self) -> str:
        return next(part for part in reversed(self.place) if part != "[]")

    @property
    def kind(self) -> str | None:
        found: str | None = _TABLE["kinds"].get(self.name) or _TABLE["kinds"].get(self.leaf)
        return found

    def body(self, value: int) -> Any:
        """A body that is right, but for the id at this place."""
        usual = _TABLE["beside"].get(self.route, json.loads(MATRIX[self.route].get("body", "{}")))
        return _with(_TABLE["beside"].get(self.name, usual), self.place, value)


def _with(body: Any, place: Place, value: int) -> Any:
    if not place:
        return value
    if place[0] == "[]":
        return [_with(body[0] if isinstance(body, list) and body else None, place[1:], value)]
    given = body if isinstance(body, dict) else {}
    return {**given, place[0]: _with(given.get(place[0]), place[1:], value)}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    directory = tmp_path_factory.mktemp("ids")
    with running_api(demo_on_sqlite(directory).copy(), directory) as api:
        yield api


@pytest.fixture(scope="module")
def ids(desk: Api) -> list[Id]:
    """Every whole number in a body, of methods that mean something of their own."""
    description, dora = Description(desk), desk.staff("dora")
    added = {path: f"{path}/{dora.post(path, body).data['id']}" for path, body in _ALSO_THERE.items()}
    found = []
    for route, operation in description.operations.items():
        content = description.resolved(operation.get("requestBody", {})).get("content", {})
        if "application/json" in content and not route.startswith("PUT "):
            places = _whole_numbers(description, content["application/json"]["schema"])
            path, _, last = route.split()[1].rpartition("/")
            path = added.get(path, MATRIX[route]["path"]) if last.startswith("{") else MATRIX[route]["path"]
            found += [Id(route, place, path) for place in dict.fromkeys(places)]
    return found


def _whole_numbers(description: Description, schema: Any, place: Place = ()) -> Iterator[Place]:
    schema = description.resolved(schema)
    if schema.get("type") == "integer":
        yield place
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _whole_numbers(description, choice, place)
    if "items" in schema:
        yield from _whole_numbers(description, schema["items"], (*place, "[]"))
    for name, each in schema.get("properties", {}).items():
        yield from _whole_numbers(description, each, (*place, name))


def test_every_whole_number_in_a_body_is_known(ids: list[Id]) -> None:
    assert [each.name for each in ids if each.kind is None and each.leaf not in _TABLE["no_ids"]] == []
    used = {each.name for each in ids} | {each.leaf for each in ids} | {each.route for each in ids}
    named = {*_TABLE["kinds"], *_TABLE["no_ids"], *_TABLE["passed_over"], *_TABLE["open_to_agents"], *_TABLE["beside"]}
    assert named - used == set()


def _send(caller: Caller, each: Id, value: int) -> Answer:
    method, _ = each.route.split()
    return caller.request(method, f"{each.path}?dry_run=true", json=each.body(value))


def _refusal(answer: Answer, *values: int) -> tuple[int, str]:
    """What a caller learns from a refusal, but for the ids."""
    return answer.status, re.sub(rf"\b({'|'.join(map(str, values))})\b", "#", json.dumps(answer.errors))


def test_what_is_not_there_cannot_be_named(desk: Api, ids: list[Id]) -> None:
    """By one who may do everything: whoever may do less is refused for that, or for this."""
    dora, uma = desk.staff("dora"), desk.user("uma")
    taken = []
    for each in ids:
        if each.kind is not None and each.name not in _TABLE["passed_over"]:
            caller = uma if each.route.endswith("/message") else dora
            answer = _send(caller, each, _NOTHING)
            if answer.status not in (404, 422) or str(_NOTHING) not in answer.content.decode():
                taken.append(f"{each.name}: {answer.status} {answer.errors}")
    assert not taken, "\n".join(taken)


@dataclass(frozen=True)
class Unseen:
    """Something that one of the callers does not see, and the words that would show it."""

    id: int
    words: str


_KINDS: Mapping[str, tuple[str, Any, str]] = {
    "ticket": ("/tickets", t.ticket.c.ticket_id, "subject"),
    "task": ("/tasks", t.task.c.id, "title"),
    "user": ("/users", t.user.c.id, "name"),
    "organization": ("/organizations", t.organization.c.id, "name"),
    "department": ("/departments", t.department.c.id, "name"),
    "staff": ("/staff", t.staff.c.staff_id, "name"),
    "canned response": ("/canned-responses", t.canned_response.c.canned_id, "title"),
    "file": ("/files", t.file.c.id, ""),
    "status": ("/statuses", t.ticket_status.c.id, "name"),
    "queue": ("/queues", t.queue.c.id, "title"),
}
"""Of what not everybody who writes sees all: where it is shown, and by which of its values it is known there."""


@pytest.fixture(scope="module")
def callers(desk: Api) -> Mapping[str, Caller]:
    """Each may do much with tickets in Support, and sees little besides."""
    made = desk.write(_add_callers)
    return {
        "user": desk.user("uma"),
        "limited agent": desk.staff_id(made["limited"]),
        "agent limited to assigned": desk.staff_id(made["assigned"]),
        "narrow key of an agent": desk.key("osk_narrow"),
        "key limited to a department": desk.key("osk_department"),
    }


def _add_callers(tx: Write) -> dict[str, int]:
    like = tx.row(select(t.staff).where(t.staff.c.username == "alice"))
    assert like is not None
    copied = {name: value for name, value in like._mapping.items() if name != "staff_id"}
    made = {
        name: tx.insert(
            t.staff,
            **{
                **copied,
                "username": name,
                "email": f"{name}@desk.example",
                "permissions": "{}",
                "assigned_only": name == "assigned",
            },
        )
        for name in ("limited", "assigned")
    }
    threads = select(t.thread.c.id).where(
        t.thread.c.object_id.in_(_TICKETS_OF_THE_MATRIX), t.thread.c.object_type == "T"
    )
    for thread_id in list(tx.scalars(threads)):
        tx.insert(t.thread_referral, thread_id=thread_id, object_id=made["assigned"], object_type="S", created=tx.now)
    _add_key(tx, "osk_department", ["tickets.create", "tickets.read", "tickets.update", "subtickets.manage"])
    rights = [f"ticket.{verb}" for verb in ("assign", "close", "create", "edit", "link", "merge", "refer", "reply")]
    rights += ["ticket.transfer", "task.assign", "task.create", "task.transfer", "staff.read", "settings.read"]
    _add_key(tx, "osk_narrow", rights, like.staff_id)
    return made


def _add_key(tx: Write, secret: str, permissions: list[str], staff_id: int = 0) -> None:
    tx.insert(
        own.api_credential,
        name=secret,
        key_hash=fingerprint(secret),
        prefix=secret[:10],
        permissions=json.dumps(permissions),
        departments=json.dumps([_SUPPORT]),
        staff_id=staff_id,
        created_at=tx.now,
    )


@pytest.fixture(scope="module")
def unseen(desk: Api, callers: Mapping[str, Caller]) -> Mapping[tuple[str, str], Unseen]:
    """By caller and kind, the last thing that is there and that they do not see."""
    dora, found = desk.staff("dora"), {}
    for kind, (path, column, name) in _KINDS.items():
        things = [row[0] for row in desk.rows(select(column).order_by(column.desc()).limit(4))]
        for caller, client in callers.items():
            hidden = next((each for each in things if client.get(f"{path}/{each}").status in (403, 404)), None)
            if hidden is not None:
                words = dora.get(f"{path}/{hidden}").data[name] if name else _UNNAMED
                found[caller, kind] = Unseen(hidden, words)
    return found


def test_what_is_not_seen_is_as_what_is_not_there(
    desk: Api, ids: list[Id], callers: Mapping[str, Caller], unseen: Mapping[tuple[str, str], Unseen]
) -> None:
    told, tried = [], 0
    for each in ids:
        for name, caller in callers.items():
            thing = unseen.get((name, each.kind or ""))
            is_open = each.name in _TABLE["open_to_agents"] and name in ("limited agent", "agent limited to assigned")
            if thing is None or is_open or _is_closed_to(desk, each.route, name):
                continue
            tried += 1
            answer, other = _send(caller, each, thing.id), _send(caller, each, _NOTHING)
            refusals = [_refusal(given, thing.id, _NOTHING) for given in (answer, other)]
            is_alike = refusals[0] == refusals[1]
            if not is_alike or thing.words in answer.content.decode():
                told.append(f"{each.name}, {name}, {thing}: {answer.content[:300]!r} {other.content[:300]!r}")
            elif answer.status < 400 and each.name not in _TABLE["passed_over"]:
                told.append(f"{each.name}, {name}, {thing}: taken")
    assert not told, "\n".join(told)
    assert tried > 80


def _is_closed_to(desk: Api, route: str, caller: str) -> bool:
    """Whether the access rule lets none of them in, whatever they send: the caller matrix proves that."""
    app: Any = desk.client.app
    method, path = route.split()
    (rule,) = {each.access for each in app.routes if each.path == f"/api/v2{path}" and method in each.methods}
    kind = {"user": "user", "key limited to a department": "key"}.get(caller, "staff")
    return rule.administrators_only or kind not in rule.kinds
