"""A new help desk in an empty database."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from osticket_api.db import tables as t
from osticket_api.db.connect import prepare
from osticket_api.db.engine import Database
from osticket_api.db.own import migrate
from osticket_api.db.unit import Read, Write
from osticket_api.embedded import NewDesk, create, is_empty, search_index
from osticket_api.settings import ConfigurationError, Settings, load
from tests.embedded.records import Records, check_all, read_records
from tests.fixtures.desks import play

DESK = NewDesk(title="Blue Help", admin_username="root", admin_email="root@blue.example", admin_password="s3cret!")


def run(tx: Write, statement: str) -> None:
    tx.connection.execute(text(statement))


def created(settings: Settings, desk: NewDesk = DESK) -> Records:
    async def scenario(database: Database) -> Records:
        await create(database, desk)
        return await database.read(read_records)

    return play(settings, scenario)


def test_a_new_help_desk_is_one_that_the_server_starts_on(settings: Settings) -> None:
    async def scenario(database: Database) -> str:
        await create(database, DESK)
        await database.write(migrate)
        return await prepare(database, settings)

    assert play(settings, scenario) == "1.18.1"


def test_a_new_help_desk_holds_what_its_creator_decided(settings: Settings) -> None:
    records = created(settings)
    values = {(row.namespace, row.key): row.value for row in records.rows[t.config]}
    assert values["core", "helpdesk_title"] == "Blue Help"
    assert values["core", "admin_email"] == "root@blue.example"
    (administrator,) = records.rows[t.staff]
    assert (administrator.username, administrator.isadmin, administrator.passwd[:7]) == ("root", True, "$2a$08$")
    assert {mailbox.email for mailbox in records.rows[t.email]} == set(DESK.mailboxes)


def test_nothing_in_a_new_help_desk_refers_to_something_missing(settings: Settings) -> None:
    records = created(settings)
    fields, forms, queues = (set(records.by(table, "id")) for table in (t.form_field, t.form, t.queue))
    assert {field.form_id for field in records.rows[t.form_field]} <= forms
    assert {answer.field_id for answer in records.rows[t.form_entry_values]} <= fields
    assert {row.queue_id for table in (t.queue_columns, t.queue_sorts) for row in records.rows[table]} <= queues
    assert {row.schedule_id for row in records.rows[t.schedule_entry]} == set(records.by(t.schedule, "id"))
    check_all(records, None)


def test_a_database_that_has_a_table_is_refused(settings: Settings) -> None:
    async def scenario(database: Database) -> None:
        await database.write(run, "CREATE TABLE mine (id INTEGER)")
        assert not await database.read(is_empty)
        await create(database, DESK)

    with pytest.raises(ConfigurationError, match="not empty"):
        play(settings, scenario)


@pytest.mark.parametrize(
    "desk",
    [
        NewDesk(admin_email="nobody"),
        NewDesk(admin_email="support@blue.example"),
        NewDesk(timezone="Middle/Earth"),
        NewDesk(admin_username=""),
    ],
)
def test_values_osticket_would_refuse_are_refused(settings: Settings, desk: NewDesk) -> None:
    with pytest.raises(ConfigurationError):
        created(settings, desk)


def test_limited_access_may_reply_and_create_tasks(settings: Settings) -> None:
    role = created(settings).by(t.role, "name")["Limited Access"]
    assert '"ticket.reply":1' in role.permissions
    assert '"task.create":1' in role.permissions
    assert '"ticket.close"' not in role.permissions


def found_by(tx: Read, word: str) -> list[int]:
    """The ids of `_search` rows with a word, by the full-text index of either database."""
    name = t.search.name
    if tx.is_sqlite:
        match = f'rowid IN (SELECT rowid FROM "{search_index()}" WHERE "{search_index()}" MATCH :word)'
    else:
        match = "MATCH(title, content) AGAINST (:word IN BOOLEAN MODE)"
    return sorted(tx.scalars(text(f"SELECT object_id FROM {name} WHERE {match}"), {"word": word}))


def test_whoever_writes_the_search_table_feeds_the_index(settings: Settings) -> None:
    """New words are found after the commit only, so each step is a unit of its own."""
    here = t.search.c.object_id == 2

    async def scenario(database: Database) -> list[list[int]]:
        async def hits(word: str) -> list[int]:
            return await database.read(found_by, word)

        await create(database, DESK)
        rows = [
            {"object_type": "T", "object_id": number, "title": f"Blüte {number}", "content": "rot"}
            for number in (1, 2, 3)
        ]
        await database.write(lambda tx: tx.insert_many(t.search, rows))
        answers = [await hits("Blüte")]
        await database.write(lambda tx: tx.change(t.search.update().where(here).values(title="Knospe")))
        answers += [await hits("Blüte"), await hits("Knospe")]
        columns = "(object_type, object_id, title, content)"
        await database.write(run, f"REPLACE INTO {t.search.name} {columns} VALUES ('T', 2, 'Blatt', '')")
        answers += [await hits("Knospe"), await hits("Blatt")]
        await database.write(lambda tx: tx.change(t.search.delete().where(here)))
        return [*answers, await hits("Blatt")]

    assert play(settings, scenario) == [[1, 2, 3], [1, 3], [2], [], [2], []]


def test_the_index_of_sqlite_ignores_case_and_accents_and_survives_vacuum(tmp_path: Path) -> None:
    settings = load(_env_file=None, db_connection="sqlite", data_dir=tmp_path)

    async def fill(database: Database) -> None:
        await create(database, DESK)
        rows = [{"object_type": "T", "object_id": number, "title": "Café", "content": ""} for number in (5, 6, 7)]
        await database.write(lambda tx: tx.insert_many(t.search, rows))
        await database.write(lambda tx: tx.change(t.search.delete().where(t.search.c.object_id == 5)))

    play(settings, fill)
    with closing(sqlite3.connect(settings.sqlite_path)) as connection:
        connection.execute("VACUUM")
    assert play(settings, lambda database: database.read(found_by, "CAFE")) == [6, 7]


def test_ids_go_on_behind_the_rows_of_a_new_help_desk(settings: Settings) -> None:
    async def scenario(database: Database) -> tuple[int, int]:
        await create(database, DESK)
        highest = await database.read(lambda tx: int(tx.scalar(select(func.max(t.form_field.c.id)))))
        added = await database.write(
            lambda tx: tx.insert(
                t.form_field, form_id=2, type="text", label="X", name="x", created=tx.now, updated=tx.now
            )
        )
        return highest, added

    highest, added = play(settings, scenario)
    assert added == highest + 1
