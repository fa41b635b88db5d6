"""Answers as the API shows them, and the tables they are looked up in."""

from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, delete, insert, select, text, update

from osticket_api.db import tables as t
from osticket_api.db.caches import CDATA, CDATA_LOOKED
from osticket_api.db.unit import Write
from osticket_api.errors import NotFound
from osticket_api.features.forms import api as forms
from tests.fixtures.f1 import HelpDesk

LAPTOP = {
    "asset_tag": "LT-0042",
    "details": "14 inch",
    "condition": {"key": "broken", "label": "Broken"},
    "warranty": True,
    "needed_by": "2024-03-20",
    "impact": {"id": 3, "name": "High"},
    "owner_dept": {"id": 3, "name": "Maintenance"},
    "site": {"id": 1, "value": "Berlin"},
    "photo": [{"id": 92, "name": "photo.png", "url": "/api/v2/tickets/5/files/92"}],
    "desk_phone": "5550001",
}


def test_agents_see_internal_answers_and_clients_do_not(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> tuple[Any, Any]:
        staff = forms.read_answers(tx, "T", [1, 5], audience="staff")
        return staff, forms.read_answers(tx, "T", [1, 5], audience="client")

    staff, client = help_desk.trial(trial)
    assert staff == {5: LAPTOP | {"cost_centre": None}}
    assert client == {5: LAPTOP}


def test_built_in_fields_can_be_read_too(help_desk: HelpDesk) -> None:
    answers = help_desk.trial(lambda tx: forms.read_answers(tx, "T", [6], exclude=()))
    assert answers == {6: {"subject": "Desk move", "priority": {"id": 1, "name": "Low"}}}


def test_many_objects_take_one_query(help_desk: HelpDesk) -> None:
    help_desk.trial(lambda tx: forms.read_answers(tx, "T", [1, 2, 3, 4, 5, 6], audience="staff"))
    assert help_desk.query_count == 1


def test_nothing_asked_takes_no_query(help_desk: HelpDesk) -> None:
    assert help_desk.trial(lambda tx: forms.read_answers(tx, "T", [])) == {}
    assert help_desk.query_count == 0


def test_people_and_groups_have_answers(help_desk: HelpDesk) -> None:
    answers = help_desk.trial(lambda tx: forms.read_answers(tx, "O", [15], audience="staff"))
    assert answers[15] == {
        "address": "1 Main Street",
        "phone": "5551234567",
        "website": "https://acme-corp.test",
        "notes": None,
    }


def test_a_department_known_only_by_a_name_stays_readable(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> Any:
        answer = t.form_entry_values
        tx.change(update(answer).where(answer.c.field_id == 42).values(value="Old Stores", value_id=None))
        return forms.read_answers(tx, "T", [5])[5]["owner_dept"]

    assert help_desk.trial(trial) == {"id": None, "name": "Old Stores"}


def test_answers_to_removed_fields_are_still_shown(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> Any:
        tx.change(update(t.form_field).where(t.form_field.c.id == 36).values(form_id=None))
        return forms.read_answers(tx, "T", [5], audience="staff")[5]["asset_tag"]

    assert help_desk.trial(trial) == "LT-0042"


def test_a_field_without_name_goes_by_its_id(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> Any:
        tx.change(update(t.form_field).where(t.form_field.c.id == 36).values(name=""))
        return forms.read_answers(tx, "T", [5])[5]["field_36"]

    assert help_desk.trial(trial) == "LT-0042"


@pytest.mark.parametrize(
    ("topic_id", "titles", "sorts", "extra"),
    [
        (None, ["Ticket Details"], [1], None),
        (1, ["Ticket Details"], [0], '{"disable":[]}'),
        (12, ["Ticket Details", "Hardware details"], [0, 1], '{"disable":[]}'),
    ],
)
def test_a_ticket_is_asked_the_forms_of_its_topic(
    help_desk: HelpDesk, topic_id: int | None, titles: list[str], sorts: list[int], extra: str | None
) -> None:
    asked = help_desk.trial(lambda tx: forms.topic_forms(tx, topic_id))
    assert [form.form.title for form in asked] == titles
    assert [form.sort for form in asked] == sorts
    assert {form.extra for form in asked} == {extra}
    assert help_desk.query_count == 1


def test_a_topic_without_the_ticket_form_asks_it_all_the_same(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> list[forms.TopicForm]:
        tx.change(delete(t.help_topic_form).where(t.help_topic_form.c.id == 5))
        return forms.topic_forms(tx, 12)

    ticket, hardware = help_desk.trial(trial)
    assert (ticket.form.type, ticket.sort, ticket.extra) == ("T", 1, None)
    assert (hardware.form.type, hardware.sort, hardware.extra) == ("G", 1, '{"disable":[]}')


def test_a_deleted_form_is_not_asked(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> list[forms.TopicForm]:
        tx.change(update(t.form).where(t.form.c.id == 8).values(flags=3))
        return forms.topic_forms(tx, 12)

    assert [form.form.id for form in help_desk.trial(trial)] == [2]


def test_a_help_desk_without_a_form_of_a_type_says_so(help_desk: HelpDesk) -> None:
    with pytest.raises(NotFound):
        help_desk.trial(lambda tx: forms.load_form(tx, "Z"))


def add_room(tx: Write) -> None:
    """A field that somebody added to the ticket form; osTicket has not given it a column yet."""
    tx.change(insert(t.form_field).values(form_id=2, type="text", name="room", label="Room", flags=0x3301, sort=9))


def fill_in(tx: Write, given: dict[str, forms.Answer]) -> None:
    form = forms.load_form(tx, "T")
    ids = {field.name: field.id for field in form.fields}
    answers = {ids[name]: answer for name, answer in given.items()}
    forms.create_entry(tx, form, object_type="T", object_id=901, answers=answers)


def test_a_missing_column_of_the_lookup_table_is_left_out(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> Any:
        add_room(tx)
        fill_in(tx, {"subject": forms.Answer("x", column="x"), "room": forms.Answer("12", column="12")})
        return tx.scalar(text("SELECT subject FROM ost_ticket__cdata WHERE ticket_id = 901"))

    assert help_desk.trial(trial) == "x"


def test_a_column_that_vanished_meanwhile_stops_nobody(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> Any:
        add_room(tx)
        remembered = Table("ost_ticket__cdata", MetaData(), Column("ticket_id", Integer, primary_key=True))
        for name in ("subject", "room"):
            remembered.append_column(Column(name, String(20)))
        tx.caches.make(CDATA, "T", lambda: (remembered,))
        fill_in(tx, {"subject": forms.Answer("x", column="x"), "room": forms.Answer("12", column="12")})
        fill_in(tx, {"subject": forms.Answer("y", column="y")})
        return tx.scalar(text("SELECT subject FROM ost_ticket__cdata WHERE ticket_id = 901"))

    assert help_desk.trial(trial) == "y"


def test_a_new_column_of_the_lookup_table_is_found(help_desk: HelpDesk) -> None:
    if not help_desk.url.drivername.startswith("sqlite"):
        pytest.skip("MariaDB cannot undo a change of a table")

    def trial(tx: Write) -> Any:
        fill_in(tx, {"subject": forms.Answer("x", column="x")})
        add_room(tx)
        tx.connection.exec_driver_sql("ALTER TABLE ost_ticket__cdata ADD COLUMN room TEXT")
        tx.caches.drop(CDATA_LOOKED, "T")
        fill_in(tx, {"room": forms.Answer("12", column="12")})
        return tx.scalar(text("SELECT room FROM ost_ticket__cdata WHERE ticket_id = 901"))

    assert help_desk.trial(trial) == "12"


def test_a_lookup_table_that_osticket_is_rebuilding_stops_nobody(help_desk: HelpDesk) -> None:
    if not help_desk.url.drivername.startswith("sqlite"):
        pytest.skip("MariaDB cannot undo a change of a table")

    def trial(tx: Write) -> Any:
        fill_in(tx, {"subject": forms.Answer("x", column="x")})
        tx.connection.exec_driver_sql("DROP TABLE ost_ticket__cdata")
        fill_in(tx, {"subject": forms.Answer("y", column="y")})
        fill_in(tx, {"subject": forms.Answer("z", column="z")})
        forms.delete_entries(tx, "T", 1)
        return tx.scalars(select(t.form_entry_values.c.value).where(t.form_entry_values.c.value.in_(("x", "y", "z"))))

    assert sorted(help_desk.trial(trial)) == ["x", "y", "z"]
