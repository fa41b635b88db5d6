"""Tasks as variables print them. What a task does not have leaves the variable in the text.

Source: mail.md 3.4
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Row

from osticket_api.db.flags import TaskFlag
from osticket_api.mail.variables.answers import answers_of, printed
from osticket_api.mail.variables.dates import Moment
from osticket_api.mail.variables.entries import Thread
from osticket_api.mail.variables.language import Thing, Unresolved, Value
from osticket_api.mail.variables.people import Scene


@dataclass
class Task(Thing):
    scene: Scene
    row: Row[Any]

    def text(self) -> str:
        return self.row.number or ""

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        row, scene = self.row, self.scene
        return {
            "id": lambda: str(row.id),
            "number": self.text,
            "title": lambda: self.title,
            "subject": lambda: self.title,
            "description": lambda: Thread(scene, self.thread_id).find("original"),
            "status": lambda: "Open" if row.flags & TaskFlag.OPEN else "Completed",
            "dept": lambda: scene.department(row.dept_id),
            "staff": lambda: scene.agent(row.staff_id),
            "team": lambda: scene.team(row.team_id),
            "assigned": self._assigned,
            "create_date": lambda: self._moment(row.created),
            "due_date": lambda: self._moment(row.duedate),
            "close_date": lambda: self._moment(row.closed),
            "last_update": lambda: self._moment(row.updated),
            "thread": lambda: Thread(scene, self.thread_id),
            "staff_link": lambda: self._staff_link,
            "ticket_link": self._ticket_link,
        }

    def find(self, name: str) -> Value:
        if name in self.parts():
            return super().find(name)
        answer = self._answers.get(name)
        return Unresolved() if answer is None else printed(self.scene.records, self.scene.calendar, answer)

    @cached_property
    def thread_id(self) -> int | None:
        return self.scene.records.thread_id_of("A", self.row.id)

    @cached_property
    def _answers(self) -> dict[str, Row[Any]]:
        return answers_of(self.scene.records, "A", self.row.id)

    @property
    def title(self) -> str:
        answer = self._answers.get("title")
        return (answer.value if answer is not None else None) or ""

    def _assigned(self) -> str:
        people = (self.scene.agent(self.row.staff_id), self.scene.team(self.row.team_id))
        return "/".join(each.text() for each in people if each is not None)

    def _moment(self, moment: Any) -> Value:
        return Unresolved() if moment is None else Moment(moment, self.scene.calendar)

    @property
    def _staff_link(self) -> str:
        return f"{self.scene.records.url}/scp/tasks.php?id={self.row.id}"

    def _ticket_link(self) -> str:
        if not self.row.object_id:
            return self._staff_link
        return f"{self.scene.records.url}/scp/tickets.php?id={self.row.object_id}#tasks"
