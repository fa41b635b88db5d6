"""All uses of SQLAlchemy's inner parts, which its documentation does not promise: the version is capped below 2.2.

Check this module first when the cap is raised. A house rule keeps the inner parts out of all other modules.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, Insert, Select, Update, create_engine, exc
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util.concurrency import await_only, greenlet_spawn, in_greenlet

__all__ = ["await_only", "greenlet_spawn", "in_greenlet"]

Processor = Callable[[Any], Any]


@dataclass(frozen=True)
class Compiled:
    """A statement compiled for the driver, with the functions that convert parameters and values."""

    sql: str
    names: Sequence[str]
    """The parameters, in the order of the placeholders."""
    defaults: Mapping[str, Any]
    """The values of parameters that the statement contains itself, and of columns that an INSERT does not name."""
    binding: Mapping[str, Processor | None]
    columns: Sequence[str]
    reading: Sequence[tuple[int, Processor]]
    """The places of columns whose values the driver does not convert, and their conversion."""


def compile_statement(statement: Select[Any] | Insert | Update, dialect: Dialect) -> Compiled:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    state = compiled.construct_expanded_state(compiled.params)
    required = {name for name, parameter in compiled.binds.items() if parameter.required}
    types = {name: parameter.type.dialect_impl(dialect) for name, parameter in compiled.binds.items()}
    columns = statement.selected_columns if isinstance(statement, Select) else None
    return Compiled(
        sql=state.statement,
        names=tuple(state.positiontup or ()),
        defaults={
            **{name: value for name, value in state.parameters.items() if name not in required},
            **{column.key: _default_of(column) for column in compiled.insert_prefetch},
        },
        binding={**{name: type.bind_processor(dialect) for name, type in types.items()}, **state.processors},
        columns=columns.keys() if columns else (),
        reading=_processors([column.type.dialect_impl(dialect) for column in columns or ()], dialect),
    )


def _default_of(column: Any) -> Any:
    """What an INSERT sends for a column that it does not name: always the same, see `tables/columns.py`."""
    default = column.default
    return default.arg if default.is_scalar else default.arg(None)


def _processors(types: Sequence[Any], dialect: Dialect) -> list[tuple[int, Processor]]:
    found = ((place, type.result_processor(dialect, None)) for place, type in enumerate(types))
    return [(place, processor) for place, processor in found if processor is not None]


def make_async_engine(url: URL, **options: Any) -> Engine:
    """`create_async_engine(...).sync_engine`, without loading the ORM, which SQLAlchemy's own module does: 7 MiB."""
    return create_engine(url, **options, _is_async=True)


def driver_error(engine: Engine) -> type[Exception]:
    """The base class of all errors of the database's driver."""
    error: type[Exception] = engine.dialect.loaded_dbapi.Error
    return error


def as_failure(error: Exception, connection: Connection) -> exc.DBAPIError:
    """Wrap an error of the driver as SQLAlchemy does. Invalidates a connection that the error has ended."""
    engine = connection.engine
    is_lost = engine.dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]
    if is_lost:
        connection.invalidate(error)
    failure = exc.DBAPIError.instance(
        None, None, error, driver_error(engine), connection_invalidated=is_lost, dialect=engine.dialect
    )
    assert isinstance(failure, exc.DBAPIError)
    return failure


def connections_in_use(engine: Engine) -> int:
    """How many connections of the pool units of work hold now."""
    pool: Any = engine.pool
    return int(pool.checkedout()) if hasattr(pool, "checkedout") else 0


def connections_limit(engine: Engine) -> int:
    """How many connections the pool opens at most; 0 where it does not count them."""
    pool: Any = engine.pool
    return int(pool.size() + pool._max_overflow) if hasattr(pool, "_max_overflow") else 0


def has_idle_connections(engine: Engine, count: int) -> bool:
    """Whether so many more connections can be taken without waiting."""
    pool: Any = engine.pool
    return bool(pool.checkedout() + count <= pool.size())


def can_skip_locked(dialect: Dialect) -> bool:
    """Whether the server can pass over rows that are locked: MariaDB since 10.6, MySQL since 8.0."""
    server: Any = dialect
    return bool(server.server_version_info >= ((10, 6) if server.is_mariadb else (8, 0)))


def zone_of(engine: Engine) -> tzinfo:
    """The time zone by which the column types of `db/types.py` convert moments."""
    zone: tzinfo = engine.dialect.help_desk_zone  # type: ignore[attr-defined]
    return zone


def set_zone(engine: Engine, zone: tzinfo) -> None:
    """Convert moments by this time zone. Statements compiled for another zone are dropped."""
    engine.dialect.help_desk_zone = zone  # type: ignore[attr-defined]
    engine.clear_compiled_cache()
