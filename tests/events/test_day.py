"""A day of changes, heard by each kind of caller: each hears of exactly what it may read, as it may read it.

What a caller may read is asked of the API itself, before and after each change.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from osticket_api.events.catalogue import CATALOGUE, Audience
from tests.events.listening import Listening
from tests.events.streaming import open_stream
from tests.features.auth.test_ticket_access import SALT, guest, token_for
from tests.features.tickets.acts import ALICES, BILLING, BOB, CHARLIE, CLOSED, ESCALATION, OPEN, SALES, UGO, UMA
from tests.fixtures.api import Api, Caller

BODY: Final = {"body": "<p>x</p>"}
PATHS: Final = {
    "task": "tasks", "user": "users", "organization": "organizations", "staff": "staff", "department": "departments",
    "topic": "topics", "canned_response": "canned-responses", "faq": "faqs", "team": "teams", "role": "roles",
    "sla": "slas", "status": "statuses", "faq_category": "faq-categories",
}  # fmt: skip
AMONG_AGENTS: Final = frozenset(name for name, each in CATALOGUE.items() if each.audience is Audience.ticket_agents)
NOT_USERS: Final = ("dora", "alice", "bob", "charlie", "billing key", "alice's key")
AGENTS: Final = ("dora", "alice", "bob", "charlie")


@pytest.fixture
def callers(api: Api) -> dict[str, Caller]:
    dora = api.staff("dora")
    alone = {"name": "Billing", "permissions": ["tickets.read"], "departments": [BILLING]}
    hers = {"name": "Hers", "permissions": ["tickets.read"], "departments": [SALES], "staff_id": 2}
    return {
        **{name: api.staff(name) for name in AGENTS},
        **{name: api.user(name) for name in ("uma", "ugo", "ulf")},
        "billing key": api.key(dora.post("/api-keys", alone).data["key"]),
        "alice's key": api.key(dora.post("/api-keys", hers).data["key"]),
    }


class Day:
    """One help desk, and everybody who listens to it."""

    def __init__(self, api: Api, heard: Listening, callers: dict[str, Caller]) -> None:
        self.api = api
        self.callers = callers
        self.paths = dict(PATHS)
        self._heard = heard
        self._sight: dict[tuple[str, str], bool] = {}
        self.faults: list[str] = []
        self.kinds: set[str] = set()

    def begin(self) -> None:
        """What happened so far is no part of the day."""
        self._heard.settle()
        self._heard.events()
        self._cursors = {name: self._ask(name, 0).meta["next_cursor"] for name in self.callers}

    def change(self, name: str, change: Callable[[], Any], path: str) -> None:
        """Make one change, and compare what each heard with what each may read. `path`: of what is changed."""
        before = {who: self._sight.get((who, path)) or self._sees(who, path) for who in self.callers}
        entries = self._entries("dora", path)
        change()
        for _ in range(3):
            self._heard.step(1.0)
        rows = self._heard.events()
        assert {self._path_of(row) for row in rows} == {path}, name
        self.kinds |= {row.kind for row in rows}
        new = self._entries("dora", path) - entries
        for who in self.callers:
            answer = self._ask(who, self._cursors[who])
            self._cursors[who] = answer.meta["next_cursor"]
            faults = [
                *self._of_rows(who, rows, answer.data, before[who]),
                *self._of_entries(who, path, answer.data, new),
            ]
            self.faults += [f"{name}: {who}: {fault}" for fault in faults]

    def _of_rows(self, who: str, rows: Sequence[Any], told: Sequence[Any], saw: bool) -> Iterator[str]:
        sees, events = self._sees(who, self._path_of(rows[0])), {event["id"]: event for event in told}
        for row in rows:
            event = events.pop(row.number, None)
            if event is not None and event["type"] == f"{row.kind}.gone":
                if not saw or event["changes"] or event["details"] or event["actor"]:
                    yield f"that it is gone by {row.type}, and never saw it, or with content"
            elif event is not None:
                is_read = sees or (saw and row.type.endswith(".deleted"))
                if not is_read or self._is_hidden(who, row):
                    yield f"{row.type}, and may not read it"
            elif sees and not self._is_hidden(who, row) and not self._is_no_news(who, row):
                yield f"nothing of {row.type}"
            elif saw and not sees and who in (NOT_USERS if row.kind == "ticket" else AGENTS) and _takes_away(row):
                yield f"nothing of {row.type}, by which it left its sight"
        yield from (f"{event['type']}, which is not in the feed" for event in events.values())

    def _of_entries(self, who: str, path: str, told: Sequence[Any], new: frozenset[int]) -> Iterator[str]:
        """Of the new entries of a conversation each was told of those that it reads."""
        named = {event["details"].get("entry_id") for event in told} & new
        yield from (f"not right of entry {id}" for id in (self._entries(who, path) & new) ^ named)

    def _is_hidden(self, who: str, row: Any) -> bool:
        """What is said of a ticket among agents and keys alone."""
        if who in NOT_USERS or row.kind != "ticket":
            return False
        return row.type in AMONG_AGENTS or json.loads(row.details or "{}").get("entry_type") == "N"

    def _is_no_news(self, who: str, row: Any) -> bool:
        """A change of nothing that the portal shows."""
        return who not in AGENTS and row.type == "ticket.updated"

    def _path_of(self, row: Any) -> str:
        return f"/tickets/{row.ticket_id}" if row.kind == "ticket" else f"/{self.paths[row.kind]}/{row.subject_id}"

    def _sees(self, who: str, path: str) -> bool:
        self._sight[who, path] = self.callers[who].get(path).status == 200
        return self._sight[who, path]

    def _entries(self, who: str, path: str) -> frozenset[int]:
        answer = self.callers[who].get(f"{path}/thread?per_page=100") if path.startswith("/t") else None
        return frozenset(each["id"] for each in answer.data) if answer and answer.status == 200 else frozenset()

    def _ask(self, who: str, after: Any) -> Any:
        answer = self.callers[who].get(f"/events?after={after}&limit=500")
        assert answer.status == 200, answer.errors
        return answer


def _takes_away(row: Any) -> bool:
    is_moved = row.kind in ("ticket", "task") and json.loads(row.audience or "{}").get("was")
    return bool(is_moved) or row.type.endswith((".deleted", "task.reopened"))


@pytest.fixture
def day(api: Api, heard: Listening, callers: dict[str, Caller]) -> Day:
    return Day(api, heard, callers)


def made(answer: Any) -> Any:
    assert answer.status < 300, answer.errors
    return answer.data


def test_of_a_tickets_life_each_hears_what_it_may_read(day: Day) -> None:
    dora, alice, uma = (day.callers[name] for name in ("dora", "alice", "uma"))
    ours = f"/tickets/{ALICES}"
    opened = made(uma.post("/tickets", {"subject": "Day", "message": "<p>x</p>", "topic_id": 1}))
    other = f"/tickets/{opened['id']}"
    day.begin()

    def post(path: str, caller: Caller = dora, **body: Any) -> Callable[[], Any]:
        return lambda: made(caller.post(path, body))

    for name, change, path in (
        ("a note", post(f"{ours}/note", alice, **BODY), ours),
        ("a reply", post(f"{ours}/reply", alice, **BODY), ours),
        ("a message", post(f"{ours}/message", uma, **BODY), ours),
        ("another ticket", post(f"{other}/reply", alice, **BODY), other),
        ("to sales", post(f"{ours}/transfer", department_id=SALES), ours),
        ("to charlie", post(f"{ours}/assign", staff_id=CHARLIE), ours),
        ("to billing", post(f"{ours}/transfer", department_id=BILLING), ours),
        ("released", post(f"{ours}/release"), ours),
        ("referred", post(f"{ours}/refer", staff_id=BOB), ours),
        ("to escalation", post(f"{ours}/assign", team_id=ESCALATION), ours),
        ("closed", post(f"{ours}/status", status_id=CLOSED), ours),
        ("reopened", post(f"{ours}/status", status_id=OPEN), ours),
        ("a collaborator", post(f"{ours}/collaborators", user_id=3), ours),
        ("to ugo", post(f"{ours}/owner", user_id=UGO), ours),
        ("a source", lambda: made(dora.patch(ours, {"source": "Phone"})), ours),
        ("a subject", lambda: made(dora.patch(ours, {"subject": "Another"})), ours),
        ("back in silence", lambda: _move_silently(day.api, ALICES), ours),
        ("the other deleted", lambda: dora.delete(other), other),
        ("deleted", lambda: dora.delete(ours), ours),
    ):
        day.change(name, change, path)
    assert day.faults == [], "\n".join(day.faults)


def test_of_all_else_each_hears_what_it_may_read(day: Day) -> None:
    dora, alice = day.callers["dora"], day.callers["alice"]
    task = made(dora.post("/tasks", {"title": "x", "description": "x", "department_id": BILLING}))
    faq = made(dora.post("/faqs", {"question": "Q", "answer": "A", "category_id": 1}))
    topic = made(dora.post("/topics", {"name": "Old things", "department_id": BILLING}))
    user = made(dora.post("/users", {"name": "Zoe", "email": "zoe@example.net"}))
    waiting = made(dora.post("/statuses", {"name": "Waiting", "state": "open"}))
    colours = made(dora.post("/lists", {"name": "Colours"}))
    red = made(dora.post(f"/lists/{colours['id']}/items", {"value": "Red"}))
    day.paths["list_item"] = f"lists/{colours['id']}/items"
    item = f"/{day.paths['list_item']}/{red['id']}"
    day.begin()
    tasks = f"/tasks/{task['id']}"

    def patch(path: str, **body: Any) -> Callable[[], Any]:
        return lambda: made(dora.patch(path, body))

    for name, change, path in (
        ("a note on a task", lambda: made(dora.post(f"{tasks}/note", BODY)), tasks),
        ("a task is transferred", lambda: made(dora.post(f"{tasks}/transfer", {"department_id": 1})), tasks),
        ("a task is given", lambda: made(dora.post(f"{tasks}/assign", {"staff_id": BOB})), tasks),
        ("a task is closed", lambda: made(dora.post(f"{tasks}/status", {"status": "closed"})), tasks),
        ("a task is reopened", lambda: made(dora.post(f"{tasks}/status", {"status": "open"})), tasks),
        ("a task is deleted", lambda: dora.delete(tasks), tasks),
        ("a user", patch("/users/1", name="Uma U."), "/users/1"),
        ("an organization", patch("/organizations/1", name="Acme Ltd."), "/organizations/1"),
        ("an agent", patch(f"/staff/{CHARLIE}", phone="5551230000"), f"/staff/{CHARLIE}"),
        ("a department", patch(f"/departments/{SALES}", name="Sellers"), f"/departments/{SALES}"),
        ("a topic", patch("/topics/1", name="Anything"), "/topics/1"),
        ("a canned response", patch("/canned-responses/1", title="Hello"), "/canned-responses/1"),
        ("a published FAQ", patch(f"/faqs/{faq['id']}", visibility="public"), f"/faqs/{faq['id']}"),
        ("a changed FAQ", patch(f"/faqs/{faq['id']}", question="Why?"), f"/faqs/{faq['id']}"),
        ("a team", patch("/teams/1", name="Firsts"), "/teams/1"),
        ("a role", patch("/roles/1", name="All"), "/roles/1"),
        ("an SLA", patch("/slas/1", name="Soon"), "/slas/1"),
        ("a status", patch(f"/statuses/{waiting['id']}", name="Parked"), f"/statuses/{waiting['id']}"),
        ("a list item", patch(item, value="Crimson"), item),
        ("a category", patch("/faq-categories/1", name="All"), "/faq-categories/1"),
        ("a list item is deleted", lambda: dora.delete(item), item),
        ("a topic is deleted", lambda: dora.delete(f"/topics/{topic['id']}"), f"/topics/{topic['id']}"),
        ("a user is deleted", lambda: dora.delete(f"/users/{user['id']}"), f"/users/{user['id']}"),
        ("an internal FAQ", patch(f"/faqs/{faq['id']}", visibility="private"), f"/faqs/{faq['id']}"),
        ("an FAQ is deleted", lambda: dora.delete(f"/faqs/{faq['id']}"), f"/faqs/{faq['id']}"),
    ):
        day.change(name, change, path)
    assert day.faults == [], "\n".join(day.faults)
    assert day.kinds == {each.kind for each in CATALOGUE.values()} - {"ticket"}
    assert alice.get("/events?limit=500").data


def test_a_stream_tells_what_the_feed_tells(day: Day) -> None:
    made(day.callers["alice"].post(f"/tickets/{ALICES}/reply", BODY))
    made(day.callers["dora"].post(f"/tickets/{ALICES}/transfer", {"department_id": BILLING}))
    day.begin()
    for name, caller in day.callers.items():
        told = caller.get("/events?limit=500").data
        with open_stream(day.api, "/stream?after=0", caller.headers) as stream:
            heard = [each for each in stream.wait_for(len(told)) if each["type"] != "ticket.presence"]
        assert heard == told, name


def test_who_came_by_a_link_to_a_ticket_hears_nothing(
    api: Api, heard: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.database, "secret_salt", SALT)
    caller = guest(api, token_for(api, ALICES, UMA))
    assert caller.get(f"/tickets/{ALICES}").status == 200
    assert caller.get("/events").status == 403
    assert caller.get("/stream?after=0").status == 403
    assert caller.post("/stream/tickets").status == 403


def _move_silently(api: Api, ticket: int) -> None:
    """As a deleted department does it: nothing but the row itself."""
    api.write(lambda tx: tx.change(update(t.ticket).where(t.ticket.c.ticket_id == ticket).values(dept_id=1)))
