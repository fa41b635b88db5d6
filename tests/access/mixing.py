"""A help desk where anything belongs to anybody, to hold the rules of who sees what against."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from sqlalchemy import Column, Table, delete, select, update

from osticket_api.db import tables as t
from osticket_api.db.flags import EntryFlag, TaskFlag, TicketFlag, UserStatus
from osticket_api.db.unit import Write

_OFTEN = 0.3


class Mixing:
    """Gives every ticket, task and entry to anybody, and lets anybody take part or be referred to."""

    def __init__(self, tx: Write, seed: int) -> None:
        self.tx = tx
        self.chance = Random(seed)
        self.tickets = self._ids(t.ticket.c.ticket_id)
        self.departments = self._ids(t.department.c.id)
        self.agents = self._ids(t.staff.c.staff_id)
        self.teams = self._ids(t.team.c.team_id)
        self.users = self._ids(t.user.c.id)

    def mix(self) -> None:
        statuses, pick = self._ids(t.ticket_status.c.id), self.chance.choice
        for ticket_id in self.tickets:
            values: dict[str, Any] = {
                "status_id": pick(statuses),
                "user_id": pick(self.users),
                "ticket_pid": self._one_of(self.tickets) or None,
                "flags": pick((TicketFlag.MERGED, TicketFlag.LINKED)),
            }
            self._change(t.ticket, t.ticket.c.ticket_id, ticket_id, self._assigned() | values)
        for task_id in self._ids(t.task.c.id):
            values = {"object_type": pick("TTX"), "object_id": pick(self.tickets), "flags": pick((TaskFlag.OPEN, 0))}
            self._change(t.task, t.task.c.id, task_id, self._assigned() | values)
        for user_id in self.users:
            self._change(t.user, t.user.c.id, user_id, {"status": pick((UserStatus.PRIMARY_CONTACT, 0))})
        for entry_id in self._ids(t.thread_entry.c.id):
            values = {"type": pick("MRN"), "user_id": pick(self.users), "flags": pick((0, 0, EntryFlag.HIDDEN))}
            self._change(t.thread_entry, t.thread_entry.c.id, entry_id, values)
        self._mix_threads()

    def _mix_threads(self) -> None:
        self.tx.change(delete(t.thread_referral))
        self.tx.change(delete(t.thread_collaborator))
        now, targets = self.tx.now, {"S": self.agents, "E": self.teams, "D": self.departments}
        for thread_id in self._ids(t.thread.c.id):
            values = {"object_type": self.chance.choice("TTCA"), "object_id": self.chance.choice(self.tickets)}
            self._change(t.thread, t.thread.c.id, thread_id, values)
            for kind, ids in targets.items():
                if target := self._one_of(ids):
                    referral = {"object_type": kind, "object_id": target, "created": now}
                    self.tx.insert(t.thread_referral, thread_id=thread_id, **referral)
            if user := self._one_of(self.users):
                part = {"user_id": user, "flags": 1, "role": "M", "created": now, "updated": now}
                self.tx.insert(t.thread_collaborator, thread_id=thread_id, **part)

    def _assigned(self) -> dict[str, Any]:
        return {
            "dept_id": self.chance.choice(self.departments),
            "staff_id": self._one_of(self.agents),
            "team_id": self._one_of(self.teams),
        }

    def _one_of(self, ids: Sequence[int]) -> int:
        """Now and then one of them, or else 0."""
        return self.chance.choice(ids) if self.chance.random() < _OFTEN else 0

    def _ids(self, column: Column[int]) -> Sequence[int]:
        return list(self.tx.scalars(select(column).order_by(column)))

    def _change(self, table: Table, column: Column[int], row_id: int, values: Mapping[str, Any]) -> None:
        self.tx.change(update(table).where(column == row_id).values(**values))
