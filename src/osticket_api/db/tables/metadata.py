"""The catalogues of osTicket's tables and of our own, and the prefix an installation gave them all."""

from sqlalchemy import MetaData, Table

metadata = MetaData()
own_metadata = MetaData()


def use_prefix(prefix: str) -> None:
    """Name every table as this installation does. A process serves one help desk, so this is done once, at start."""
    metadata.info["prefix"] = prefix
    for catalogue in (metadata, own_metadata):
        for bare_name, table in catalogue.tables.items():
            _rename(table, prefix + bare_name)


def prefixed(bare_name: str) -> str:
    """The name this installation gives a table."""
    return str(metadata.info.get("prefix", "")) + bare_name


def _rename(table: Table, name: str) -> None:
    table.name = table.fullname = name
