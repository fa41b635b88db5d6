"""Many rows into few tables, fast: the driver's own multi-row INSERT, past the conversions of every single value."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

from osticket_api.db import tables as t
from osticket_api.db.unit import Write

COLUMNS = {
    t.ticket: """ticket_id number user_id status_id dept_id sla_id topic_id staff_id source isoverdue
        isanswered est_duedate closed lastupdate created updated""",
    t.thread: "id object_id object_type lastresponse lastmessage created",
    t.thread_entry: "id pid thread_id staff_id user_id type flags poster source title body recipients created updated",
    t.thread_entry_email: "thread_entry_id mid headers",
    t.thread_event: """thread_id thread_type event_id staff_id team_id dept_id topic_id data username uid uid_type
        timestamp""",
    t.thread_referral: "thread_id object_id object_type created",
    t.form_entry: "id form_id object_id object_type sort extra created updated",
    t.form_entry_values: "entry_id field_id value value_id",
    t.ticket_cdata: "ticket_id subject priority",
    t.search: "object_type object_id title content",
}
"""What a batch holds: for each table the columns of its rows, whose values are as the database stores them."""


@dataclass
class Batch:
    ticket_count: int = 0
    rows: dict[Table, list[tuple[Any, ...]]] = field(default_factory=lambda: {table: [] for table in COLUMNS})


def insert_batch(tx: Write, batch: Batch) -> None:
    for table, lines in batch.rows.items():
        if lines:
            tx.connection.exec_driver_sql(_insert(tx, table), lines)


def _insert(tx: Write, table: Table) -> str:
    quote = tx.dialect.identifier_preparer.quote
    names = COLUMNS[table].split()
    places = ", ".join(["?" if tx.is_sqlite else "%s"] * len(names))
    return f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, names))}) VALUES ({places})"  # noqa: S608
