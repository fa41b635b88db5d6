"""What came of a case: the words of the last line of a run and of docs/parity.md."""

from dataclasses import dataclass
from enum import StrEnum

from tests.parity.exceptions import Excuse, exceptions
from tests.parity.golden import Case
from tests.parity.pending import pending
from tests.parity.replay import Stage

_REFUSED_CLEANLY = Excuse("osTicket refuses this and writes all the same; we write nothing.", (), refuses=True)


class Outcome(StrEnum):
    identical = "identical"
    excepted = "excepted"
    pending = "pending"
    different = "different"


@dataclass(frozen=True)
class Verdict:
    """An outcome, and what there is to say about it."""

    outcome: Outcome
    why: tuple[str, ...] = ()


def claimed(case: Case) -> Verdict:
    """What a case is held to be as long as no run contradicts it."""
    reason = pending(case)
    if reason is not None:
        return Verdict(Outcome.pending, (reason,))
    excuse = exceptions().get(case.name)
    if excuse is None:
        return Verdict(Outcome.identical)
    return Verdict(Outcome.excepted, (excuse.reason, ", ".join(excuse.columns)))


def judge(stage: Stage, case: Case) -> Verdict:
    """Play a case that is not pending.

    An exception that is not needed any more is a difference, as is everything it does not name.
    """
    excuse = exceptions().get(case.name)
    if excuse is None:
        return _judge_unexcused(stage, case)
    problems = stage.play(excuse.as_ours(case))
    if not problems and not stage.play(case):
        problems = ["the exception in exceptions.toml is stale: there is no difference any more"]
    return _different(problems) if problems else claimed(case)


def _judge_unexcused(stage: Stage, case: Case) -> Verdict:
    """Refusing is enough where osTicket refuses, even if it leaves rows behind."""
    problems = stage.play(case)
    if not problems:
        return claimed(case)
    if not case.succeeds and not stage.play(_REFUSED_CLEANLY.as_ours(case)):
        return Verdict(Outcome.excepted, (_REFUSED_CLEANLY.reason,))
    return _different(problems)


def _different(problems: list[str]) -> Verdict:
    return Verdict(Outcome.different, tuple(problems))
