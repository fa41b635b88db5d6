"""The rows of a new help desk are those of a real install, its texts apart."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from osticket_api.db.engine import Database
from osticket_api.db.unit import Read
from osticket_api.embedded import NewDesk, create
from osticket_api.settings import load
from tests.fixtures.desks import play
from tests.schema.reference import fixture_rows

SAME = {
    "department": "id pid sla_id flags name ispublic group_membership message_auto_response path",
    "email_template": "tpl_id code_name",
    "content": "id type isactive",
    "event": "id name description",
    "filter": "id execorder isactive target name match_all_rules",
    "filter_rule": "filter_id what how val isactive",
    "filter_action": "filter_id sort type configuration",
    "form": "id type flags title pid",
    "form_field": "id form_id flags type label name sort hint",
    "help_topic": "topic_id topic_pid ispublic flags priority_id dept_id sla_id topic",
    "help_topic_form": "topic_id form_id sort extra",
    "list": "id name name_plural sort_mode masks type configuration",
    "queue": "id parent_id columns_id sort_id flags staff_id sort title config root path",
    "queue_column": "id name primary secondary filter truncate annotations conditions",
    "queue_columns": "queue_id column_id staff_id bits sort heading width",
    "queue_sort": "id root name columns",
    "queue_sorts": "queue_id sort_id bits sort",
    "schedule": "id flags name timezone",
    "sequence": "id name flags increment padding",
    "sla": "id schedule_id flags grace_period name",
    "team": "team_id flags name",
    "ticket_priority": "priority_id priority priority_desc priority_color priority_urgency ispublic",
    "ticket_status": "id name state mode flags sort",
}
"""Tables whose rows must be among those of the real install, with the columns compared."""


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    settings = load(_env_file=None, db_connection="sqlite", data_dir=tmp_path_factory.mktemp("seed"))

    async def scenario(database: Database) -> dict[str, list[dict[str, Any]]]:
        await create(database, NewDesk())
        return await database.read(_raw_rows)

    return play(settings, scenario)


def _raw_rows(tx: Read) -> dict[str, list[dict[str, Any]]]:
    """As stored, without our conversions."""
    names = (*SAME, "config", "role", "form_field", "ticket_status", "schedule_entry")
    return {name: [dict(row._mapping) for row in tx.rows(text(f'SELECT * FROM "ost_{name}"'))] for name in names}


@pytest.mark.parametrize("table", SAME)
def test_rows_are_those_of_a_real_install(table: str, ours: dict[str, list[dict[str, Any]]]) -> None:
    columns = SAME[table].split()
    real = [_picked(row, columns) for row in fixture_rows()[f"ost_{table}"]]
    assert ours[table]
    assert [row for row in ours[table] if _picked(row, columns) not in real] == []


def _picked(row: dict[str, Any], columns: list[str]) -> list[Any]:
    return [row[column] for column in columns]


def test_every_setting_of_a_real_install_is_there(ours: dict[str, list[dict[str, Any]]]) -> None:
    changed_later = {"verify_email_addrs", "ticket_lock"}
    theirs = {"admin_email", "helpdesk_url", "helpdesk_title"}
    real = {(row["namespace"], row["key"]): row["value"] for row in fixture_rows()["ost_config"]}
    found = {(row["namespace"], row["key"]): row["value"] for row in ours["config"]}
    assert {key for _, key in real} - {key for _, key in found} == changed_later
    assert {key: value for key, value in found.items() if real.get(key) != value and key[1] not in theirs} == {}


def test_roles_have_the_permissions_of_a_real_install(ours: dict[str, list[dict[str, Any]]]) -> None:
    real = {row["name"]: set(json.loads(row["permissions"] or "{}")) for row in fixture_rows()["ost_role"]}
    real["Limited Access"] |= {"ticket.reply", "task.create"}
    assert {row["name"]: set(json.loads(row["permissions"] or "{}")) for row in ours["role"]} == real


def test_fields_are_configured_as_in_a_real_install(ours: dict[str, list[dict[str, Any]]]) -> None:
    real = {row["id"]: json.loads(row["configuration"] or "null") for row in fixture_rows()["ost_form_field"]}
    with_own_words = 34
    for row in ours["form_field"]:
        if row["id"] != with_own_words:
            assert json.loads(row["configuration"] or "null") == real[row["id"]]


def test_schedules_have_the_hours_of_a_real_install(ours: dict[str, list[dict[str, Any]]]) -> None:
    columns = ["schedule_id", "repeats", "starts_at", "ends_at", "stops_on", "day", "week", "month"]
    real = [_picked(row, columns) for row in fixture_rows()["ost_schedule_entry"]]
    assert [_picked(row, columns) for row in ours["schedule_entry"]] == real
