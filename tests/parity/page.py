"""docs/parity.md: operation by operation, whether we write what osTicket writes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from tests.parity.golden import Case
from tests.parity.verdict import Outcome, Verdict

PAGE = Path(__file__).parents[2] / "docs" / "parity.md"

_HEAD = """# Parity with osTicket

An unmodified osTicket 1.18.1 carried out each of these operations on a fixed help desk, and every row that it inserted,
updated or deleted was recorded. Here the same operations go through our HTTP API, by the same caller at the same time,
on SQLite and on MariaDB, and every row of every table is compared. What osTicket refused must be refused, and must not
write more than osTicket did.

This page is written by `python -m tests.parity.report`; `make test T=tests/parity` plays the operations.
"""

Verdicts = Mapping[str, Verdict]


def page(cases: Iterable[Case], verdicts: Verdicts) -> str:
    """The whole page."""
    ordered = sorted(cases, key=lambda case: (case.kind, case.name))
    played = [case for case in ordered if verdicts[case.name].outcome is not Outcome.pending]
    waiting = [case for case in ordered if verdicts[case.name].outcome is Outcome.pending]
    parts = [_HEAD, f"**{summary(verdicts)}**\n", _operations(played, verdicts)]
    for outcome, title in ((Outcome.different, "Different"), (Outcome.excepted, "Excepted, and why")):
        parts += _explained(title, [case for case in played if verdicts[case.name].outcome is outcome], verdicts)
    return "\n".join([*parts, _pending(waiting, verdicts)])


def summary(verdicts: Verdicts) -> str:
    """All cases in one line."""
    counts = Counter(verdict.outcome for verdict in verdicts.values())
    line = ", ".join(f"{counts[name]} {name}" for name in (Outcome.identical, Outcome.excepted, Outcome.pending))
    different = f"; {counts[Outcome.different]} different" if counts[Outcome.different] else ""
    return f"{line} of {counts.total()}{different}"


def _operations(cases: list[Case], verdicts: Verdicts) -> str:
    lines = ["## Operations\n", "| operation | recorded | result |", "| --- | --- | --- |"]
    for case in cases:
        expected = "" if case.succeeds else " (refused)"
        lines.append(f"| {case.kind} | {case.title}{expected} | {verdicts[case.name].outcome} |")
    return "\n".join([*lines, ""])


def _explained(title: str, cases: list[Case], verdicts: Verdicts) -> list[str]:
    if not cases:
        return []
    entries = [f"- **{case.title}** ({case.kind}, {case.name}). {_why(verdicts[case.name])}" for case in cases]
    return [f"## {title}\n", "\n".join([*entries, ""])]


def _why(verdict: Verdict) -> str:
    reason, *where = verdict.why
    return f"{reason} Differs in: {'; '.join(where)}." if where else reason


def _pending(cases: list[Case], verdicts: Verdicts) -> str:
    lines = ["## Pending\n", "| operation | cases | why |", "| --- | --- | --- |"]
    for (kind, why), group in groupby(cases, key=lambda case: (_pending_kind(case), verdicts[case.name].why[0])):
        lines.append(f"| {kind} | {len(list(group))} | {why} |")
    return "\n".join([*lines, ""])


def _pending_kind(case: Case) -> str:
    return f"{case.kind} by {case.channel}" if case.channel else case.kind
