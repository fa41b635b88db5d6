"""An allowance is used up within its span, and begins anew after it."""

from datetime import UTC, datetime, timedelta

from osticket_api.kit.allowance import Allowance

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_allowance_begins_anew_after_its_span() -> None:
    allowance = Allowance(2, timedelta(hours=1))
    assert [allowance.take(NOON) for _ in range(4)] == [1, 0, -1, -2]
    assert allowance.take(NOON + timedelta(minutes=59)) < 0
    assert allowance.take(NOON + timedelta(hours=1)) == 1


def test_clock_that_was_put_back_does_not_stop_it() -> None:
    allowance = Allowance(1, timedelta(hours=1))
    assert allowance.take(NOON) == 0
    assert allowance.take(NOON - timedelta(days=1)) == 0
