"""Random changes: as PHP makes them, row by row and each committed by itself, and through the API."""

import random
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, insert, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

BOB = 3
"""Nobody's copy is read as this one: others would have to begin anew with what they see."""
DEPARTMENTS, AGENTS, TEAMS, STATUSES, USERS = (1, 2, 3), (2, 3, 4, 5), (1, 2), (1, 3), (1, 2, 3)


class Writers:
    """Changes the help desk at random, from one seed."""

    def __init__(self, api: Api, seed: int) -> None:
        self._api = api
        self._random = random.Random(seed)
        self._dora = api.staff("dora")

    def change(self) -> str:
        """Make one change. Returns its name."""
        ways: tuple[Callable[[], None], ...] = (
            self.php_opens, self.php_moves, self.php_assigns, self.php_closes, self.php_deletes, self.php_writes,
            self.php_refers, self.php_marks_silently, self.php_renames_a_user, self.php_renames_a_department,
            self.php_deletes_a_topic, self.api_opens, self.api_transfers, self.api_notes, self.api_closes,
            self.api_deletes, self.api_renames_a_user, self.php_loses, self.php_moves_an_agent,
        )  # fmt: skip
        way = self._random.choice(ways)
        way()
        return way.__name__

    def php_opens(self) -> None:
        department, user = self._random.choice(DEPARTMENTS), self._random.choice(USERS)
        number = f"9{self._random.randrange(10**6):06}"
        ticket = self._add(
            t.ticket, number=number, user_id=user, status_id=1, dept_id=department, source="Web", created="now",
            updated="now", lastupdate="now",
        )  # fmt: skip
        thread = self._add(t.thread, object_id=ticket, object_type="T", created="now")
        self._add(t.thread_entry, thread_id=thread, type="M", user_id=user, body="<p>x</p>", poster="U", created="now")
        self._event("created", thread, department)

    def php_moves(self) -> None:
        ticket = self._ticket()
        self._set(ticket, dept_id=self._random.choice(DEPARTMENTS))
        self._event("transferred", self._thread(ticket), data='{"dept":"Other"}')

    def php_assigns(self) -> None:
        ticket = self._ticket()
        self._event("assigned", self._thread(ticket), data="{}")
        self._set(ticket, staff_id=self._random.choice((0, *AGENTS)), team_id=self._random.choice((0, *TEAMS)))

    def php_closes(self) -> None:
        ticket = self._ticket()
        self._set(ticket, status_id=self._random.choice(STATUSES), closed="now")
        self._event("closed", self._thread(ticket), data="{}")

    def php_deletes(self) -> None:
        ticket = self._ticket()
        thread = self._thread(ticket)
        self._event("deleted", thread)
        for table, condition in (
            (t.thread_entry, t.thread_entry.c.thread_id == thread),
            (t.thread, t.thread.c.id == thread),
            (t.ticket, t.ticket.c.ticket_id == ticket),
        ):
            self._run(delete(table).where(condition))

    def php_writes(self) -> None:
        thread = self._thread(self._ticket())
        self._run(update(t.thread).where(t.thread.c.id == thread).values(lastmessage=self._now()))
        self._add(t.thread_entry, thread_id=thread, type="M", user_id=1, body="<p>y</p>", poster="U", created="now")

    def php_refers(self) -> None:
        thread = self._thread(self._ticket())
        kind, target = self._random.choice((("S", 4), ("D", 2), ("E", 1)))
        self._run(insert(t.thread_referral).values(
            thread_id=thread, object_id=target, object_type=kind, created=self._now()
        ).prefix_with("OR IGNORE", dialect="sqlite").prefix_with("IGNORE", dialect="mysql")
            .prefix_with("IGNORE", dialect="mariadb"))  # fmt: skip
        self._event("referred", thread, data="{}")

    def php_loses(self) -> None:
        """A referral is taken back, which leaves nothing behind."""
        referral = t.thread_referral.c
        newest = self._api.rows(select(referral.id).order_by(referral.id.desc()).limit(1))
        if newest:
            self._run(delete(t.thread_referral).where(referral.id == newest[0].id))

    def php_marks_silently(self) -> None:
        self._set(self._ticket(), isanswered=self._random.choice((True, False)), isoverdue=True)

    def php_renames_a_user(self) -> None:
        user = t.user.c
        name = f"User {self._random.randrange(1000)}"
        self._run(update(t.user).where(user.id == self._random.choice(USERS)).values(name=name, updated=self._now()))

    def php_renames_a_department(self) -> None:
        name = f"Department {self._random.randrange(10**6)}"
        chosen = t.department.c.id == self._random.choice(DEPARTMENTS)
        self._run(update(t.department).where(chosen).values(name=name, updated=self._now()))

    def php_deletes_a_topic(self) -> None:
        topics = self._api.rows(select(t.help_topic.c.topic_id))
        if len(topics) > 1:
            topic = self._random.choice(topics).topic_id
            self._run(update(t.ticket).where(t.ticket.c.topic_id == topic).values(topic_id=0))
            self._run(delete(t.help_topic).where(t.help_topic.c.topic_id == topic))

    def php_moves_an_agent(self) -> None:
        """Bob leaves all teams and further departments for one of each, which leaves the agent's own row as it was."""
        for table, key, place in (("staff_dept_access", "dept_id", DEPARTMENTS), ("team_member", "team_id", TEAMS)):
            rows = t.metadata.tables[table]
            flags = self._random.choice((0, 1))
            self._run(delete(rows).where(rows.c.staff_id == BOB))
            self._run(insert(rows).values({"staff_id": BOB, key: self._random.choice(place), "flags": flags}))

    def api_opens(self) -> None:
        body = {"subject": "s", "message": "<p>m</p>", "user_id": 1, "department_id": self._random.choice(DEPARTMENTS)}
        self._dora.post("/tickets", body)

    def api_transfers(self) -> None:
        self._dora.post(f"/tickets/{self._ticket()}/transfer", {"department_id": self._random.choice(DEPARTMENTS)})

    def api_notes(self) -> None:
        self._dora.post(f"/tickets/{self._ticket()}/note", {"body": "<p>n</p>"})

    def api_closes(self) -> None:
        self._dora.post(f"/tickets/{self._ticket()}/status", {"status_id": self._random.choice(STATUSES)})

    def api_deletes(self) -> None:
        self._dora.delete(f"/tickets/{self._ticket()}")

    def api_renames_a_user(self) -> None:
        self._dora.patch(f"/users/{self._random.choice(USERS)}", {"name": f"Name {self._random.randrange(1000)}"})

    def _ticket(self) -> int:
        found = self._api.rows(select(t.ticket.c.ticket_id).order_by(t.ticket.c.ticket_id))
        return int(self._random.choice(found).ticket_id)

    def _thread(self, ticket: int) -> int:
        thread = t.thread.c
        found = self._api.rows(select(thread.id).where(thread.object_id == ticket, thread.object_type.in_(("T", "C"))))
        return int(found[0].id) if found else 0

    def _set(self, ticket: int, **values: Any) -> None:
        values = {name: self._now() if value == "now" else value for name, value in values.items()}
        self._run(update(t.ticket).where(t.ticket.c.ticket_id == ticket).values(**values, updated=self._now()))

    def _event(self, name: str, thread: int, department: int = 0, data: str | None = None) -> None:
        event_id = self._api.rows(select(t.event.c.id).where(t.event.c.name == name))[0].id
        self._add(
            t.thread_event, thread_id=thread, thread_type="T", event_id=event_id, staff_id=0, team_id=0,
            dept_id=department, topic_id=0, data=data, username="php", uid=1, uid_type="S", timestamp="now",
        )  # fmt: skip

    def _add(self, table: Any, **values: Any) -> int:
        def add(tx: Write) -> int:
            return tx.insert(table, **{name: tx.now if value == "now" else value for name, value in values.items()})

        return int(self._api.write(add))

    def _run(self, statement: Any) -> None:
        self._api.write(lambda tx: tx.change(statement))

    def _now(self) -> Any:
        return self._api.write(lambda tx: tx.now)
