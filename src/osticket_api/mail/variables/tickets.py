"""Tickets as variables print them.

Source: mail.md 3.4
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Row

from osticket_api.db import tables as t
from osticket_api.kit import phones
from osticket_api.kit.ticket_tokens import old_token
from osticket_api.mail.variables.answers import answers_of, printed
from osticket_api.mail.variables.dates import Moment
from osticket_api.mail.variables.entries import Thread
from osticket_api.mail.variables.language import Secret, Thing, Value
from osticket_api.mail.variables.lists import Address, People
from osticket_api.mail.variables.people import Scene, Topic, User


@dataclass
class Status(Thing):
    row: Row[Any]

    def text(self) -> str:
        return str(self.row.name)

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        return {"id": lambda: str(self.row.id), "name": self.text, "state": lambda: self.row.state or ""}


@dataclass
class Ticket(Thing):
    scene: Scene
    row: Row[Any]

    def text(self) -> str:
        return self.row.number or ""

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        return {**self._properties(), **self._people(), **self._moments(), **self._links()}

    def find(self, name: str) -> Value:
        if name in self.parts():
            return super().find(name)
        answer = self._answers.get(name)
        return None if answer is None else printed(self.scene.records, self.scene.calendar, answer)

    def _properties(self) -> Mapping[str, Callable[[], Value]]:
        row, scene = self.row, self.scene
        return {
            "id": lambda: str(row.ticket_id),
            "number": lambda: row.number or "",
            "source": lambda: row.source,
            "ip": lambda: row.ip_address,
            "isanswered": lambda: "1" if row.isanswered else "0",
            "isoverdue": lambda: "1" if row.isoverdue else "0",
            "status": self._status,
            "dept": lambda: scene.department(row.dept_id),
            "topic": self._topic,
            "sla": lambda: scene.sla(row.sla_id),
            "thread": lambda: Thread(scene, self.thread_id, row.ticket_id),
        }

    def _people(self) -> Mapping[str, Callable[[], Value]]:
        return {
            "staff": lambda: self.scene.agent(self.row.staff_id),
            "team": lambda: self.scene.team(self.row.team_id),
            "assigned": self._assigned,
            "user": lambda: self.owner,
            "owner": lambda: self.owner,
            "name": lambda: self.owner.name if self.owner else "",
            "email": lambda: Address(self.owner.address, self.owner.text()) if self.owner else "",
            "phone": self._phone,
            "phone_number": self._phone,
            "recipients": self._recipients,
        }

    def _moments(self) -> Mapping[str, Callable[[], Value]]:
        row = self.row
        return {
            "create_date": lambda: self._moment(row.created),
            "due_date": lambda: self._moment(row.duedate or row.est_duedate),
            "close_date": lambda: self._moment(row.closed if self.is_closed else None),
            "last_update": lambda: self._moment(row.lastupdate),
        }

    def _links(self) -> Mapping[str, Callable[[], Value]]:
        records, row = self.scene.records, self.row
        return {
            "staff_link": lambda: f"{records.url}/scp/tickets.php?id={row.ticket_id}",
            "client_link": lambda: f"{records.url}/view.php?t={row.number}",
            "auth_token": self._old_token,
        }

    @cached_property
    def thread_id(self) -> int | None:
        return self.scene.records.thread_id_of("T", self.row.ticket_id)

    @cached_property
    def owner(self) -> User | None:
        return self.scene.user(self.row.user_id)

    @property
    def is_closed(self) -> bool:
        status = self.scene.records.find(t.ticket_status, self.row.status_id)
        return status is not None and status.state == "closed"

    @cached_property
    def _answers(self) -> dict[str, Row[Any]]:
        return answers_of(self.scene.records, "T", self.row.ticket_id)

    def _moment(self, moment: Any) -> Value:
        return "" if moment is None else Moment(moment, self.scene.calendar)

    def _status(self) -> Value:
        row = self.scene.records.find(t.ticket_status, self.row.status_id)
        return None if row is None else Status(row)

    def _topic(self) -> Value:
        row = self.scene.records.find(t.help_topic, self.row.topic_id)
        return None if row is None else Topic(self.scene, row)

    def _assigned(self) -> str:
        agent, team = self.scene.agent(self.row.staff_id), self.scene.team(self.row.team_id)
        if self.is_closed:
            return agent.text() if agent else ""
        return "/".join(each.text() for each in (agent, team) if each is not None)

    def _phone(self) -> Value:
        """The owner's, as it is shown; elsewhere variables print the digits that are stored."""
        stored = self.owner.find("phone") if self.owner else ""
        return phones.shown(stored) if isinstance(stored, str) else ""

    def _recipients(self) -> People:
        others = self.scene.records.collaborators_of(self.thread_id)
        users = [self.owner, *(self.scene.user(each.user_id) for each in others)]
        return People([(user.text(), user.address) for user in users if user is not None])

    def _old_token(self) -> str:
        if self.owner is None or not self.scene.records.salt:
            return ""
        return Secret(old_token(self.row.ticket_id, self.owner.address, self.scene.records.salt))
