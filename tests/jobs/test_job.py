"""A job goes on by itself, and stops when it is told to."""

import asyncio
from typing import NoReturn

import pytest

from osticket_api.errors import Unavailable
from osticket_api.jobs.job import Job


async def _takes_a_cancellation_for_a_lost_connection() -> float:
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        raise ConnectionError("lost") from None
    return 0


async def _fails() -> NoReturn:
    raise ConnectionError("away")


async def _started_and_stopped(job: Job) -> None:
    job.start()
    await asyncio.sleep(0.05)
    async with asyncio.timeout(5):
        await job.stop()


def test_a_round_that_hides_its_cancellation_is_the_last_one() -> None:
    asyncio.run(_started_and_stopped(Job("stubborn", _takes_a_cancellation_for_a_lost_connection)))


def test_a_job_whose_database_was_away_for_long_goes_on_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    outage = iter(range(20))

    async def works() -> float:
        if next(outage, None) is not None:
            raise Unavailable.because("away")
        return 30

    async def rests(_: Job, seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    monkeypatch.setattr(Job, "_rest", rests)
    asyncio.run(_started_and_stopped(Job("waiting", works)))
    assert max(pauses[:20]) <= 4
    assert pauses[20] == 30


def test_a_job_that_fails_and_rests_is_stopped() -> None:
    asyncio.run(_started_and_stopped(Job("failing", _fails)))
