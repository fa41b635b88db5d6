"""Writers that know what they want: each change has a mark of its own, and is tried until it is there."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2

from tests.killed.desk import LOST, Desk, now

DEPARTMENTS: Final = (1, 2, 3, 4, 5)
AGENTS: Final = (2, 3, 4, 5)
OPEN, CLOSED = 1, 3
_PHP: Final = 9
"""How many of the ways are osTicket's."""


@dataclass
class Php:
    """Writes as osTicket does: row by row, each committed by itself."""

    desk: Desk
    random: random.Random

    def note(self, ticket: int, mark: str) -> None:
        self._entry(ticket, "N", mark)
        self._touch(ticket)

    def message(self, ticket: int, mark: str) -> None:
        self._entry(ticket, "M", mark)
        self._touch(ticket, isanswered=0)

    def reply(self, ticket: int, mark: str) -> None:
        self._entry(ticket, "R", mark)
        self._touch(ticket, isanswered=1)

    def assign(self, ticket: int, mark: str) -> None:
        self._touch(ticket, staff_id=self.random.choice(AGENTS))
        self._event(ticket, "assigned", mark)

    def transfer(self, ticket: int, mark: str) -> None:
        self._touch(ticket, dept_id=self.random.choice(DEPARTMENTS))
        self._event(ticket, "transferred", mark)

    def close(self, ticket: int, mark: str) -> None:
        self._touch(ticket, status_id=CLOSED, closed=now())
        self._event(ticket, "closed", mark)

    def reopen(self, ticket: int, mark: str) -> None:
        self._touch(ticket, status_id=OPEN, closed=None, reopened=now())
        self._event(ticket, "reopened", mark)

    def rename(self, ticket: int, mark: str) -> None:
        """A change that leaves nothing but itself."""
        owner = "SELECT user_id FROM ost_ticket WHERE ticket_id = ?"
        (user,) = self.desk.insist(owner, ticket)[0]
        self.desk.insist("UPDATE ost_user SET name = ?, updated = ? WHERE id = ?", mark, now(), user)

    def open(self, ticket: int, mark: str) -> None:
        """A new ticket, its rows in osTicket's order."""
        values = {"number": mark[-20:], "user_id": 1, "status_id": OPEN, "dept_id": 1, "source": "Web"}
        stamps = {"created": now(), "updated": now(), "lastupdate": now()}
        opened = self._once("ost_ticket", "ticket_id", "number", {**values, **stamps})
        belongs = {"object_id": opened, "object_type": "T", "created": now()}
        self._once("ost_thread", "id", "object_id", belongs)
        self._entry(opened, "M", mark)
        self._event(opened, "created", mark)

    def _entry(self, ticket: int, type: str, mark: str) -> None:
        who = {"staff_id": 0, "user_id": 1} if type == "M" else {"staff_id": 2, "user_id": 0}
        values = {
            "thread_id": self._thread(ticket),
            "type": type,
            "poster": "x",
            "body": mark,
            "source": "",
            "title": "",
        }
        self._once("ost_thread_entry", "id", "body", {**values, **who, "created": now(), "updated": now()})

    def _event(self, ticket: int, name: str, mark: str) -> None:
        (kind,) = self.desk.insist("SELECT id FROM ost_event WHERE name = ?", name)[0]
        values = {
            "thread_id": self._thread(ticket), "thread_type": "T", "event_id": kind, "staff_id": 2, "team_id": 0,
            "dept_id": 1, "topic_id": 1, "data": f'{{"mark":"{mark}"}}', "username": "alice", "uid": 2, "uid_type": "S",
            "annulled": 0, "timestamp": now(),
        }  # fmt: skip
        self._once("ost_thread_event", "id", "data", values)

    def _touch(self, ticket: int, **values: Any) -> None:
        told = {**values, "lastupdate": now(), "updated": now()}
        columns = ", ".join(f"{name} = ?" for name in told)
        self.desk.insist(f"UPDATE ost_ticket SET {columns} WHERE ticket_id = ?", *told.values(), ticket)

    def _thread(self, ticket: int) -> int:
        thread = "SELECT id FROM ost_thread WHERE object_id = ? AND object_type = 'T'"
        return int(self.desk.insist(thread, ticket)[0][0])

    def _once(self, table: str, identity: str, marked: str, values: dict[str, Any]) -> int:
        """Add a row, unless it is there: whoever lost the connection does not know whether it was committed."""
        columns, marks = ", ".join(values), ", ".join("?" for _ in values)
        more = " AND object_type = 'T'" if table == "ost_thread" else ""
        while True:
            found = self.desk.insist(f"SELECT {identity} FROM {table} WHERE {marked} = ?{more}", values[marked])
            if found:
                return int(found[0][0])
            try:
                self.desk.run(f"INSERT INTO {table} ({columns}) VALUES ({marks})", *values.values())
            except LOST:
                time.sleep(0.05)


@dataclass
class Client:
    """Writes through the API, each change under an `Idempotency-Key`, until it is answered."""

    address: str
    headers: dict[str, str]
    random: random.Random
    refused: list[str] = field(default_factory=list)

    def note(self, ticket: int, mark: str) -> None:
        self._post(f"/tickets/{ticket}/note", mark, body=mark)

    def reply(self, ticket: int, mark: str) -> None:
        self._post(f"/tickets/{ticket}/reply", mark, body=mark)

    def assign(self, ticket: int, mark: str) -> None:
        self._post(f"/tickets/{ticket}/assign", mark, staff_id=self.random.choice(AGENTS))

    def transfer(self, ticket: int, mark: str) -> None:
        self._post(f"/tickets/{ticket}/transfer", mark, department_id=self.random.choice(DEPARTMENTS))

    def status(self, ticket: int, mark: str) -> None:
        self._post(f"/tickets/{ticket}/status", mark, status_id=self.random.choice((OPEN, CLOSED)))

    def open(self, ticket: int, mark: str) -> None:
        self._post("/tickets", mark, subject=mark, message=mark, user_id=1, topic_id=1)

    def _post(self, path: str, mark: str, **body: Any) -> None:
        headers = {**self.headers, "Idempotency-Key": mark, "X-Request-ID": mark}
        while True:
            try:
                answer = httpx2.post(f"{self.address}/api/v2{path}", json=body, headers=headers, timeout=20)
            except httpx2.HTTPError:
                time.sleep(0.05)
                continue
            if answer.status_code < 300:
                return
            if answer.status_code < 500 and answer.json()["errors"][0]["code"] != "still_running":
                if answer.status_code != httpx2.codes.CONFLICT:  # Somebody has it already, or it is closed already.
                    self.refused.append(f"{path}: {answer.text[:300]}")
                return
            time.sleep(0.05)


def change(php: Php, client: Client | None, ticket: int, number: int) -> None:
    """One change of a ticket, or of its owner, by one of the two; by osTicket where there is no client."""
    ways: list[Callable[[int, str], None]] = [
        php.note, php.message, php.reply, php.assign, php.transfer, php.close, php.reopen, php.rename, php.open,
    ]  # fmt: skip
    if client is not None:
        ways += [client.note, client.reply, client.assign, client.transfer, client.status, client.open]
    way = php.random.choice(ways)
    way(ticket, f"{'php' if way in ways[:_PHP] else 'api'}-{number}")
