"""What a MariaDB or MySQL server says of a database's columns and indexes."""

import re
from typing import Final

from tests.fixtures.mariadb import Server, program
from tests.schema.reference import Facts

COLUMNS: Final = """
    SELECT table_name, column_name, ordinal_position, column_type, is_nullable, COALESCE(column_default, 'NULL'),
           extra, column_key
    FROM information_schema.columns WHERE table_schema = DATABASE()
"""
INDEXES: Final = """
    SELECT table_name, index_name, non_unique, seq_in_index, column_name, COALESCE(sub_part, 'NULL'), index_type
    FROM information_schema.statistics WHERE table_schema = DATABASE()
"""


def facts(server: Server, database: str, query: str) -> Facts:
    with server.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return {tuple(map(str, row)) for row in cursor.fetchall()}


def columns(server: Server, database: str) -> Facts:
    return comparable(facts(server, database, COLUMNS))


def comparable(columns: Facts) -> Facts:
    """What can be said of columns on the server of this run. MySQL forgets the widths of integers, and the defaults of
    texts; it quotes no defaults, and says in other words that one is the time."""
    return columns if program().product == "MariaDB" else set(map(_in_mysql, columns))


def _in_mysql(column: tuple[str, ...]) -> tuple[str, ...]:
    table, name, place, kind, nullable, default, extra, key = column
    kind = re.sub(r"\b(tinyint|int|bigint)\(\d+\)", r"\1", kind)
    default = "NULL" if kind == "text" else default.strip("'").replace("current_timestamp()", "CURRENT_TIMESTAMP")
    extra = extra.removeprefix("DEFAULT_GENERATED").strip().replace("current_timestamp()", "CURRENT_TIMESTAMP")
    return table, name, place, kind, nullable, default, extra, key
