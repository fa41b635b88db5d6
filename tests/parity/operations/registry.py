"""What operations are made of: who asks, what came of it, and the table of all kinds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fixtures.api import Answer as HttpAnswer
from tests.fixtures.api import Api, Caller
from tests.parity.desk import Desk

Params = dict[str, Any]
"""What was recorded of an operation: an instance of `Recorded` while a case is played."""

_NOT_UNDERSTOOD = ('"unknown_field"', '"method_not_allowed"', "There is nothing at ")


@dataclass(frozen=True)
class Answer:
    """What our API said: an HTTP status, and the text that came with it."""

    status: int
    text: str

    @classmethod
    def of(cls, answer: HttpAnswer) -> "Answer":
        return cls(answer.status, answer.content.decode(errors="replace"))

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_refusal(self) -> bool:
        """Whether the operation itself was refused: a request that our API does not understand tells nothing."""
        return 400 <= self.status < 500 and not any(sign in self.text for sign in _NOT_UNDERSTOOD)


@dataclass(frozen=True)
class Scene:
    """The application on F1, and the one who acts."""

    api: Api
    desk: Desk
    caller: Caller
    ip = "127.0.0.1"

    @property
    def is_signed_in(self) -> bool:
        return bool(self.caller.headers)

    def send(self, method: str, path: str, json: Any = None) -> Answer:
        options: dict[str, Any] = {"headers": {"Accept-Language": "en-US,en;q=0.9"}}
        if json is not None:
            options["json"] = json
        return Answer.of(self.caller.request(method, path, **options))

    def post(self, path: str, json: Any = None) -> Answer:
        return self.send("POST", path, json)


Operation = Callable[[Scene, Params], Answer]

OPERATIONS: dict[str, Operation] = {}
"""By kind. A kind that is missing here and not pending fails the run."""

LEFT_OUT: dict[str, dict[str, str]] = {}
"""By kind, the parameters that our requests leave out, and why. Any other that nobody reads fails the case."""


def operation(*kinds: str, without: dict[str, str] | None = None) -> Callable[[Operation], Operation]:
    """Register what carries out these kinds. `without`: what it leaves out, with the reason."""

    def register(function: Operation) -> Operation:
        for kind in kinds:
            assert kind not in OPERATIONS, f"{kind} is mapped twice"
            OPERATIONS[kind] = function
            LEFT_OUT[kind] = without or {}
        return function

    return register
