"""What our API writes, held against what osTicket was recorded to write, operation by operation and row by row."""

from collections.abc import Callable

import pytest

from tests.parity.conftest import PROPERTY
from tests.parity.exceptions import exceptions
from tests.parity.golden import IS_USUAL, Case, cases
from tests.parity.operations import LEFT_OUT, OPERATIONS
from tests.parity.replay import Stage
from tests.parity.verdict import Outcome, Verdict, claimed, judge

Note = Callable[[str, object], None]

every_case = pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)


@every_case
@pytest.mark.xdist_group("parity on sqlite")
def test_writes_the_rows_of_osticket_on_sqlite(
    case: Case, request: pytest.FixtureRequest, record_property: Note
) -> None:
    _play(case, request, record_property, "on_a_file")


@every_case
@pytest.mark.xdist_group("parity on mariadb")
def test_writes_the_rows_of_osticket_on_mariadb(
    case: Case, request: pytest.FixtureRequest, record_property: Note
) -> None:
    _play(case, request, record_property, "on_a_server")


def _play(case: Case, request: pytest.FixtureRequest, record_property: Note, stage_name: str) -> None:
    verdict = claimed(case)
    if verdict.outcome is not Outcome.pending:
        verdict = _judged(case, request.getfixturevalue(stage_name))
    record_property(PROPERTY, (case.name, str(verdict.outcome)))
    if verdict.outcome is Outcome.pending:
        pytest.skip(f"pending: {verdict.why[0]}")
    assert verdict.outcome is not Outcome.different, "\n".join((case.title, *verdict.why))


def _judged(case: Case, stage: Stage) -> Verdict:
    try:
        return judge(stage, case)
    except Exception as error:
        return Verdict(Outcome.different, (f"{type(error).__name__}: {error}",))


def test_every_kind_is_mapped_or_pending() -> None:
    unknown = {case.kind for case in cases() if claimed(case).outcome is not Outcome.pending} - OPERATIONS.keys()
    assert unknown == set()


def test_whatever_is_left_out_was_recorded() -> None:
    """One translation may serve several kinds, of which only one has the parameter."""
    recorded = {(OPERATIONS[case.kind], name) for case in cases() if case.kind in OPERATIONS for name in case.params}
    left_out = {(OPERATIONS[kind], name) for kind, names in LEFT_OUT.items() for name in names}
    assert IS_USUAL is False or left_out <= recorded


def test_every_exception_is_about_a_case() -> None:
    assert exceptions().keys() <= {case.name for case in cases()}


def test_at_most_a_tenth_of_the_cases_is_excepted() -> None:
    outcomes = [claimed(case).outcome for case in cases()]
    played = len(outcomes) - outcomes.count(Outcome.pending)
    assert outcomes.count(Outcome.excepted) <= played / 10
