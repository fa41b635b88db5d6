"""Rounds of background jobs, for whoever traces them: what was done, what went wrong, and which requests led to it.

The work says what it has done with `did` and `failed`, wherever it stands. While nobody watches that costs nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import time_ns
from typing import Final

_MOST_REQUESTS: Final = 100


@dataclass
class Round:
    """One round of a job. Units: nanoseconds since 1970."""

    job: str
    began: int = field(default_factory=time_ns)
    done: Counter[str] = field(default_factory=Counter)
    request_ids: set[str] = field(default_factory=set)
    error: BaseException | None = None


Watcher = Callable[[Round], object]

_watchers: Final[list[Watcher]] = []
_current: ContextVar[Round | None] = ContextVar("round", default=None)


def watch_rounds(watcher: Watcher | None) -> None:
    """Tell this one, and nobody else, of each round that has done something or failed."""
    _watchers[:] = [] if watcher is None else [watcher]


@contextmanager
def round_of(job: str) -> Iterator[None]:
    """Count what a block does as one round of this job."""
    if not _watchers:
        yield
        return
    at_hand = Round(job)
    token = _current.set(at_hand)
    try:
        yield
    except Exception as error:
        at_hand.error = error
        raise
    finally:
        _current.reset(token)
        if at_hand.done or at_hand.error is not None:
            for watcher in _watchers:
                watcher(at_hand)


def did(what: str, count: int = 1, *, for_requests: Iterable[str | None] = ()) -> None:
    """Note what the round at hand has done, and the ids of the requests it did that for, where they are known."""
    at_hand = _current.get()
    if at_hand is None or not count:
        return
    at_hand.done[what] += count
    for request_id in for_requests:
        if request_id is not None and len(at_hand.request_ids) < _MOST_REQUESTS:
            at_hand.request_ids.add(request_id)


def failed(error: BaseException) -> None:
    """Note an error that does not end the round at hand."""
    at_hand = _current.get()
    if at_hand is not None:
        at_hand.error = error
