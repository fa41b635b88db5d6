"""Tables whose storage engine has no transactions, such as MyISAM: what is written there cannot be rolled back.

Help desks that have been upgraded for many years still have some.
"""

from sqlalchemy import text

from osticket_api.db import tables as t
from osticket_api.db.unit import Read

_ENGINES = text(
    "SELECT tables.table_name AS table_name FROM information_schema.tables AS tables "
    "JOIN information_schema.engines AS engines ON engines.engine = tables.engine "
    "WHERE tables.table_schema = DATABASE() AND engines.transactions <> 'YES'"
)


def find_tables_without_transactions(tx: Read) -> frozenset[str]:
    """The names of osTicket's tables whose changes cannot be rolled back."""
    if tx.is_sqlite:
        return frozenset()
    known = {table.name.lower(): table.name for table in t.metadata.tables.values()}
    found = (row.table_name.lower() for row in tx.rows(_ENGINES))
    return frozenset(known[name] for name in found if name in known)
