"""Tell somebody of each statement that the database has run: its text, when it began, and what error it raised."""

import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, ExceptionContext, event

R = TypeVar("R")

StatementWatcher = Callable[[str, int, BaseException | None], object]
"""The statement, the nanoseconds since 1970 at which it began, and the error that ended it."""

_BEGAN: Final = "statement_began"


def watch_engine(engine: Engine, tell: StatementWatcher) -> None:
    """Tell of what SQLAlchemy runs."""

    @event.listens_for(engine, "before_cursor_execute")
    def begun(connection: Connection, *about: Any) -> None:
        connection.info[_BEGAN] = time.time_ns()

    @event.listens_for(engine, "after_cursor_execute")
    def ended(connection: Connection, cursor: Any, statement: str, *about: Any) -> None:
        tell(statement, connection.info.pop(_BEGAN), None)

    @event.listens_for(engine, "handle_error")
    def failed(context: ExceptionContext) -> None:
        began = context.connection.info.pop(_BEGAN, None) if context.connection is not None else None
        if began is not None and context.statement is not None:
            tell(context.statement, began, context.original_exception)


def watched(tell: StatementWatcher, statement: str, run: Callable[[], R]) -> R:
    """Tell of what the driver runs by itself."""
    began = time.time_ns()
    try:
        result = run()
    except BaseException as error:
        tell(statement, began, error)
        raise
    tell(statement, began, None)
    return result
