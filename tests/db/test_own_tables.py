"""Our own tables: what the migrations make of a database, and what they leave alone."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, inspect, select, text
from sqlalchemy.schema import CreateTable

from osticket_api.db import own
from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.db.tables import own as tables
from osticket_api.db.tables.metadata import own_metadata
from osticket_api.db.tables.own_attention import api_read_mark
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict
from osticket_api.settings import ConfigurationError, Settings
from tests.fixtures.desks import play

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def differences(tx: Read) -> list[Any]:
    """What Alembic would still change. SQLite's names of indexes are compared by `indexes` instead."""
    options: dict[str, Any] = {"version_table": tables.version_table(), "compare_type": True}
    if tx.is_sqlite:
        options["include_object"] = lambda thing, name, kind, *rest: kind != "index"
    declared = MetaData()
    for table in own_metadata.tables.values():
        table.to_metadata(declared)
    return list(compare_metadata(MigrationContext.configure(tx.connection, opts=options), declared))


def indexes(tx: Read) -> dict[str, set[tuple[bool, tuple[str | None, ...]]]]:
    found = inspect(tx.connection)
    return {
        table.name: {(bool(index["unique"]), tuple(index["column_names"])) for index in found.get_indexes(table.name)}
        for table in own_metadata.tables.values()
    }


def table_names(tx: Read) -> set[str]:
    return set(inspect(tx.connection).get_table_names())


def session_row(**values: Any) -> dict[str, Any]:
    row = {"principal_kind": "S", "principal_id": 1, "token_hash": "a" * 64, "created_at": NOON, "expires_at": NOON}
    return row | values


def test_migrations_leave_what_the_tables_declare(settings: Settings) -> None:
    async def scenario(database: Database) -> None:
        await database.write(own.migrate)
        assert await database.read(differences) == []
        assert await database.read(indexes) == {
            table.name: {(bool(index.unique), tuple(index.columns.keys())) for index in table.indexes}
            for table in own_metadata.tables.values()
        }

    play(settings, scenario)


def test_newest_migration_is_the_one_declared() -> None:
    config = Config()
    config.set_main_option("script_location", "osticket_api.db:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == own.HEAD


def test_tables_carry_the_prefix_of_the_installation(settings: Settings) -> None:
    async def scenario(database: Database) -> None:
        await database.write(own.migrate)
        assert await database.read(table_names) == {
            "help_api_session",
            "help_api_challenge",
            "help_api_code_use",
            "help_api_audit",
            "help_api_audit_seal",
            "help_api_strike",
            "help_api_credential",
            "help_api_credential_use",
            "help_api_idempotency",
            "help_api_upload",
            "help_api_field_permission",
            "help_api_switch",
            "help_api_identity",
            "help_api_sign_on",
            "help_api_passkey",
            "help_api_provider_logout",
            "help_api_provider_session",
            "help_api_event",
            "help_api_feed",
            "help_api_relay",
            "help_api_copy",
            "help_api_trace",
            "help_api_webhook",
            "help_api_delivery",
            "help_api_stream_ticket",
            "help_api_read_mark",
            "help_api_presence",
            "help_api_mail_occasion",
            "help_api_outgoing_mail",
            "help_api_mail_attempt",
            "help_api_migration",
        }

    play(settings.model_copy(update={"db_prefix": "help_"}), scenario)


def test_removing_leaves_no_trace_and_touches_nothing_else(settings: Settings) -> None:
    async def scenario(database: Database) -> None:
        await database.write(lambda tx: tx.connection.execute(CreateTable(t.api_key)))
        assert not await database.read(own.exists)
        await database.write(own.migrate)
        assert await database.read(own.exists)
        await database.write(own.remove)
        assert await database.read(table_names) == {"ost_api_key"}
        assert not await database.read(own.exists)
        await database.write(own.remove)

    play(settings, scenario)


def test_migrating_again_changes_nothing(settings: Settings) -> None:
    async def scenario(database: Database) -> None:
        assert not await database.read(own.is_current)
        await database.write(own.migrate)
        await database.write(lambda tx: tx.insert(tables.api_session, **session_row()))
        await database.write(own.migrate)
        assert await database.read(own.is_current)
        assert await database.read(lambda tx: len(tx.rows(select(tables.api_session)))) == 1

    play(settings, scenario)


def test_interrupted_migration_is_finished_by_running_it_again(settings: Settings) -> None:
    async def scenario(database: Database) -> None:
        await database.write(lambda tx: tx.connection.execute(CreateTable(tables.api_session)))
        assert await database.read(own.exists)
        assert not await database.read(own.is_current)
        await database.write(own.migrate)
        assert await database.read(differences) == []

    play(settings, scenario)


def test_read_marks_that_an_early_build_left_behind_are_taken_over(settings: Settings) -> None:
    def early(tx: Write) -> None:
        tx.connection.execute(CreateTable(api_read_mark))
        tx.insert(api_read_mark, principal="staff:1", ticket_id=7, entry_id=3, read_at=NOON)

    async def scenario(database: Database) -> None:
        await database.write(early)
        await database.write(own.migrate)
        assert await database.read(differences) == []
        mark = api_read_mark.c
        rows = await database.read(lambda tx: tx.rows(select(mark.principal, mark.entry_id).order_by(mark.principal)))
        assert [tuple(row) for row in rows] == [("*", 0), ("staff:1", 3)]

    play(settings, scenario)


def test_what_is_there_when_the_marks_begin_counts_as_read(settings: Settings) -> None:
    def history(tx: Write) -> None:
        tx.connection.execute(CreateTable(t.thread_entry))
        for body in ("one", "two"):
            tx.insert(t.thread_entry, type="M", body=body, created=tx.now)

    async def scenario(database: Database) -> None:
        await database.write(history)
        await database.write(own.migrate)
        mark = api_read_mark.c
        assert await database.read(lambda tx: tx.scalar(select(mark.entry_id).where(mark.principal == "*"))) == 2

    play(settings, scenario)


def test_tables_of_a_newer_version_are_left_alone(settings: Settings) -> None:
    def age(tx: Write) -> None:
        tx.connection.exec_driver_sql("UPDATE ost_api_migration SET version_num = '9999'")

    async def scenario(database: Database) -> None:
        await database.write(own.migrate)
        await database.write(age)
        with pytest.raises(ConfigurationError, match="made by a newer osticket-api"):
            await database.write(own.migrate)

    play(settings, scenario)


def test_moments_are_stored_in_utc_whatever_the_zone_of_the_help_desk(settings: Settings) -> None:
    def stored(tx: Write) -> tuple[Any, str]:
        tx.insert(tables.api_session, **session_row(rotated_at=None, ip="::1", user_agent="grüße 😀"))
        row = tx.row(select(tables.api_session))
        raw = tx.scalar(text("SELECT created_at FROM ost_api_session"))
        return row, str(raw)

    async def scenario(database: Database) -> None:
        await database.write(own.migrate)
        database.zone = ZoneInfo("America/New_York")
        row, raw = await database.write(stored)
        assert (row.created_at, row.rotated_at, row.user_agent) == (NOON, None, "grüße 😀")
        assert raw == "2026-07-01 12:00:00"

    play(settings, scenario)


def test_token_hash_is_taken_once(settings: Settings) -> None:
    async def scenario(database: Database) -> None:
        await database.write(own.migrate)
        await database.write(lambda tx: tx.insert(tables.api_session, **session_row()))
        with pytest.raises(Conflict):
            await database.write(lambda tx: tx.insert(tables.api_session, **session_row()))

    play(settings, scenario)


def test_idempotency_keys_are_compared_exactly(settings: Settings) -> None:
    def add(tx: Write, key: str) -> int:
        values = {"principal": "staff:1", "fingerprint": "f" * 64, "created_at": NOON, "body": bytes(100_000)}
        return tx.insert(tables.api_idempotency, idempotency_key=key, **values)

    async def scenario(database: Database) -> None:
        await database.write(own.migrate)
        await database.write(add, "key")
        await database.write(add, "Key")
        await database.write(add, "kéÿ")
        kept = tables.api_idempotency.c
        row = await database.read(
            lambda tx: tx.row(select(kept.status, kept.body).where(kept.idempotency_key == "Key"))
        )
        assert row is not None
        assert (row.status, len(row.body)) == (None, 100_000)
        kept_key = await database.read(lambda tx: tx.scalar(select(kept.idempotency_key).where(kept.id == 3)))
        assert kept_key == "kéÿ"
        assert await database.read(lambda tx: tx.scalar(select(kept.id).where(kept.idempotency_key == "kéÿ"))) == 3

    play(settings, scenario)
