"""The sample help desk."""

from datetime import datetime
from typing import Any

import bcrypt
import pytest

from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.embedded import DEMO_PASSWORD, NewDesk, add_demo, create
from osticket_api.settings import ConfigurationError, Settings
from tests.embedded.records import Records, check_all, read_records
from tests.fixtures.desks import play


@pytest.fixture(scope="module")
def told(lasting: Settings) -> tuple[Records, datetime]:
    """The sample help desk, and when it was made."""

    async def scenario(database: Database) -> tuple[Records, datetime]:
        await create(database, NewDesk())
        await add_demo(database)
        return await database.read(lambda tx: (read_records(tx), tx.now))

    return play(lasting, scenario)


@pytest.fixture(scope="module")
def records(told: tuple[Records, datetime]) -> Records:
    return told[0]


def test_its_rows_agree_with_each_other(told: tuple[Records, datetime]) -> None:
    check_all(*told)


def test_the_named_people_are_who_they_are_said_to_be(records: Records) -> None:
    staff, roles = records.by(t.staff, "username"), records.by(t.role, "id")
    departments = records.by(t.department, "id")
    who = {
        name: (departments[row.dept_id].name, roles[row.role_id].name, row.isadmin)
        for name, row in staff.items()
        if name != "admin"
    }
    assert who == {
        "alice": ("Support", "All Access", False),
        "bob": ("Support", "View only", False),
        "charlie": ("Billing", "All Access", False),
        "dora": ("Support", "All Access", True),
    }
    users, accounts = records.by(t.user, "id"), records.by(t.user_account, "username")
    organizations = {name: users[accounts[name].user_id].org_id for name in ("uma", "ugo", "ulf")}
    assert organizations["uma"] == organizations["ugo"] is not None
    assert organizations["ulf"] is None


def test_everybody_has_the_same_password(records: Records) -> None:
    hashes = {row.passwd for row in records.rows[t.staff] if row.username != "admin"}
    hashes |= {row.passwd for row in records.rows[t.user_account]}
    (only,) = hashes
    assert bcrypt.checkpw(DEMO_PASSWORD.encode(), only.encode())


def test_there_is_something_of_everything(records: Records) -> None:
    tickets = records.rows[t.ticket]
    assert len(tickets) >= 30
    assert {ticket.source for ticket in tickets} == {"Web", "Email", "Phone", "API"}
    assert {ticket.status_id for ticket in tickets} == {1, 2, 3}
    assert len({ticket.dept_id for ticket in tickets}) == 5
    assert any(ticket.isoverdue for ticket in tickets)
    assert any(ticket.reopened for ticket in tickets)
    assert any(ticket.duedate for ticket in tickets)
    for table in (t.task, t.attachment, t.file, t.thread_collaborator, t.thread_referral, t.faq, t.canned_response):
        assert records.rows[table], table.name


def test_the_equipment_form_has_every_type_of_field(records: Records) -> None:
    types = {field.type.partition("-")[0] for field in records.rows[t.form_field]}
    assert types >= {
        *("text", "memo", "choices", "bool", "datetime", "priority", "list", "department", "assignee"),
        *("timezone", "phone", "files", "info", "break"),
    }


def test_files_are_stored_whole_and_found_by_their_attachment(records: Records) -> None:
    chunks = {chunk.file_id: chunk.filedata for chunk in records.rows[t.file_chunk]}
    attached = {attachment.file_id for attachment in records.rows[t.attachment]}
    for file in records.rows[t.file]:
        assert len(chunks[file.id]) == file.size
        assert (len(file.key), len(file.signature)) == (32, 32)
        assert file.id in attached


def test_sequences_go_on_where_the_tickets_and_tasks_stopped(records: Records) -> None:
    following = {row.id: row.next for row in records.rows[t.sequence]}
    invoices = [ticket.number for ticket in records.rows[t.ticket] if ticket.number.startswith("INV-")]
    assert following == {1: len(invoices) + 1, 2: len(records.rows[t.task]) + 1}
    assert f"INV-{len(invoices):05}" in invoices


def test_nothing_lies_in_the_future(told: tuple[Records, datetime]) -> None:
    records, now = told
    times: list[Any] = [entry.created for entry in records.rows[t.thread_entry]]
    times += [event.timestamp for event in records.rows[t.thread_event]]
    assert max(times) <= now


def test_ids_grow_with_time(records: Records) -> None:
    for table, column in ((t.ticket, "created"), (t.thread_entry, "created"), (t.thread_event, "timestamp")):
        key = table.autoincrement_column
        assert key is not None
        times = [getattr(row, column) for row in sorted(records.rows[table], key=lambda row: getattr(row, key.name))]
        assert times == sorted(times)


def test_sample_data_comes_once_only(settings: Settings) -> None:
    async def scenario(database: Database) -> None:
        await create(database, NewDesk())
        await add_demo(database)
        await add_demo(database)

    with pytest.raises(ConfigurationError, match="already"):
        play(settings, scenario)
