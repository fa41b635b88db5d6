"""The results of an examination."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is, the best first."""

    ok = "ok"
    warning = "warning"
    failure = "failure"


@dataclass(frozen=True)
class Finding:
    """The result of one check. `mend` says what to do about it."""

    check: str
    level: Level
    message: str
    mend: str = ""


def ok(check: str, message: str) -> Finding:
    return Finding(check, Level.ok, message)


def warning(check: str, message: str, mend: str) -> Finding:
    return Finding(check, Level.warning, message, mend)


def failure(check: str, message: str, mend: str) -> Finding:
    return Finding(check, Level.failure, message, mend)


def worst(findings: Sequence[Finding]) -> Level:
    """The level of the worst of them."""
    order = list(Level)
    return max((each.level for each in findings), key=order.index, default=Level.ok)
