"""Outgoing mail: what happened, the mails that follow from it, what came of each attempt."""

from typing import Any

from alembic import op
from sqlalchemy import Column, Integer, String, Text, inspect

from osticket_api.db.migrations.undoing import drop_tables
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, large, row_id, utc_moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _occasions(prefixed("api_mail_occasion"))
    _mails(prefixed("api_outgoing_mail"))
    _attempts(prefixed("api_mail_attempt"))


def downgrade() -> None:
    drop_tables(prefixed("api_mail_occasion"), prefixed("api_outgoing_mail"), prefixed("api_mail_attempt"))


def _occasions(name: str) -> None:
    _table(
        name,
        row_id(),
        exact("kind", 32),
        Column("ticket_id", Integer(), nullable=True),
        Column("task_id", Integer(), nullable=True),
        Column("entry_id", Integer(), nullable=True),
        Column("staff_id", Integer(), nullable=True),
        Column("user_id", Integer(), nullable=True),
        large("facts"),
        Column("attempts", Integer(), nullable=False, server_default="0"),
        utc_moment("due_at"),
        utc_moment("created_at"),
    )
    _index(name, "due_at", "due_at")


def _mails(name: str) -> None:
    _table(
        name,
        row_id(),
        exact("state", 16),
        exact("template", 32),
        Column("ticket_id", Integer(), nullable=True),
        Column("task_id", Integer(), nullable=True),
        Column("entry_id", Integer(), nullable=True),
        Column("email_id", Integer(), nullable=False),
        exact("message_id", 255),
        Column("recipients", Text(), nullable=False),
        Column("waiting", Text(), nullable=True),
        Column("subject", Text(), nullable=False),
        large("content"),
        Column("attempts", Integer(), nullable=False, server_default="0"),
        utc_moment("due_at", nullable=True),
        exact("worker", 36, nullable=True),
        utc_moment("leased_until", nullable=True),
        utc_moment("created_at"),
        utc_moment("done_at", nullable=True),
    )
    _index(name, "message_id", "message_id", unique=True)
    _index(name, "due_at", "state", "due_at")
    _index(name, "ticket_id", "ticket_id")
    _index(name, "created_at", "created_at")


def _attempts(name: str) -> None:
    _table(
        name,
        row_id(),
        Column("mail_id", Integer(), nullable=False),
        utc_moment("at"),
        Column("through", String(255), nullable=False),
        exact("outcome", 16),
        Column("answer", Text(), nullable=False),
    )
    _index(name, "mail_id", "mail_id")


def _table(name: str, *columns: Column[Any]) -> None:
    """MySQL commits after every statement, so what an interrupted run left behind is taken over."""
    op.create_table(name, *columns, if_not_exists=True, **TABLE_OPTIONS)


def _index(table: str, name: str, *columns: str, unique: bool = False) -> None:
    if name not in {index["name"] for index in inspect(op.get_bind()).get_indexes(table)}:
        op.create_index(name, table, columns, unique=unique)
