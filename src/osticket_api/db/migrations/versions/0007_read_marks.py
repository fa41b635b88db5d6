"""How far each person has read each ticket. What is there when the marks begin counts as read."""

from alembic import op
from sqlalchemy import Column, Integer, func, inspect, select, table
from sqlalchemy import column as named

from osticket_api.db.migrations.undoing import drop_tables
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, utc_moment
from osticket_api.db.types import UtcMoment
from osticket_api.kit.clock import system_clock

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Keep what an interrupted run has already done, and a table that an early 0004 has made."""
    name = prefixed("api_read_mark")
    op.create_table(
        name,
        exact("principal", 64, primary_key=True),
        Column("ticket_id", Integer(), primary_key=True, autoincrement=False),
        Column("entry_id", Integer(), nullable=False),
        utc_moment("read_at"),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    if "ticket_id" not in {index["name"] for index in inspect(op.get_bind()).get_indexes(name)}:
        op.create_index("ticket_id", name, ["ticket_id"])
    _begin(name)


def downgrade() -> None:
    drop_tables(prefixed("api_read_mark"))


def _begin(name: str) -> None:
    bind, entries = op.get_bind(), prefixed("thread_entry")
    marks = table(name, named("principal"), named("ticket_id"), named("entry_id"), named("read_at", UtcMoment()))
    if bind.scalar(select(marks.c.entry_id).where(marks.c.principal == "*", marks.c.ticket_id == 0)) is not None:
        return
    is_there = inspect(bind).has_table(entries)
    newest = bind.scalar(select(func.max(named("id"))).select_from(table(entries))) if is_there else None
    bind.execute(marks.insert().values(principal="*", ticket_id=0, entry_id=newest or 0, read_at=system_clock()))
