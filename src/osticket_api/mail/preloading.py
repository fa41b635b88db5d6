"""Reading what the mails about many occasions need, in a few statements instead of some for each mail."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Row, Select, Table, select

from osticket_api.db import tables as t
from osticket_api.db.flags import CollaboratorFlag
from osticket_api.mail.outbox import Occasion
from osticket_api.mail.variables.answers import select_answers, to_answers
from osticket_api.mail.variables.records import Records, select_attachments, select_mails


def preload(records: Records, occasions: Collection[Occasion]) -> None:
    """Read the tickets, the entries, and the people of these occasions."""
    tickets = _load(records, t.ticket, (each.ticket_id for each in occasions))
    entries = _load(records, t.thread_entry, (each.entry_id for each in occasions))
    _load(records, t.staff, [*(row.staff_id for row in (*tickets, *entries)), *(each.staff_id for each in occasions)])
    _load_people(records, [row.user_id for row in (*tickets, *entries)])
    _load_threads(records, [row.ticket_id for row in tickets])
    _load_answers(records, [row.ticket_id for row in tickets])
    _load_attachments(records, [row.id for row in entries])


def _load(records: Records, table: Table, ids: Iterable[int | None]) -> list[Row[Any]]:
    """The rows with these ids; the records know them from now on, and those that are not there."""
    wanted = sorted({each for each in ids if each})
    if not wanted:
        return []
    (column,) = table.primary_key.columns
    found = {row._mapping[column.name]: row for row in records.tx.rows(select(table).where(column.in_(wanted)))}
    for identifier in wanted:
        records.know(table, identifier, found.get(identifier))
    return list(found.values())


def _load_people(records: Records, user_ids: Sequence[int | None]) -> None:
    users = _load(records, t.user, user_ids)
    _load(records, t.user_email, (row.default_email_id for row in users))
    accounts = _grouped(records, select(t.user_account), t.user_account.c.user_id, [row.id for row in users])
    for row in users:
        records.know_found(("account", row.id), next(iter(accounts[row.id]), None))


def _load_threads(records: Records, ticket_ids: Sequence[int]) -> None:
    """The conversations of tickets, who takes part in them, and the mails that came into them."""
    thread = t.thread.c
    threads = _grouped(records, select(t.thread).where(thread.object_type == "T"), thread.object_id, ticket_ids)
    found = {ticket_id: rows[0].id for ticket_id, rows in threads.items() if rows}
    collaborator = t.thread_collaborator.c
    ordered = select(t.thread_collaborator).order_by(collaborator.id)
    people = _grouped(records, ordered, collaborator.thread_id, list(found.values()))
    mails = _grouped(records, select_mails(), t.thread_entry.c.thread_id, list(found.values()))
    for ticket_id in ticket_ids:
        records.know_found(("thread", "T", ticket_id), found.get(ticket_id))
    for thread_id in found.values():
        rows = people[thread_id]
        records.know_found(("collaborators", thread_id, False), rows)
        active = [row for row in rows if row.flags & CollaboratorFlag.ACTIVE]
        records.know_found(("collaborators", thread_id, True), active)
        records.know_found(("mails", thread_id), mails[thread_id])


def _load_answers(records: Records, ticket_ids: Sequence[int]) -> None:
    rows = _grouped(records, select_answers("T"), t.form_entry.c.object_id, ticket_ids)
    for ticket_id in ticket_ids:
        records.know_found(("answers", "T", ticket_id), to_answers(rows[ticket_id]))


def _load_attachments(records: Records, entry_ids: Sequence[int]) -> None:
    rows = _grouped(records, select_attachments(), t.attachment.c.object_id, entry_ids)
    for entry_id in entry_ids:
        records.know_found(("attachments", entry_id), rows[entry_id])


def _grouped(
    records: Records, statement: Select[Any], column: Column[Any], values: Collection[int]
) -> dict[int, list[Row[Any]]]:
    """The rows with these values of a column, by the value, in the order of the statement."""
    groups: dict[int, list[Row[Any]]] = defaultdict(list)
    if values:
        for row in records.tx.rows(statement.add_columns(column.label("of")).where(column.in_(sorted(set(values))))):
            groups[row.of].append(row)
    return groups
