"""`python -m tests.parity.report`: play all cases on both databases and write docs/parity.md."""

import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fixtures.mariadb import running
from tests.parity.desk import on_mariadb, on_sqlite
from tests.parity.golden import IS_HERE, MISSING, Case, cases
from tests.parity.page import PAGE, page, summary
from tests.parity.replay import Stage, staged
from tests.parity.verdict import Outcome, Verdict, claimed, judge


def main() -> None:
    if not IS_HERE:
        sys.exit(MISSING)
    with ExitStack() as stack:
        directory = Path(stack.enter_context(TemporaryDirectory()))
        stages = [
            stack.enter_context(staged(stack.enter_context(on_sqlite(directory)), directory)),
            stack.enter_context(staged(stack.enter_context(on_mariadb(stack.enter_context(running()))), directory)),
        ]
        verdicts = {case.name: _judged(case, stages) for case in cases()}
    PAGE.write_text(page(cases(), verdicts))
    sys.stdout.write(summary(verdicts) + "\n")


def _judged(case: Case, stages: list[Stage]) -> Verdict:
    """What is true on every database."""
    verdict = claimed(case)
    if verdict.outcome is Outcome.pending:
        return verdict
    found = [judge(stage, case) for stage in stages]
    return next((each for each in found if each.outcome is Outcome.different), found[0])


if __name__ == "__main__":
    main()
