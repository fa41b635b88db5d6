"""Agents, users, teams, organizations and departments as variables print them.

Source: mail.md 3.4
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Row, select

from osticket_api.db import tables as t
from osticket_api.db.flags import UserStatus
from osticket_api.kit.ticket_tokens import ticket_token
from osticket_api.mail.variables.answers import answers_of, printed
from osticket_api.mail.variables.dates import Calendar
from osticket_api.mail.variables.language import Html, Secret, Thing, Unresolved, Value
from osticket_api.mail.variables.lists import Address, People, PersonName, agent_name, quoted_address, user_name
from osticket_api.mail.variables.records import Records

Parts = Mapping[str, Callable[[], Value]]


@dataclass
class Scene:
    """The rows that all variables of one mail share, and the places in which moments are read."""

    records: Records
    calendar: Calendar

    def agent(self, staff_id: int | None) -> "Agent | None":
        row = self.records.staff(staff_id)
        return None if row is None else Agent(self, row)

    def user(self, user_id: int | None) -> "User | None":
        row = self.records.user(user_id)
        return None if row is None else User(self, row)

    def department(self, department_id: int | None) -> "Department | None":
        row = self.records.department(department_id)
        return None if row is None else Department(self, row)

    def team(self, team_id: int | None) -> "Team | None":
        row = self.records.find(t.team, team_id)
        return None if row is None else Team(self, row)

    def sla(self, sla_id: int | None) -> "Sla | None":
        row = self.records.find(t.sla, sla_id)
        return None if row is None else Sla(row)

    def agents(self, rows: Iterable[Row[Any]]) -> People:
        return People([(Agent(self, row).text(), row.email or "") for row in rows])


@dataclass
class Agent(Thing):
    scene: Scene
    row: Row[Any]

    @cached_property
    def name(self) -> PersonName:
        format = self.scene.records.config.text("agent_name_format")
        return agent_name(self.row.firstname or "", self.row.lastname or "", format)

    def text(self) -> str:
        return self.name.text()

    def parts(self) -> Parts:
        row = self.row
        return {
            "id": lambda: str(row.staff_id),
            "name": lambda: self.name,
            "firstname": lambda: row.firstname or "",
            "lastname": lambda: row.lastname or "",
            "email": lambda: row.email or "",
            "emailaddress": lambda: quoted_address(self.text(), row.email or ""),
            "username": lambda: row.username,
            "phone": lambda: phone(row.phone),
            "mobile": lambda: phone(row.mobile),
            "signature": lambda: Html(row.signature or ""),
            "timezone": lambda: row.timezone or "",
            "dept": lambda: self.scene.department(row.dept_id),
            "role": self._role,
        }

    def _role(self) -> Value:
        role = self.scene.records.find(t.role, self.row.role_id)
        return role.name if role is not None else ""


@dataclass
class User(Thing):
    scene: Scene
    row: Row[Any]

    @cached_property
    def name(self) -> PersonName:
        text = self.row.name or self.address.partition("@")[0]
        return user_name(text, self.scene.records.config.text("client_name_format"))

    @cached_property
    def address(self) -> str:
        return self.scene.records.address_of(self.row)

    def text(self) -> str:
        return self.name.text()

    def parts(self) -> Parts:
        return {
            "id": lambda: str(self.row.id),
            "name": lambda: self.name,
            "email": lambda: Address(self.address, self.text()),
            "timezone": self._zone,
            "organization": self._organization,
        }

    def find(self, name: str) -> Value:
        if name in self.parts():
            return super().find(name)
        answer = self._answers.get(name)
        return None if answer is None else printed(self.scene.records, self.scene.calendar, answer)

    @cached_property
    def _answers(self) -> dict[str, Row[Any]]:
        return answers_of(self.scene.records, "U", self.row.id)

    def _zone(self) -> str:
        account = self.scene.records.account_of(self.row.id)
        return (account.timezone if account else None) or self.scene.records.config.text("default_timezone")

    def _organization(self) -> Value:
        row = self.scene.records.find(t.organization, self.row.org_id)
        return None if row is None else Organization(self.scene, row)


@dataclass
class Owner(User):
    """The owner of a ticket, to whom a mail goes."""

    ticket: Row[Any]

    def parts(self) -> Parts:
        more: Parts = {
            "ticket_link": self.ticket_link,
            "username": lambda: self.address,
            "emailaddress": lambda: quoted_address(self.text(), self.address),
        }
        return {**super().parts(), **more}

    def find(self, name: str) -> Value:
        found = super().find(name)
        return Unresolved() if found is None and name != "organization" else found

    def ticket_link(self, *, with_token: bool | None = None) -> str:
        """The address at which the owner sees the ticket. Source: mail.md 8.2"""
        records = self.scene.records
        if with_token is None:
            thread_id = records.thread_id_of("T", self.ticket.ticket_id)
            with_token = not records.collaborators_of(thread_id, active=False)
        if with_token and records.config.flag("allow_auth_tokens") and records.salt:
            token = ticket_token(self.row.id, self.ticket.ticket_id, self._created, records.salt, is_owner=True)
            return Secret(f"{records.url}/view.php?auth={token}", token)
        return f"{records.url}/view.php?id={self.ticket.ticket_id}"

    @property
    def _created(self) -> str:
        return f"{self.ticket.created.astimezone(self.scene.records.tx.zone):%Y-%m-%d %H:%M:%S}"


@dataclass
class Collaborator(Thing):
    """Somebody else who takes part."""

    scene: Scene
    row: Row[Any]
    ticket_id: int | None

    @cached_property
    def user(self) -> User | None:
        return self.scene.user(self.row.user_id)

    def text(self) -> str:
        return quoted_address(self.user.text(), self.user.address) if self.user else ""

    def parts(self) -> Parts:
        return {
            "id": lambda: str(self.row.id),
            "name": lambda: self.user.name if self.user else "",
            "email": lambda: self.user.find("email") if self.user else "",
            "emailaddress": self.text,
            "ticket_link": lambda: f"{self.scene.records.url}/tickets.php?id={self.ticket_id}",
        }


@dataclass
class Team(Thing):
    scene: Scene
    row: Row[Any]

    def text(self) -> str:
        return str(self.row.name)

    def parts(self) -> Parts:
        return {
            "id": lambda: str(self.row.team_id),
            "name": self.text,
            "lead": lambda: self.scene.agent(self.row.lead_id),
            "members": lambda: self.scene.agents(self.scene.records.members_of_team(self.row.team_id)),
        }


@dataclass
class Organization(Thing):
    scene: Scene
    row: Row[Any]

    def text(self) -> str:
        return str(self.row.name)

    def parts(self) -> Parts:
        return {
            "id": lambda: str(self.row.id),
            "name": self.text,
            "manager": self._manager,
            "members": lambda: self._people(),
            "contacts": lambda: self._people(primary=True),
        }

    def find(self, name: str) -> Value:
        if name in self.parts():
            return super().find(name)
        answer = answers_of(self.scene.records, "O", self.row.id).get(name)
        return None if answer is None else printed(self.scene.records, self.scene.calendar, answer)

    def _manager(self) -> Value:
        code = self.row.manager or ""
        if not code[1:].isdecimal():
            return None
        return self.scene.agent(int(code[1:])) if code[0] == "s" else self.scene.team(int(code[1:]))

    def _people(self, *, primary: bool = False) -> People:
        user = t.user.c
        members = select(t.user).where(user.org_id == self.row.id).order_by(user.id)
        if primary:
            members = members.where(user.status.bitwise_and(UserStatus.PRIMARY_CONTACT) != 0)
        users = [User(self.scene, row) for row in self.scene.records.tx.rows(members)]
        return People([(each.text(), each.address) for each in users])


@dataclass
class Department(Thing):
    scene: Scene
    row: Row[Any]

    def text(self) -> str:
        return str(self.row.name)

    def parts(self) -> Parts:
        row, scene = self.row, self.scene
        return {
            "id": lambda: str(row.id),
            "name": self.text,
            "fullname": self._full_name,
            "manager": lambda: scene.agent(row.manager_id),
            "members": lambda: scene.agents(scene.records.members_of_department(row.id)),
            "parent": lambda: scene.department(row.pid),
            "sla": lambda: scene.sla(row.sla_id),
            "signature": lambda: Html(row.signature or ""),
            "email": self._email,
        }

    def _full_name(self) -> str:
        return " / ".join(_path(self.row, lambda row: self.scene.records.department(row.pid), "name"))

    def _email(self) -> str:
        records = self.scene.records
        row = records.find(t.email, self.row.email_id)
        if row is None:
            row = records.find(t.email, records.config.number("default_email_id"))
        return "" if row is None else f"{row.name} <{row.email}>" if row.name else str(row.email)


@dataclass(frozen=True)
class Sla(Thing):
    row: Row[Any]

    def text(self) -> str:
        return str(self.row.name)

    def parts(self) -> Parts:
        return {
            "id": lambda: str(self.row.id),
            "name": self.text,
            "graceperiod": lambda: str(self.row.grace_period),
        }


@dataclass
class Topic(Thing):
    scene: Scene
    row: Row[Any]

    def text(self) -> str:
        return str(self.row.topic)

    def parts(self) -> Parts:
        return {
            "id": lambda: str(self.row.topic_id),
            "name": self.text,
            "fullname": self._full_name,
            "parent": self._parent,
            "dept": lambda: self.scene.department(self.row.dept_id),
            "sla": lambda: self.scene.sla(self.row.sla_id),
        }

    def _parent(self) -> Value:
        row = self.scene.records.find(t.help_topic, self.row.topic_pid)
        return None if row is None else Topic(self.scene, row)

    def _full_name(self) -> str:
        parents = self.scene.records
        return " / ".join(_path(self.row, lambda row: parents.find(t.help_topic, row.topic_pid), "topic"))


def _path(row: Row[Any], parent_of: Callable[[Row[Any]], Row[Any] | None], column: str) -> list[str]:
    """The names from the top down to this row; a circle ends where it began."""
    names: list[str] = []
    seen: list[Row[Any]] = []
    current: Row[Any] | None = row
    while current is not None and current not in seen:
        seen.append(current)
        names.insert(0, str(getattr(current, column)))
        current = parent_of(current)
    return names


def phone(stored: str | None) -> str:
    """Seven and ten digits are grouped, anything else stays as it was typed."""
    text = stored or ""
    if text.isdecimal() and len(text) == 7:
        return f"{text[:3]}-{text[3:]}"
    if text.isdecimal() and len(text) == 10:
        return f"({text[:3]}) {text[3:6]}-{text[6:]}"
    return text
