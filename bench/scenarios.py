"""What is asked for, and by whom."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, func, select

from bench.desk import SIGNING_KEY, USER, Desk
from osticket_api.access import tokens
from osticket_api.access.loading import find_staff
from osticket_api.access.signing import SigningKeys
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.features.tickets.filters import TicketQuery
from osticket_api.features.tickets.lists import list_tickets
from osticket_api.kit.clock import system_clock

_READ, _WRITTEN = 400, 100
_HTML = "<p>The keyboard works again. Please tell us when it sticks the next time.</p>"
_CREATE = {"subject": "Keyboard is slow", "message": _HTML, "topic_id": 1, "user_id": 10}


@dataclass(frozen=True, eq=False)
class Scenario:
    """Requests of one kind. `shape` says what the answer is made of, see `floor.py`."""

    name: str
    caller: str
    shape: str
    requests: Sequence[bytes]

    @property
    def is_write(self) -> bool:
        return self.requests[0].startswith(b"POST")


@dataclass(frozen=True)
class Caller:
    """agent: of the largest department, a third of all tickets; chief: nearly all; user: some fifty of their own."""

    name: str
    subject: str

    @cached_property
    def _token(self) -> str:
        """Clients sign in once, and send the same token with each request."""
        token = tokens.AccessToken(self.subject, 0)
        return tokens.issue(SigningKeys((SIGNING_KEY,)), token, now=system_clock(), ttl_seconds=7200)

    def asks(self, method: str, path: str, body: dict[str, Any] | None = None) -> bytes:
        content = b"" if body is None else json.dumps(body).encode()
        lines = [
            f"{method} /api/v2/tickets{path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Authorization: Bearer {self._token}",
            *([] if body is None else ["Content-Type: application/json", f"Content-Length: {len(content)}"]),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + content


@dataclass(frozen=True)
class World:
    """What the scenarios need to know about the help desk."""

    agent: Caller
    chief: Caller
    user: Caller
    read: Sequence[int]
    written: Sequence[int]
    users: Sequence[int]
    number: str
    page: int
    cursor: str
    """Of the page after `page`, which is as deep in the lists as page 500 is in those of 50,000 tickets."""


def look_around(tx: Read) -> World:
    """Tickets spread over the agent's department, and a place deep in the lists."""
    staff, ticket = t.staff.c, t.ticket.c
    agent, chief = (tx.scalar(select(staff.staff_id).where(staff.username == name)) for name in ("agent01", "dora"))
    user = tx.scalar(select(t.user_account.c.user_id).where(t.user_account.c.username == USER))
    count = tx.scalar(select(func.count()).where(ticket.dept_id == 1))
    every = ticket.ticket_id % max(1, count // (_READ + _WRITTEN) // 3) == 0
    ids = tx.scalars(select(ticket.ticket_id).where(ticket.dept_id == 1, every, *_plain()).limit(_READ + _WRITTEN))
    page = min(500, tx.scalar(select(func.count()).select_from(t.ticket)) // 100)
    principal = find_staff(tx, chief)
    assert principal is not None
    listed = list_tickets(tx, principal, TicketQuery(page=page, total=False))
    return World(
        Caller("agent", f"staff:{agent}"),
        Caller("chief", f"staff:{chief}"),
        Caller("user", f"user:{user}"),
        ids[:_READ],
        ids[_READ:],
        tx.scalars(select(t.user.c.id).order_by(t.user.c.id).limit(2000)),
        tx.scalar(select(ticket.number).where(ticket.ticket_id == ids[0])),
        page,
        listed.next_cursor or "",
    )


def _plain() -> list[ColumnElement[bool]]:
    """Nobody takes part in the ticket, and none is merged into it: the floor shows neither."""
    ticket, thread, child = t.ticket.c, t.thread.c, t.ticket.alias("child").c
    taking_part = select(thread.object_id).join_from(
        t.thread_collaborator, t.thread, thread.id == t.thread_collaborator.c.thread_id
    )
    parents = select(child.ticket_pid).where(child.ticket_pid != None)  # noqa: E711
    return [ticket.ticket_id.not_in(taking_part), ticket.ticket_id.not_in(parents)]


def lists(desk: Desk) -> list[Scenario]:
    """Lists of tickets."""
    world = desk.read(look_around)
    agent, chief, user = world.agent, world.chief, world.user
    asked = (
        ("first page", "", (agent, chief, user)),
        (f"page {world.page}", f"?page={world.page}", (agent, chief)),
        (f"after page {world.page}, by cursor", f"?cursor={world.cursor}", (chief,)),
        ("open", "?status=open", (agent, chief, user)),
        ("open, mine", "?status=open&staff_id=me", (agent,)),
        ("open, one department, nobody's", "?status=open&department_id=2&staff_id=none", (chief,)),
        ("by activity", "?sort=-last_activity_at", (agent, chief)),
        ("open, by activity", "?status=open&sort=-last_activity_at", (agent, chief)),
        ("by number", f"?number={world.number}", (agent,)),
        ("two words", "?q=monitor+flickers", (agent, chief)),
    )
    return [
        Scenario(
            f"list: {name}", caller.name, "list of a user" if caller is user else "list", [caller.asks("GET", query)]
        )
        for name, query, callers in asked
        for caller in callers
    ]


def singles(desk: Desk) -> list[Scenario]:
    """One ticket, read and written."""
    world = desk.read(look_around)
    agent, ids = world.agent, world.read
    reply = {"body": _HTML}
    return [
        Scenario("detail", "agent", "detail", [agent.asks("GET", f"/{each}") for each in ids]),
        Scenario(
            "detail with thread", "agent", "detail", [agent.asks("GET", f"/{each}?include=thread") for each in ids]
        ),
        Scenario("thread", "agent", "thread", [agent.asks("GET", f"/{each}/thread") for each in ids]),
        Scenario("create", "agent", "detail", [agent.asks("POST", "", _CREATE)] * 20),
        Scenario("reply", "agent", "entry", [agent.asks("POST", f"/{each}/reply", reply) for each in world.written]),
    ]


def something_written(desk: Desk) -> bytes:
    """A request that changes something, after which totals are counted anew."""
    world = desk.read(look_around)
    return world.agent.asks("POST", f"/{world.written[0]}/note", {"body": "measured"})
