"""The catalogue of osTicket's tables, and the prefix an installation gave them."""

from sqlalchemy import MetaData, Table

metadata = MetaData()


def use_prefix(prefix: str) -> None:
    """Name every table as this installation does. A process serves one help desk, so this is done once, at start."""
    for bare_name, table in metadata.tables.items():
        _rename(table, prefix + bare_name)


def _rename(table: Table, name: str) -> None:
    table.name = table.fullname = name
