"""The thread of a ticket or task: what osTicket writes for an entry and for an event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osticket_api.db import tables as t
from osticket_api.db.flags import EntryFlag
from osticket_api.embedded.additions import Agent, User
from osticket_api.embedded.ledger import Ledger, Row, plain_text
from osticket_api.embedded.seed.ticketing import EVENT_IDS
from osticket_api.kit import php_json

Recipients = Mapping[str, Mapping[int, str]]


@dataclass
class Conversation:
    """`about` is the row of the ticket (kind T) or task (kind A) the thread belongs to."""

    ledger: Ledger
    about: Row
    thread: Row
    kind: str = "T"

    def post(
        self,
        kind: str,
        author: Agent | User,
        body: str,
        at: datetime,
        *,
        title: str | None = None,
        reply_to: int | None = None,
        source: str = "",
        recipients: Recipients | None = None,
        flags: int = 0,
    ) -> Row:
        """Add a message, response or note (M, R, N). Source: tickets.md 2.2, 2.3."""
        is_agent = isinstance(author, Agent)
        entry = self.ledger.add(
            t.thread_entry,
            pid=reply_to,
            thread_id=self.thread["id"],
            staff_id=author.id if is_agent else None,
            user_id=None if is_agent else author.id,
            type=kind,
            flags=flags | EntryFlag.BALANCED | _delivery(recipients or {}),
            poster=author.name,
            source=source,
            title=title,
            body=body,
            recipients=php_json.encode(recipients) if recipients else None,
            created=at,
            updated=None,
        )
        self.ledger.index("H", entry["id"], title or "", plain_text(body))
        return entry

    def log(self, event: str, at: datetime, by: Agent | User | None, data: Any = None, **author: Any) -> Row:
        """Record an event. `author` overrides what is written about who did it. Source: tickets.md 0.9."""
        return self.ledger.add(
            t.thread_event,
            thread_id=self.thread["id"],
            thread_type=self.kind,
            event_id=EVENT_IDS[event],
            staff_id=self._responsible(by),
            team_id=self.about["team_id"],
            dept_id=self.about["dept_id"],
            topic_id=self.about.get("topic_id"),
            data=php_json.encode(data) if data else None,
            annulled=False,
            timestamp=at,
            **(_author(by) | author),
        )

    def _responsible(self, by: Agent | User | None) -> int | None:
        assignee: int | None = self.about["staff_id"]
        if assignee is None and self.kind == "T" and isinstance(by, Agent):
            return by.id
        return assignee


def _author(by: Agent | User | None) -> Row:
    if isinstance(by, Agent):
        return {"username": by.username, "uid": by.id, "uid_type": "S"}
    if isinstance(by, User):
        return {"username": by.name, "uid": by.id, "uid_type": "U"}
    return {"username": "SYSTEM", "uid": None, "uid_type": "S"}


def _delivery(recipients: Recipients) -> int:
    count = sum(map(len, recipients.values()))
    return 0 if not count else EntryFlag.REPLY_USER if count == 1 else EntryFlag.REPLY_ALL
