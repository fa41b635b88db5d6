"""Our own tables for what people attend to: how far each has read a ticket, and who is at one."""

from sqlalchemy import Column, Integer, Table

from osticket_api.db.tables.columns import index
from osticket_api.db.tables.metadata import own_metadata
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, utc_moment

api_read_mark = Table(
    "api_read_mark",
    own_metadata,
    exact("principal", 64, primary_key=True),
    Column("ticket_id", Integer(), primary_key=True, autoincrement=False),
    Column("entry_id", Integer(), nullable=False),
    utc_moment("read_at"),
    index("ticket_id", "ticket_id"),
    **TABLE_OPTIONS,
)
"""Up to which entry somebody has read a ticket. `principal` is `Principal.key`; -1: marked as unread by hand.

The row of principal `*` and ticket 0 has the last entry that was there when the marks began: all before it is read.
"""

api_presence = Table(
    "api_presence",
    own_metadata,
    Column("ticket_id", Integer(), primary_key=True, autoincrement=False),
    Column("staff_id", Integer(), primary_key=True, autoincrement=False),
    exact("activity", 12),
    utc_moment("expires_at"),
    index("expires_at", "expires_at"),
    **TABLE_OPTIONS,
)
"""Which agents are at which ticket, as long as they say so again."""
