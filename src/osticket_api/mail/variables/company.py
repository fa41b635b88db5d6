"""The company whose help desk it is: the answers in its form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Row

from osticket_api.mail.variables.answers import answers_of, printed
from osticket_api.mail.variables.language import Thing, Value
from osticket_api.mail.variables.people import Scene

_COMPANY = "C"


@dataclass
class Company(Thing):
    scene: Scene

    def text(self) -> str:
        answer = self._answers.get("name")
        return (answer.value if answer is not None else None) or self.scene.records.config.text("helpdesk_title")

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        return {name: self._maker(answer) for name, answer in self._answers.items()}

    def _maker(self, answer: Row[Any]) -> Callable[[], Value]:
        return lambda: printed(self.scene.records, self.scene.calendar, answer)

    @cached_property
    def _answers(self) -> dict[str, Row[Any]]:
        return answers_of(self.scene.records, _COMPANY, None)
