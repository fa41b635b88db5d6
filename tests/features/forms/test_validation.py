"""What is said to a caller who fills in a form wrongly."""

from typing import Any

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.errors import Fault, Faults
from osticket_api.features.forms import api as forms
from tests.fixtures.f1 import HelpDesk

SUBJECT = {"subject": "New laptop", "asset_tag": "LT-1"}


def check(
    tx: Write, given: dict[str, Any], actor: forms.Actor = "staff", topic_id: int = 12
) -> tuple[forms.Answers, list[Fault]]:
    faults = Faults()
    answers = forms.validate(tx, forms.topic_forms(tx, topic_id), given, actor=actor, faults=faults)
    return answers, faults.found


def faults_of(help_desk: HelpDesk, given: dict[str, Any], actor: forms.Actor = "staff") -> dict[str, Fault]:
    _, found = help_desk.trial(lambda tx: check(tx, given, actor))
    return {str(fault.field): fault for fault in found}


def test_everything_that_is_wrong_is_said_at_once(help_desk: HelpDesk) -> None:
    faults = faults_of(help_desk, {"condition": "brokn", "impact": "urgent", "colour": "red", "needed_by": "soon"})
    assert {path: fault.code for path, fault in faults.items()} == {
        "custom_fields.condition": "invalid",
        "custom_fields.impact": "invalid",
        "custom_fields.colour": "unknown_field",
        "custom_fields.needed_by": "invalid",
        "subject": "required",
        "custom_fields.asset_tag": "required",
    }
    assert faults["custom_fields.condition"].message == "Condition has no choice brokn. Did you mean broken?"
    assert faults["custom_fields.condition"].detail == {"allowed": ["new", "used", "broken"]}
    assert faults["custom_fields.impact"].detail == {"allowed": ["Low", "Normal", "High", "Emergency"]}


@pytest.mark.parametrize("key", ["asset_tag", "Asset_Tag", "36", "field.36", "Asset tag"])
def test_a_field_goes_by_name_id_or_label(help_desk: HelpDesk, key: str) -> None:
    answers, found = help_desk.trial(lambda tx: check(tx, {"subject": "x", key: "LT-1"}))
    assert not found
    assert answers[36].value == "LT-1"


def test_the_nearest_field_is_named(help_desk: HelpDesk) -> None:
    faults = faults_of(help_desk, SUBJECT | {"asset_tags": "LT-2"})
    assert faults["custom_fields.asset_tags"].message == "There is no field asset_tags. Did you mean asset_tag?"


def test_blank_answers_do_not_satisfy_a_requirement(help_desk: HelpDesk) -> None:
    faults = faults_of(help_desk, {"subject": "  ", "asset_tag": "<b></b>"})
    assert {fault.code for fault in faults.values()} == {"required"}


def test_a_refused_answer_is_not_also_missing(help_desk: HelpDesk) -> None:
    faults = faults_of(help_desk, SUBJECT | {"asset_tag": "=1+1"})
    assert [fault.code for fault in faults.values()] == ["invalid"]


def test_clients_are_not_told_of_internal_fields(help_desk: HelpDesk) -> None:
    faults = faults_of(help_desk, SUBJECT | {"cost_centre": "CC-7"}, "user")
    assert faults["custom_fields.cost_centre"].code == "unknown_field"
    assert not faults_of(help_desk, SUBJECT | {"cost_centre": "CC-7"}, "staff")
    assert not faults_of(help_desk, SUBJECT | {"cost_centre": "CC-7"}, "api")


def test_a_field_that_clients_only_see_cannot_be_set_by_them(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> list[Fault]:
        tx.change(update(t.form_field).where(t.form_field.c.id == 46).values(flags=0x3101))
        return check(tx, SUBJECT | {"cost_centre": "CC-7"}, "user")[1]

    (fault,) = help_desk.trial(trial)
    assert fault.code == "not_editable"


def test_a_default_priority_is_taken_whoever_acts(help_desk: HelpDesk) -> None:
    answers, found = help_desk.trial(lambda tx: check(tx, SUBJECT | {"priority": 4, "message": "hello"}, "user"))
    assert not found
    assert answers[22].value == "Emergency"


@pytest.mark.parametrize("key", ["22", "field.22", "Priority Level"])
def test_a_default_is_no_way_round_the_rights(help_desk: HelpDesk, key: str) -> None:
    _, (fault,) = help_desk.trial(lambda tx: check(tx, SUBJECT | {key: 4, "priority": 2}, "user"))
    assert fault.code == "unknown_field"


def test_clients_cannot_change_the_priority(help_desk: HelpDesk) -> None:
    _, (fault,) = help_desk.trial(lambda tx: change(tx, 1, {"priority": 4}, "user"))
    assert (fault.field, fault.code) == ("priority", "unknown_field")


def test_who_acts_decides_what_is_required(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> list[list[Fault]]:
        tx.change(update(t.form_field).where(t.form_field.c.id == 37).values(flags=0x3301 | 0x4000))
        actors: list[forms.Actor] = ["staff", "user", "api"]
        return [check(tx, SUBJECT, actor)[1] for actor in actors]

    staff, user, api = help_desk.trial(trial)
    assert [fault.field for fault in staff] == ["custom_fields.details"]
    assert not user
    assert not api


def test_what_the_topic_hides_is_neither_asked_nor_taken(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> list[Fault]:
        hidden = update(t.help_topic_form).where(t.help_topic_form.c.id == 6)
        tx.change(hidden.values(extra='{"disable":[36,38]}'))
        return check(tx, {"subject": "x", "condition": "new"})[1]

    (fault,) = help_desk.trial(trial)
    assert (fault.field, fault.code) == ("custom_fields.condition", "unknown_field")


def test_a_required_field_of_a_plugin_stops_nobody(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> list[Fault]:
        tx.change(update(t.form_field).where(t.form_field.c.id == 36).values(type="rating"))
        return check(tx, {"subject": "x"})[1]

    assert not help_desk.trial(trial)


def test_fields_of_the_same_name_get_the_same_answer(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> forms.Answers:
        tx.change(update(t.form_field).where(t.form_field.c.id == 37).values(name="subject"))
        return check(tx, SUBJECT)[0]

    answers = help_desk.trial(trial)
    assert answers[20].value == answers[37].value == "New laptop"


def test_half_a_character_in_a_key_is_answered(help_desk: HelpDesk) -> None:
    faults = faults_of(help_desk, SUBJECT | {"\ud83d": 1})
    assert [path.encode() for path in faults] == [b"custom_fields.?"]


def change(
    tx: Write, ticket_id: int, given: dict[str, Any], actor: forms.Actor = "staff"
) -> tuple[dict[str, Any], list[Fault]]:
    entries, faults = forms.load_entries(tx, "T", ticket_id), Faults()
    answers = forms.validate_changes(tx, entries, given, actor=actor, faults=faults)
    saved = (
        {} if faults.found else {k: v for entry in entries for k, v in forms.save_answers(tx, entry, answers).items()}
    )
    return saved, faults.found


def test_what_is_left_out_of_a_change_stays(help_desk: HelpDesk) -> None:
    saved, found = help_desk.trial(lambda tx: change(tx, 5, {"details": "16 inch"}))
    assert not found
    assert saved == {"37": ["14 inch", "16 inch"]}


def test_null_clears(help_desk: HelpDesk) -> None:
    cleared = {"details": None, "condition": None, "site": None, "photo": None, "impact": None, "owner_dept": None}
    saved, _ = help_desk.trial(lambda tx: change(tx, 5, cleared))
    assert {key: new for key, (_, new) in saved.items()} == {
        "37": "",
        "38": None,
        "41": None,
        "42": None,
        "43": None,
        "44": "false",
    }


def test_a_required_answer_cannot_be_cleared(help_desk: HelpDesk) -> None:
    _, (fault,) = help_desk.trial(lambda tx: change(tx, 5, {"asset_tag": None}))
    assert (fault.field, fault.code) == ("custom_fields.asset_tag", "required")


def test_what_was_read_can_be_sent_back_without_a_change(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> tuple[dict[str, Any], list[Fault]]:
        return change(tx, 5, forms.read_answers(tx, "T", [5], audience="staff")[5])

    assert help_desk.trial(trial) == ({}, [])


def test_a_choice_that_is_gone_can_be_sent_back(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> tuple[dict[str, Any], list[Fault]]:
        tx.change(update(t.list_items).where(t.list_items.c.id == 1).values(list_id=None))
        return change(tx, 5, {"site": {"id": 1, "value": "Berlin"}})

    assert help_desk.trial(trial) == ({}, [])
