"""`python -m tests.parity.report`: play all cases on both databases and write docs/parity.md."""

import sys
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fixtures.mariadb import running
from tests.parity.desk import Desk, on_mariadb, on_sqlite
from tests.parity.golden import Case, cases
from tests.parity.page import PAGE, page, summary
from tests.parity.replay import Stage, staged
from tests.parity.verdict import Outcome, Verdict, claimed, judge


def main() -> None:
    with TemporaryDirectory() as directory, running() as server:
        played = [_played(desk, Path(directory)) for desk in (on_sqlite(Path(directory)), on_mariadb(server))]
    verdicts = {case.name: _worst([each[case.name] for each in played]) for case in cases()}
    PAGE.write_text(page(cases(), verdicts))
    sys.stdout.write(summary(verdicts) + "\n")


def _played(desk: AbstractContextManager[Desk], directory: Path) -> dict[str, Verdict]:
    """What came of each case on one database."""
    with desk as here, staged(here, directory) as stage:
        return {case.name: _judged(case, stage) for case in cases()}


def _judged(case: Case, stage: Stage) -> Verdict:
    verdict = claimed(case)
    return verdict if verdict.outcome is Outcome.pending else judge(stage, case)


def _worst(found: list[Verdict]) -> Verdict:
    """What is true on every database."""
    return next((each for each in found if each.outcome is Outcome.different), found[0])


if __name__ == "__main__":
    main()
