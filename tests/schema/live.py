"""What a MariaDB or MySQL server says of a database's columns and indexes."""

from typing import Final

from tests.fixtures.mariadb import Server
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
