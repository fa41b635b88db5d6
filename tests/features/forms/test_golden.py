"""The rows that osTicket itself was seen to write, row by row."""

from typing import Any

import pytest

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.errors import Faults
from osticket_api.features.forms import api as forms
from osticket_api.features.forms import references
from osticket_api.kit import php_json
from tests.features.forms.rows import Changes, changes, expected
from tests.fixtures.f1 import HelpDesk, fixture_rows, golden_case

TICKET, PERSON, GROUP, TASK = 901, 902, 903, 904


def fill_in(
    tx: Write, asked: list[Any], kind: str, object_id: int, given: dict[str, Any], actor: forms.Actor = "staff"
) -> None:
    faults = Faults()
    answers = forms.validate(tx, asked, given, actor=actor, faults=faults)
    faults.raise_if_any()
    asked = [form if isinstance(form, forms.TopicForm) else forms.TopicForm(form) for form in asked]
    forms.create_entries(tx, asked, object_type=kind, object_id=object_id, answers=answers)


def edit(tx: Write, kind: str, object_id: int, given: dict[str, Any], actor: forms.Actor = "staff") -> dict[str, Any]:
    entries, faults = forms.load_entries(tx, kind, object_id), Faults()
    answers = forms.validate_changes(tx, entries, given, actor=actor, faults=faults)
    faults.raise_if_any()
    return {key: value for entry in entries for key, value in forms.save_answers(tx, entry, answers).items()}


def recorded_fields(number: str) -> Any:
    """What the `edited` event of a golden case says of answers."""
    (event,) = golden_case(number)["changes"]["ost_thread_event"]["inserted"]
    return php_json.decode(event["data"])["fields"]


@pytest.mark.parametrize(
    ("case", "topic_id", "actor", "given"),
    [
        ("002", 1, "api", {"subject": "Two files", "priority": 3}),
        ("006", None, "api", {"subject": "No network", "priority": 2}),
        ("009", None, "api", {"subject": "urgent: door", "priority": 4}),
        ("043", 1, "user", {"subject": "Web question", "priority": 2}),
        ("069", 1, "staff", {"subject": "Phone call", "priority": "normal"}),
        ("070", 10, "staff", {"subject": "Leak", "priority": "Emergency"}),
    ],
)
def test_a_new_ticket_leaves_the_rows_of_osticket(
    help_desk: HelpDesk, case: str, topic_id: int | None, actor: forms.Actor, given: dict[str, Any]
) -> None:
    asked = help_desk.trial(lambda tx: forms.topic_forms(tx, topic_id))
    made = help_desk.trial(lambda tx: changes(tx, lambda: fill_in(tx, asked, "T", TICKET, given, actor)))
    assert made == expected(case, made, {"<id:ost_ticket:1>": TICKET})


@pytest.mark.parametrize(("case", "priority"), [("001", 2), ("010", 1), ("013", 2)])
def test_a_new_user_with_a_new_ticket_leaves_the_rows_of_osticket(
    help_desk: HelpDesk, case: str, priority: int
) -> None:
    def create(tx: Write) -> None:
        fill_in(tx, [forms.load_form(tx, "U")], "U", PERSON, {"name": "Nia", "email": "nia@fresh.test"}, "api")
        given = {"subject": "No network", "priority": priority}
        fill_in(tx, forms.topic_forms(tx, 2 if case == "010" else None), "T", TICKET, given, "api")

    made = help_desk.trial(lambda tx: changes(tx, lambda: create(tx)))
    assert made == expected(case, made, {"<id:ost_user:1>": PERSON, "<id:ost_ticket:1>": TICKET})


@pytest.mark.parametrize(
    ("case", "kind", "symbol", "object_id", "given"),
    [
        ("219", "A", "ost_task", TASK, {"title": "Carry boxes", "description": "<p>Ten.</p>"}),
        ("248", "U", "ost_user", PERSON, {"phone": "318 555 8634", "notes": "<p>Prefers mail</p>"}),
        ("253", "U", "ost_user", PERSON, {"phone": "", "notes": ""}),
        (
            "276",
            "O",
            "ost_organization",
            GROUP,
            {"address": "2 Side Street", "phone": "5552222", "website": "https://beta.test", "notes": ""},
        ),
    ],
)
def test_people_and_tasks_leave_the_rows_of_osticket(
    help_desk: HelpDesk, case: str, kind: str, symbol: str, object_id: int, given: dict[str, Any]
) -> None:
    form = help_desk.trial(lambda tx: forms.load_form(tx, kind))
    made = help_desk.trial(lambda tx: changes(tx, lambda: fill_in(tx, [form], kind, object_id, given)))
    assert made == expected(case, made, {f"<id:{symbol}:1>": object_id})


HARDWARE = {
    "asset_tag": "LT-0042",
    "details": "14 inch",
    "condition": "broken",
    "warranty": True,
    "needed_by": "2024-03-20",
    "impact": 3,
    "owner_dept": 3,
    "site": 1,
    "desk_phone": "555-0001",
}


def test_a_topic_form_leaves_the_answers_of_the_recorded_ticket(help_desk: HelpDesk) -> None:
    asked = help_desk.trial(lambda tx: forms.topic_forms(tx, 12))
    given = {"subject": "New laptop", "priority": 3} | HARDWARE
    made = help_desk.trial(lambda tx: changes(tx, lambda: fill_in(tx, asked, "T", TICKET, given, "api")))
    first = made["ost_form_entry"]["inserted"][0]["id"]
    recorded = {
        row["field_id"]: row for row in fixture_rows()["ost_form_entry_values"] if row["entry_id"] in (109, 110)
    }
    recorded[44]["value"] = "false"  # no photo this time
    for row in recorded.values():
        row["entry_id"] += first - 109
    assert made["ost_form_entry_values"]["inserted"] == list(recorded.values())
    assert [row["sort"] for row in made["ost_form_entry"]["inserted"]] == [0, 1]
    assert made["ost_ticket__cdata"]["inserted"] == [{"ticket_id": TICKET, "subject": "New laptop", "priority": "3"}]


@pytest.mark.parametrize(
    ("case", "given"),
    [
        ("166", {"37": "<p>15 inch, <b>silver</b></p>"}),
        ("167", {"38": "new"}),
        ("168", {"39": False}),
        ("169", {"39": None}),
        ("170", {"40": "2024-04-02"}),
        ("172", {"42": 2}),
        ("174", {"45": "5550777"}),
        ("175", {"46": "CC-7"}),
    ],
)
def test_editing_one_answer_leaves_the_row_and_the_event_of_osticket(
    help_desk: HelpDesk, case: str, given: dict[str, Any]
) -> None:
    def trial(tx: Write) -> tuple[Changes, dict[str, Any], str]:
        fields: dict[str, Any] = {}
        made = changes(tx, lambda: fields.update(edit(tx, "T", 5, given)))
        return made, fields, forms.search_content(tx, "T", 5)

    made, fields, content = help_desk.trial(trial)
    assert made == expected(case, made)
    assert fields == recorded_fields(case)
    (indexed,) = golden_case(case)["changes"]["ost__search"]["updated"]
    assert content == indexed["after"]["content"]


@pytest.mark.parametrize(
    ("case", "kind", "object_id", "given"),
    [
        ("150", "T", 1, {"subject": "Printer jam (tray 2)", "priority": 2}),
        ("155", "T", 1, {"priority": 4}),
        ("244", "A", 7, {"title": "Check directory sync today"}),
        ("245", "A", 7, {"title": "Check sync"}),
    ],
)
def test_editing_looked_up_answers_moves_the_lookup_table_too(
    help_desk: HelpDesk, case: str, kind: str, object_id: int, given: dict[str, Any]
) -> None:
    def trial(tx: Write) -> tuple[Changes, dict[str, Any]]:
        fields: dict[str, Any] = {}
        return changes(tx, lambda: fields.update(edit(tx, kind, object_id, given))), fields

    made, fields = help_desk.trial(trial)
    assert made == expected(case, made)
    assert fields == recorded_fields(case)


@pytest.mark.parametrize(
    ("case", "kind", "object_id", "actor", "given"),
    [
        ("067", "U", 11, "user", {"phone": "5550009"}),
        ("255", "U", 13, "staff", {"phone": "5559999", "notes": "<p>Moved</p>"}),
        ("279", "O", 15, "staff", {"address": "1 Main Street", "phone": "5551234567", "notes": "<p>big</p>"}),
    ],
)
def test_editing_people_leaves_the_rows_of_osticket(
    help_desk: HelpDesk, case: str, kind: str, object_id: int, actor: forms.Actor, given: dict[str, Any]
) -> None:
    made = help_desk.trial(lambda tx: changes(tx, lambda: edit(tx, kind, object_id, given, actor)))
    assert made == expected(case, made)


def test_a_client_edit_changes_only_what_was_sent(help_desk: HelpDesk) -> None:
    """osTicket's page sends the whole form, so its event also names the department, whose row stays as it is."""

    def trial(tx: Write) -> tuple[Changes, dict[str, Any]]:
        fields: dict[str, Any] = {}
        given = {"asset_tag": "LT-0043", "condition": "used", "owner_dept": 3}
        return changes(tx, lambda: fields.update(edit(tx, "T", 5, given, "user"))), fields

    made, fields = help_desk.trial(trial)
    assert made == expected("052", made)
    assert fields == {key: value for key, value in recorded_fields("052").items() if key != "42"}


def test_another_file_replaces_the_attachment_of_the_field(
    help_desk: HelpDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(references, "usable_by", lambda tx, caller, ids: ids)

    def trial(tx: Write) -> tuple[Changes, int]:
        new = {"ft": "T", "bk": "D", "type": "text/plain", "size": 4, "key": "k", "signature": "s", "name": "new.txt"}
        file_id = tx.insert(t.file, **new)
        return changes(tx, lambda: edit(tx, "T", 5, {"photo": [file_id]})), file_id

    made, file_id = help_desk.trial(trial)
    assert made == expected("176", made, {"<id:ost_file:1>": file_id, "<crc32:E+field 44+entry 110>": 9630581})


@pytest.mark.parametrize(("case", "kind", "object_id"), [("139", "T", 1), ("140", "T", 2), ("240", "A", 7)])
def test_deleting_leaves_what_osticket_leaves(help_desk: HelpDesk, case: str, kind: str, object_id: int) -> None:
    made = help_desk.trial(lambda tx: changes(tx, lambda: forms.delete_entries(tx, kind, object_id)))
    assert made == expected(case, made)


def test_deleting_a_form_with_a_file_frees_the_file(help_desk: HelpDesk) -> None:
    made = help_desk.trial(lambda tx: changes(tx, lambda: forms.delete_entries(tx, "T", 5)))
    assert [row["id"] for row in made["ost_attachment"]["deleted"]] == [96]
    assert len(made["ost_form_entry_values"]["deleted"]) == 13


@pytest.mark.parametrize("kind", ["T", "O"])
def test_the_index_text_is_that_of_osticket(help_desk: HelpDesk, kind: str) -> None:
    rows = [row for row in fixture_rows()["ost__search"] if row["object_type"] == kind]
    contents = help_desk.trial(
        lambda tx: {row["object_id"]: forms.search_content(tx, kind, row["object_id"]) for row in rows}
    )
    assert contents == {row["object_id"]: row["content"].replace("png,", "png") for row in rows}
