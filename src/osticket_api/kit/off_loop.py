"""Run slow work outside the event loop.

Handlers are plain functions, which on MySQL run in the event loop's thread. `db/engine.py` sets `runner` to move work
to another thread; where no runner is set, work runs in place.
"""

from collections.abc import Callable
from contextvars import ContextVar, copy_context
from functools import partial, wraps
from typing import Any, Final, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])
R = TypeVar("R")

LONG: Final = 4096
"""The length from which on the work costs more than moving it to another thread."""

Runner = Callable[[Callable[[], object]], object]

runner: ContextVar[Runner | None] = ContextVar("runner", default=None)
"""Runs a function outside the event loop. None outside a unit of work on MySQL."""


def beside(work: Callable[[], R]) -> R:
    """Run what waits for something else, such as a disk or another server, outside the event loop."""
    run = runner.get()
    if run is None:
        return work()
    context = copy_context()
    context.run(runner.set, None)
    return cast("R", run(partial(context.run, work)))


def when_long(function: F) -> F:
    """Decorate a function of a text (the first argument): long texts are processed outside the event loop."""

    @wraps(function)
    def wrapped(text: str, *args: Any, **kwargs: Any) -> Any:
        if len(text) < LONG or (run := runner.get()) is None:
            return function(text, *args, **kwargs)
        context = copy_context()
        context.run(runner.set, None)  # The function runs outside the loop already: do not move it again.
        return run(partial(context.run, function, text, *args, **kwargs))

    return cast("F", wrapped)
