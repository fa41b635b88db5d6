"""What few clients send, and how each of it is answered all the same."""

import json
from base64 import b64encode

import pytest
from sqlalchemy import delete, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.field_permissions.narrowing import narrow
from tests.fixtures.api import Api
from tests.legacy.client import client, number_of, refused
from tests.legacy.plugin.test_creation import TICKET, opened, post

pytestmark = pytest.mark.parametrize("demo", ["sqlite"], indirect=True, scope="session")
"""What is asked here does not differ between databases."""
PARENT, CHILD, OTHER = 9, 26, 20
SUPPORT, ELSEWHERE = 1, 4
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_a_priority_is_taken_by_its_id_and_passed_over_where_it_is_unknown(api: Api) -> None:
    ask = client(api)
    urgent = json.loads(
        ask("GET", f"tickets-get.php/{number_of(api, opened(api, post(ask, priority=[4])).ticket_id)}.json").content
    )
    usual = json.loads(
        ask("GET", f"tickets-get.php/{number_of(api, opened(api, post(ask, priority='999')).ticket_id)}.json").content
    )
    assert (urgent["priorityId"], usual["priorityId"]) == (4, 2)


def test_damaged_files_and_nested_xml_are_read_as_php_reads_them(api: Api) -> None:
    ask = client(api)
    damaged = "data:text/plain;base64," + b64encode(b"hello!").decode() + "(?"
    ticket = opened(api, post(ask, attachments=[{"a.txt": damaged}]))
    thread = json.loads(ask("GET", f"tickets-get.php/{ticket.number}.json").content)["thread"]
    (file,) = thread[0]["attachments"]
    kept = json.loads(ask("GET", f"tickets-attachment-download.php/{file['file_id']}.json").content)
    assert kept["content"] == b64encode(b"hello!").decode()
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in {**TICKET, "message": "Hello"}.items())
    answer = ask("POST", "tickets.xml", content=f"<ticket>{fields}<odd><inner>1</inner></odd></ticket>")
    assert answer.status == 201, answer.content


def test_what_is_frozen_for_keys_is_refused_in_words_of_osticket(api: Api) -> None:
    narrow(api, "ticket", "priority", "freeze", applies_to="keys")
    answer = client(api)("POST", "tickets.json", {**TICKET, "priority": 4})
    assert (answer.status, answer.content.decode()) == (
        500,
        "Unable to create new ticket :err\nYou may not set priority_id.",
    )


def test_fields_of_the_plugin_are_refused_where_the_key_does_not_reach(api: Api) -> None:
    ask = client(api, departments=[ELSEWHERE])
    number = number_of(api, PARENT)
    for fields, told in (
        ({"departmentId": SUPPORT}, "Access denied to ticket department"),
        ({"parentTicketNumber": number}, "Access denied to parent ticket department"),
    ):
        answer = post(ask, **fields)
        assert (answer.status, answer.content.decode()) == (400, told)
    assert (
        ask("POST", "tickets.json", {"email": "uma@acme.example", "subject": "Empty", "format": "text"}).status == 500
    )


def test_a_parent_is_kept_and_never_part_of_a_merge(api: Api) -> None:
    ask, parent = client(api), number_of(api, PARENT)
    update_child = f"tickets-update.php/{number_of(api, CHILD)}.json"
    for _ in range(2):
        assert ask("PATCH", update_child, {"parentTicketNumber": parent}).status == 200
    itself = {"parent_id": CHILD, "childId": number_of(api, CHILD)}
    assert ask.body("POST", "tickets-subtickets-create.php", itself) == (400, refused("Cannot link ticket to itself"))
    assert ask("POST", "tickets-subtickets-unlink.php", content="child_id=%FF", headers=FORM).status == 400
    merged = {"tickets": [PARENT], "mode": "combine", "participants": "owner", "child_status_id": 3}
    assert api.staff("dora").post(f"/tickets/{OTHER}/merge", merged).status == 200
    status, told = ask.body("PATCH", update_child, {"parentTicketNumber": number_of(api, OTHER)})
    assert (status, "Failed to create subticket relationship" in told) == (400, True)


def test_departments_are_found_by_their_path(api: Api) -> None:
    def nest(tx: Write) -> None:
        tx.change(update(t.department).where(t.department.c.id == ELSEWHERE).values(pid=SUPPORT))

    names = {row.id: row.name for row in api.rows(t.department.select())}
    api.write(nest)
    ask = client(api)
    found = json.loads(ask("GET", f"tickets-search.php?department={names[SUPPORT]} / {names[ELSEWHERE]}").content)
    assert {each["departmentId"] for each in found} == {ELSEWHERE}
    assert ask.body("GET", f"tickets-search.php?department={names[SUPPORT]} / Nowhere") == (200, "[]")


def test_rows_that_lead_nowhere_are_left_out_or_refused(api: Api) -> None:
    def lose(tx: Write) -> None:
        tx.change(update(t.ticket).where(t.ticket.c.ticket_id == CHILD).values(dept_id=99, staff_id=3))
        tx.change(delete(t.ticket_cdata))

    ask, number = client(api), number_of(api, PARENT)
    narrow(api, "ticket", "status", "hide", applies_to="keys")
    assert ask("GET", "tickets-search.php?status=open").status == 403
    api.write(lose)
    assert json.loads(ask("GET", "tickets-stats.php").content)["total"] > 0
    assert json.loads(ask("GET", f"tickets-get.php/{number}.json").content)["priorityId"] is not None
    note = {"note": "Without a file", "attachments": "none"}
    assert ask("PATCH", f"tickets-update.php/{number}.json", note).status == 200
