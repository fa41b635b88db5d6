"""An exception excuses what it names, and nothing else."""

from typing import Any

from tests.parity.exceptions import Difference, Excuse
from tests.parity.golden import Case

NOTED = {"id": "<id:ost_note:1>", "body": "theirs"}
MOVED = {"key": {"id": 3}, "before": {"sort": 1}, "after": {"sort": 2}}
MOVES = {"updated": [MOVED]}
CASE = Case(
    "000-made-up",
    {
        "clock": "2024-03-06 15:00:00",
        "result": {"ok": True},
        "changes": {"ost_note": {"inserted": [NOTED]}, "ost_faq": {"updated": [MOVED]}},
    },
)


def wrote(note: dict[str, Any] | None, sort: int) -> dict[str, Any]:
    moved = {"ost_faq": {"updated": [{**MOVED, "after": {"sort": sort}}]}}
    return moved if note is None else {**moved, "ost_note": {"inserted": [note]}}


def excused(*differences: Difference) -> Case:
    return Excuse("for a reason", differences, refuses=False).as_ours(CASE)


def test_another_value_is_excused_where_it_is_named() -> None:
    case = excused(Difference("ost_note", "inserted", 1, {"body": "ours"}))
    assert case.problems(wrote({"id": 7, "body": "ours"}, 2)) == []
    assert case.problems(wrote({"id": 7, "body": "something else"}, 2))
    assert case.problems(wrote({"id": 7, "body": "ours"}, 5))


def test_a_row_that_we_do_not_write_is_excused() -> None:
    case = excused(Difference("ost_note", "inserted", 1, None))
    assert case.problems(wrote(None, 2)) == []
    assert case.problems(wrote({"id": 7, "body": "theirs"}, 2))


def test_a_row_that_only_we_write_is_excused() -> None:
    case = excused(Difference("ost_team", "inserted", 0, {"team_id": "<id:ost_team:1>"}))
    rows = wrote({"id": 7, "body": "theirs"}, 2)
    assert case.problems({**rows, "ost_team": {"inserted": [{"team_id": 4}]}}) == []
    assert case.problems(rows)


def test_an_updated_row_is_excused_by_column() -> None:
    case = excused(Difference("ost_faq", "updated", 1, {"sort": 9}))
    assert case.problems(wrote({"id": 7, "body": "theirs"}, 9)) == []


def test_a_refusal_must_write_nothing() -> None:
    case = Excuse("for a reason", (), refuses=True).as_ours(CASE)
    assert not case.succeeds
    assert case.problems({}) == []
    assert case.problems(wrote(None, 2))


def test_what_pairs_is_compared_though_a_row_is_missing() -> None:
    """A second note is recorded: the first one is compared all the same."""
    raw = {**CASE.raw, "changes": {"ost_note": {"inserted": [NOTED, {**NOTED, "id": "<id:ost_note:2>", "body": "2"}]}}}
    problems = Case("000", raw).problems(
        {"ost_note": {"inserted": [{"id": 7, "body": "other"}, {"id": 8, "body": "2"}]}}
    )
    assert any("no inserted row fits" in each for each in problems)
    missing = Case("000", raw).problems({"ost_note": {"inserted": [{"id": 7, "body": "theirs", "more": 1}]}})
    assert missing == ["ost_note: 1 rows inserted, expected 2"]
    both = Case("000", raw).problems({"ost_note": {"inserted": [{"id": 7, "body": "2", "more": 1}]}, "ost_faq": MOVES})
    assert both == ["ost_faq: 1 rows updated, expected 0", "ost_note: 1 rows inserted, expected 2"]


def test_columns_that_both_changed_are_compared_beside_others() -> None:
    more = {"key": {"id": 3}, "before": {"sort": 1, "name": "a"}, "after": {"sort": 7, "name": "b"}}
    problems = CASE.problems({"ost_note": {"inserted": [{"id": 7, "body": "theirs"}]}, "ost_faq": {"updated": [more]}})
    assert ["columns changed differ" in problem for problem in problems] == [True, False]
    assert problems[1].startswith("ost_faq: no updated row fits")


def test_the_recorded_case_stays_as_it_is() -> None:
    excused(Difference("ost_note", "inserted", 1, {"body": "ours"}))
    assert CASE.problems(wrote({"id": 7, "body": "theirs"}, 2)) == []
