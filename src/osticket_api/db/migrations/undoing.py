"""What a downgrade drops. What an interrupted one has dropped already is passed over: see `db/own.py`."""

from alembic import op
from sqlalchemy import inspect


def drop_tables(*names: str) -> None:
    for name in names:
        op.drop_table(name, if_exists=True)


def drop_column(table: str, name: str) -> None:
    """Drop a column, and the index on it alone where there is one: SQLite keeps a column that an index needs."""
    for index in inspect(op.get_bind()).get_indexes(table):
        if index["column_names"] == [name]:
            op.drop_index(str(index["name"]), table)
    if name in {column["name"] for column in inspect(op.get_bind()).get_columns(table)}:
        op.drop_column(table, name)
