"""Statements that the database server keeps prepared, for each connection.

The server parses such a statement once, and the driver reads once what its columns are: running it again costs the
driver a third, and the server half, of what its text costs.
"""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from osticket_api.db.internals import await_only

_KEPT: Final = 96
"""How many statements a connection keeps: the server holds each in memory, and allows 16,382 in all by default."""
_OFTEN: Final = 5
"""From which time on a connection keeps a statement: to prepare one takes as long as to run two."""
_MOST_COUNTED: Final = 1000
_TOO_MANY: Final = 1461
_UNKNOWN: Final = frozenset({1243, 1615})
"""Errors of a statement that the server, or a proxy before it, no longer knows, or cannot adapt to a changed table."""
_PLACE: Final = "server_statements"
_LIMIT: Final = " LIMIT %s"


class Result(NamedTuple):
    """What a statement gave: rows, or how many rows it has touched and the id of a new one."""

    rows: Sequence[tuple[Any, ...]]
    touched: int
    new_id: int


class ServerStatements:
    """The statements that one connection of asyncmy keeps prepared: those that it runs often, and ran last."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._runs: Counter[str] = Counter()
        self._has_room = True

    async def run(self, sql: str, values: Sequence[Any]) -> Result:
        """Run a statement whose placeholders are `%s`. Raises: the driver's errors."""
        statement = self._kept.get(sql)
        if statement is None and self._is_often(sql):
            statement = await self._prepare(sql)
        if statement is None:
            return await self.run_text(sql, values)
        self._kept.move_to_end(sql)
        try:
            result = await statement.execute(values)
        except self._connection.Error as error:
            if _code_of(error) not in _UNKNOWN:
                raise
            del self._kept[sql]
            return await self.run_text(sql, values)
        return Result(result.rows or (), result.affected_rows, result.insert_id)

    def _is_often(self, sql: str) -> bool:
        """Count one more run of the statement, as long as the server prepares any."""
        if len(self._runs) > _MOST_COUNTED:
            self._runs.clear()
        self._runs[sql] += 1
        return self._has_room and self._runs[sql] >= _OFTEN

    async def _prepare(self, sql: str) -> Any:
        """The statement, or None where the server does not prepare it: as text it runs, or tells what is wrong."""
        try:
            statement = await self._connection.prepare(_with_question_marks(sql))
        except self._connection.Error as error:
            if not self._connection.connected:
                raise
            self._has_room = _code_of(error) != _TOO_MANY
            return None
        del self._runs[sql]
        self._kept[sql] = statement
        if len(self._kept) > _KEPT:
            _, oldest = self._kept.popitem(last=False)
            await oldest.close()
        return statement

    async def run_text(self, sql: str, values: Sequence[Any]) -> Result:
        """Run a statement by its text. Raises: the driver's errors."""
        async with self._connection.cursor() as cursor:
            await cursor.execute(sql, values)
            return Result(await cursor.fetchall(), cursor.rowcount, cursor.lastrowid)


def run_prepared(connection: Connection, sql: str, values: Sequence[Any]) -> Result:
    """Run a statement that the server may keep prepared for this connection. Raises: the driver's errors.

    A statement whose LIMIT is a parameter runs by its text: prepared, MariaDB may choose another way to its rows, which
    took twenty times as long for pages of long lists. `statements.literal_limit` writes it into the statement.
    """
    statements = connection.info.get(_PLACE)
    if statements is None:
        statements = connection.info[_PLACE] = ServerStatements(connection.connection.driver_connection)
    run = statements.run_text if _LIMIT in sql else statements.run
    result: Result = await_only(run(sql, values))
    return result


def _with_question_marks(sql: str) -> str:
    """The statement with the server's placeholders. In SQL for the driver a percent sign is written twice."""
    return "%".join(part.replace("%s", "?") for part in sql.split("%%"))


def _code_of(error: Exception) -> object:
    return error.args[0] if error.args else None
