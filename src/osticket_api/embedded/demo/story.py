"""A small language for what happened to one ticket: every step comes some time after the one before."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Self

from osticket_api.embedded.additions import Agent, Named, User
from osticket_api.embedded.demo.case import CLOSED, Case
from osticket_api.embedded.demo.conversation import Conversation
from osticket_api.embedded.demo.files import SampleFile, attach
from osticket_api.embedded.demo.opening import Request, open_ticket, watch
from osticket_api.embedded.demo.setting import Topic
from osticket_api.embedded.demo.stage import Stage
from osticket_api.embedded.demo.tasks import create_task, finish_task, give_task


def _paragraph(text: str) -> str:
    return f"<p>{text}</p>"


class Story:
    """Begins with a request so many workdays ago."""

    case: Case
    task_talk: Conversation

    def __init__(
        self, stage: Stage, days: int, clock: str, user: User, topic: Topic, subject: str, text: str, **more: Any
    ) -> None:
        request = Request(user, topic, subject, _paragraph(text), **more)
        self._stage = stage
        self._at = stage.moment(days, clock)

        def act(at: datetime) -> None:
            self.case = open_ticket(stage, request, at)

        self._then(act)

    def _then(self, act: Callable[[datetime], None]) -> Self:
        self._stage.at(self._at, act)
        return self

    def after(self, *, hours: int = 0, minutes: int = 0) -> Self:
        self._at += timedelta(hours=hours, minutes=minutes)
        return self

    def on(self, days: int, clock: str) -> Self:
        """The next step is so many workdays ago."""
        self._at = self._stage.moment(days, clock)
        return self

    def message(self, user: User, text: str) -> Self:
        def act(at: datetime) -> None:
            self.case.message(user, _paragraph(text), at)
            watch(self._stage, self.case)

        return self._then(act)

    def reply(self, agent: Agent, text: str) -> Self:
        return self._then(lambda at: self.case.reply(agent, _paragraph(text), at))

    def note(self, agent: Agent, title: str, text: str) -> Self:
        return self._then(lambda at: self.case.note(agent, title, _paragraph(text), at))

    def claim(self, agent: Agent) -> Self:
        return self.assign(agent, by=agent)

    def assign(self, agent: Agent, *, by: Agent, comment: str = "") -> Self:
        return self._then(lambda at: self.case.assign(agent, by, comment, at))

    def assign_team(self, team: Named, *, by: Agent) -> Self:
        return self._then(lambda at: self.case.assign_team(team, by, at))

    def transfer(self, department: Named, *, before: Named, by: Agent, comment: str = "") -> Self:
        return self._then(lambda at: self.case.transfer(department, before, by, comment, at))

    def collaborate(self, user: User, *, by: Agent) -> Self:
        return self._then(lambda at: self.case.collaborate(user, by, at))

    def attach(self, sample: SampleFile) -> Self:
        """Attach files to the last message."""
        return self._then(lambda at: self._attach(sample, at))

    def _attach(self, sample: SampleFile, at: datetime) -> None:
        assert self.case.last_message is not None
        attach(self._stage.ledger, sample, "H", self.case.last_message, at)

    def close(self, agent: Agent, status: int = CLOSED, comment: str = "") -> Self:
        return self._then(lambda at: self.case.close(agent, status, comment, at))

    def task(self, title: str, text: str, *, by: Agent, to: Agent | Named, department: Named) -> Self:
        def act(at: datetime) -> None:
            self.task_talk = create_task(self._stage, title, _paragraph(text), department, by, at, of=self.case)
            give_task(self.task_talk, to, by, at)

        return self._then(act)

    def finish_task(self, by: Agent) -> Self:
        return self._then(lambda at: finish_task(self.task_talk, by, self.case, at))
