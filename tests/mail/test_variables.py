"""The variable language, held against the values that osTicket was recorded to print."""

import html
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.mail.variables.company import Company
from osticket_api.mail.variables.entries import Entry
from osticket_api.mail.variables.language import Html, Thing, Value, Variables
from osticket_api.mail.variables.people import Collaborator, Owner, Scene
from osticket_api.mail.variables.records import Records
from osticket_api.mail.variables.scenes import read_by_agent, read_by_user, scene_of
from osticket_api.mail.variables.tasks import Task
from osticket_api.mail.variables.tickets import Ticket
from tests.mail.recorded import IS_HERE, MISSING, SALT, vectors
from tests.mail.stage import MailStage

pytestmark = [pytest.mark.skipif(not IS_HERE, reason=MISSING), pytest.mark.xdist_group("mails")]

NOW = datetime(2024, 3, 6, 15, tzinfo=UTC)
VALUES: dict[str, Any] = vectors("variables.json")

NOT_REACHABLE = {"passwd", "permissions", "lang", "isadmin", "assignees", "firstname", "lastname", "recipients"}
"""Parts that no list of osTicket's documentation names: a password hash is one. We print nothing, or leave them."""


def differences(variables: Variables, expected: Mapping[str, Any]) -> list[str]:
    return [
        f"{name}: {printed(variables, name)!r}, not {wanted!r}"
        for name, wanted in expected.items()
        if not is_same(printed(variables, name), wanted, name)
    ]


def printed(variables: Variables, name: str) -> Any:
    variables.file_ids.clear()
    text = variables.fill(f"%{{{name}}}", as_html=False)
    return {"text": text, "files": list(variables.file_ids)} if variables.file_ids else text


def is_same(ours: Any, recorded: Any, name: str) -> bool:
    if isinstance(recorded, dict):
        return bool(
            (ours["text"] if isinstance(ours, dict) else ours) == ""
            and isinstance(ours, dict) == bool(recorded["files"])
        )
    if recorded == "Array" or recorded.startswith("!!"):
        return ours in ("", f"%{{{name}}}") or name.endswith("members")
    if recorded == f"%{{{name}}}" and name.endswith("organization"):
        return bool(ours == "")
    if loose(recorded) == "12/2/02 12:00 AM":  # What osTicket makes of a moment that is not set.
        return bool(ours == "")
    if name.rpartition(".")[2] in NOT_REACHABLE:
        return ours in ("", f"%{{{name}}}", recorded)
    return loose(ours) in (loose(recorded), loose(html.unescape(recorded)))


def loose(text: str) -> str:
    """Spaces of any width are equal, and none counts at the end."""
    return re.sub(r"[\u202f\xa0]", " ", text).rstrip()


def row(tx: Read, table: Any, identifier: int) -> Any:
    (column,) = table.primary_key.columns
    return tx.row(select(table).where(column == identifier))


def owner_of(scene: Scene, ticket: Any) -> Owner:
    return Owner(scene, row(scene.records.tx, t.user, ticket.user_id), ticket)


def roots(scene: Scene, ticket: Any, recipient: Value) -> dict[str, Value]:
    return {
        "ticket": Ticket(scene, ticket),
        "url": scene.records.url,
        "company": Company(scene),
        "recipient": recipient,
    }


def check(stage: MailStage, section: str, make: Any, setup: list[str] | None = None, *, under: str = "") -> None:
    expected = VALUES[section]["values"]
    with stage.set_up(setup or [], NOW):
        found = stage.read(lambda tx: differences(make(tx), expected[under] if under else expected))
    assert found == []


def of_ticket(ticket_id: int, *, staff_id: int, recipient: int | None = None) -> Any:
    def make(tx: Read) -> Variables:
        scene = scene_of(Records(tx, SALT), staff_id=staff_id)
        ticket = row(tx, t.ticket, ticket_id)
        if recipient is None:
            scene = read_by_user(scene, ticket.user_id)
            return Variables(roots(scene, ticket, owner_of(scene, ticket)))
        scene = read_by_agent(scene, row(tx, t.staff, recipient))
        return Variables(roots(scene, ticket, scene.agent(recipient)))

    return make


def test_prints_tickets(stage: MailStage) -> None:
    check(stage, "ticket2_recipient_owner", of_ticket(2, staff_id=2))
    check(stage, "ticket3_closed", of_ticket(3, staff_id=1, recipient=1))


def test_prints_answers_in_forms(stage: MailStage) -> None:
    check(stage, "ticket5_custom_form", of_ticket(5, staff_id=1))


@pytest.mark.parametrize("name", VALUES.get("names", {"values": {}})["values"])
def test_prints_names_in_every_format(stage: MailStage, name: str) -> None:
    check(stage, "names", of_ticket(2, staff_id=2), [f"UPDATE ost_user SET name='{name}' WHERE id=13"], under=name)


def config(key: str, value: str) -> str:
    return (
        f"INSERT INTO ost_config(namespace,`key`,value,updated) VALUES('core','{key}','{value}',NOW())"
        f" ON DUPLICATE KEY UPDATE value='{value}'"
    )


ZONES = [
    config("default_timezone", "Europe/Berlin"),
    "UPDATE ost_user_account SET timezone='America/New_York' WHERE user_id=11",
    "UPDATE ost_staff SET timezone='Asia/Tokyo' WHERE staff_id=2",
]


@pytest.mark.parametrize("reader", ["owner", "staff2", "admin text"])
def test_prints_dates_in_three_zones(stage: MailStage, reader: str) -> None:
    def make(tx: Read) -> Variables:
        scene = scene_of(Records(tx, SALT), staff_id=2)
        ticket = row(tx, t.ticket, 6)
        if reader == "owner":
            scene = read_by_user(scene, ticket.user_id)
        elif reader == "staff2":
            scene = read_by_agent(scene, row(tx, t.staff, 2))
        thread = Ticket(scene, ticket).thread_id
        first = tx.rows(select(t.thread_entry).where(t.thread_entry.c.thread_id == thread).limit(1))[0]
        return Variables({**roots(scene, ticket, "Admin"), "comments": Entry(scene, first)})

    check(stage, "dates_tz", make, ZONES, under=reader)


CUSTOM = [
    config("date_formats", "custom"),
    config("date_format", "y-MM-dd"),
    config("time_format", "HH:mm"),
    config("datetime_format", "y-MM-dd HH:mm"),
    config("daydatetime_format", "EEE, y-MM-dd HH:mm"),
]


@pytest.mark.parametrize(("under", "setup"), [("24", [config("date_formats", "24")]), ("custom", CUSTOM)])
def test_prints_dates_in_the_patterns_of_the_help_desk(stage: MailStage, under: str, setup: list[str]) -> None:
    check(stage, "dates_24h", of_ticket(2, staff_id=2), setup, under=under)


def test_prints_dates_in_the_language_of_who_acts(stage: MailStage) -> None:
    german = ["UPDATE ost_staff SET locale='de_DE' WHERE staff_id=2"]
    check(stage, "dates_locale", of_ticket(2, staff_id=2), german, under="actor_locale_de")
    nobody = of_ticket(2, staff_id=0)
    check(stage, "dates_locale", nobody, [config("default_locale", "de_DE")], under="no_actor_default_locale_de")
    check(stage, "dates_locale", nobody, under="no_actor_en")


@pytest.mark.parametrize(("section", "task_id"), [("task7", 7), ("task8_standalone", 8)])
def test_prints_tasks(stage: MailStage, section: str, task_id: int) -> None:
    def make(tx: Read) -> Variables:
        scene = scene_of(Records(tx, SALT), staff_id=2)
        return Variables({"task": Task(read_by_agent(scene, row(tx, t.staff, 2)), row(tx, t.task, task_id))})

    check(stage, section, make)


def things(tx: Read) -> Iterator[tuple[str, Value]]:
    scene = scene_of(Records(tx, SALT), staff_id=2)
    scene = read_by_user(scene, 11)
    first, second = row(tx, t.ticket, 1), row(tx, t.ticket, 2)
    for entry_id, kind in ((41, "Message"), (43, "Response"), (44, "Note")):
        yield f"entry{entry_id}_{kind}ThreadEntry", Entry(scene, row(tx, t.thread_entry, entry_id))
    yield "person_staff2", scene.agent(2)
    yield "person_owner11", owner_of(scene, first)
    yield "person_user11", scene.user(11)
    yield "person_team1", scene.team(1)
    yield "person_text", "Some text"
    yield "person_collaborator81", Collaborator(scene, row(tx, t.thread_collaborator, 81), second.ticket_id)


@pytest.mark.parametrize("section", [name for name in VALUES if name.startswith(("entry", "person"))])
def test_prints_entries_and_people(stage: MailStage, section: str) -> None:
    check(stage, section, lambda tx: Variables({"xx": dict(things(tx))[section]}))


class Words(Thing):
    def find(self, name: str) -> Value:
        return {"number": "100001"}.get(name)

    def text(self) -> str:
        return "100001"


def test_keeps_to_the_grammar() -> None:
    variables = Variables({"ss": "str", "zz": "0", "ee": "", "ticket": Words()}, {"dot.ted": "DD"})
    expected = {name: wanted for name, wanted in VALUES["grammar"]["values"].items() if not name.startswith("aa")}
    assert differences(variables, expected) == []


def test_reads_percent_encoded_variables() -> None:
    assert (
        Variables({"ss": "str"}).fill("<a href='%%7Bss%7D'>%7Bss%7D</a>", as_html=True) == "<a href='str'>%7Bss%7D</a>"
    )


def test_reads_no_text_that_a_variable_inserted() -> None:
    variables = Variables({"aa": "%{bb}", "bb": Html("%{aa}")})
    assert variables.fill("%{aa} %{bb} %{aa}", as_html=True) == "%{bb} %{aa} %{bb}"


def test_escapes_what_is_not_html_in_a_body_and_not_in_a_subject() -> None:
    variables = Variables({"aa": 'a < b & "c"', "hh": Html("<p>x</p>")})
    assert variables.fill("%{aa}%{hh}", as_html=True) == "a &lt; b &amp; &quot;c&quot;<p>x</p>"
    assert variables.fill("%{aa}", as_html=False) == 'a < b & "c"'
