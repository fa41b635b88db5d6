"""tickets-update and tickets-delete."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select, update

from osticket_api.db import tables as t
from tests.fixtures.api import Answer, Api
from tests.fixtures.mariadb import Server, wait_until_blocked
from tests.legacy.client import Client, client, number_of, refused

TICKET = 26
DATE = 'Invalid date format for dueDate. Expected ISO 8601 format (e.g., "2025-01-31" or "2025-01-31T17:30:00")'


def patch(api: Api, body: Any, ask: Client | None = None, ticket: int = TICKET) -> Answer:
    return (ask or client(api))("PATCH", f"tickets-update.php/{number_of(api, ticket)}.json", body)


def row(api: Api, ticket: int = TICKET) -> Any:
    return api.rows(t.ticket.select().where(t.ticket.c.ticket_id == ticket))[0]


def events(api: Api) -> list[str]:
    """The names of the events of the ticket, newest first."""
    statement = (
        select(t.event.c.name)
        .join_from(t.thread_event, t.event, t.event.c.id == t.thread_event.c.event_id)
        .join(t.thread, t.thread.c.id == t.thread_event.c.thread_id)
        .where(t.thread.c.object_id == TICKET, t.thread.c.object_type == "T")
        .order_by(t.thread_event.c.id.desc())
    )
    return [each.name for each in api.rows(statement)]


def test_answers_the_bare_number(api: Api) -> None:
    answer = patch(api, {"slaId": 1})
    assert (answer.status, answer.content.decode()) == (200, number_of(api, TICKET))
    assert answer.headers["content-type"] == "text/plain; charset=UTF-8"
    assert client(api, key="xml")("PUT", f"tickets-update.php/{number_of(api, TICKET)}.xml", {"x": 1}).status == 200


def test_things_are_named_by_id_or_by_name(api: Api) -> None:
    ask = client(api)
    assert patch(api, {"departmentId": " billing ", "topicId": 2, "staffId": "charlie"}, ask).status == 200
    assert (row(api).dept_id, row(api).topic_id, row(api).staff_id) == (4, 2, 4)
    assert events(api)[:3] == ["assigned", "edited", "transferred"]
    bob = api.rows(t.staff.select().where(t.staff.c.username == "bob"))[0]
    assert patch(api, {"departmentId": "1", "staffId": bob.email, "topicId": "2"}, ask).status == 200
    assert (row(api).dept_id, row(api).topic_id, row(api).staff_id) == (1, 2, bob.staff_id)


def test_a_status_closes_and_reopens(api: Api) -> None:
    ask = client(api)
    assert patch(api, {"statusId": "CLOSED"}, ask).status == 200
    assert row(api).closed is not None
    assert patch(api, {"statusId": 1}, ask).status == 200
    assert row(api).closed is None
    assert events(api)[:2] == ["reopened", "closed"]


def test_a_department_moves_a_closed_ticket_without_opening_it(api: Api) -> None:
    ask = client(api)
    patch(api, {"statusId": 3}, ask)
    patch(api, {"departmentId": 4}, ask)
    assert (row(api).status_id, row(api).dept_id) == (3, 4)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("2031-01-31T17:30:00+05:00", "2031-01-31 12:30:00"),
        ("2031-01-31T17:30:00Z", "2031-01-31 17:30:00"),
        ("2031-01-31", "2031-01-31 00:00:00"),
        ("2031-01-31 17:30", "2031-01-31 17:30:00"),
        (None, None),
        ("", None),
    ],
)
def test_due_dates_keep_their_moment(api: Api, given: str | None, stored: str | None) -> None:
    """The databases of these tests write UTC."""
    ask = client(api)
    assert patch(api, {"dueDate": given}, ask).status == 200
    found = ask("GET", f"tickets-get.php/{TICKET}.json").response.json()["duedate"]
    assert found == stored


def test_a_note_is_posted_by_the_api_with_its_files(api: Api) -> None:
    body = {
        "note": "**bold** <b>x</b>",
        "noteFormat": "markdown",
        "noteTitle": "From outside",
        "attachments": [{"a.txt": "data:text/plain;base64,aGVsbG8="}, {"b.txt": "no data"}, 5],
    }
    ask = client(api)
    assert patch(api, body, ask).status == 200
    entry = ask("GET", f"tickets-get.php/{TICKET}.json").response.json()["thread"][-1]
    assert (entry["type"], entry["poster"]) == ("N", "API")
    assert entry["body"] == "<p><strong>bold</strong> &lt;b&gt;x&lt;/b&gt;</p>"
    assert [file["filename"] for file in entry["attachments"]] == ["a.txt"]
    assert "staffId" not in entry


def test_an_update_whose_note_cannot_be_posted_changes_nothing(api: Api) -> None:
    before = row(api).topic_id
    field = t.form_field.c
    allowed = {"size": 262144, "mimetypes": [], "extensions": ".pdf", "max": ""}
    is_message = field.name == "message"
    api.write(lambda tx: tx.change(update(t.form_field).where(is_message).values(configuration=json.dumps(allowed))))
    body = {"topicId": 2, "note": "x", "attachments": [{"a.exe": "data:application/x-msdownload;base64,TVo="}]}
    status, text = client(api).body("PATCH", f"tickets-update.php/{number_of(api, TICKET)}.json", body)
    assert (status, "Failed to post note" in text, row(api).topic_id) == (400, True, before), text


def test_a_blank_note_is_none(api: Api) -> None:
    ask = client(api)
    count = len(ask("GET", f"tickets-get.php/{TICKET}.json").response.json()["thread"])
    assert patch(api, {"note": "  "}, ask).status == 200
    assert len(ask("GET", f"tickets-get.php/{TICKET}.json").response.json()["thread"]) == count


def test_a_parent_is_set_and_changed(api: Api) -> None:
    ask = client(api)
    for parent in (2, 3):
        assert patch(api, {"parentTicketNumber": number_of(api, parent)}, ask).status == 200
        assert row(api).ticket_pid == parent
    assert (row(api, 2).flags, row(api, 3).flags) == (0, 24)
    child = patch(api, {"parentTicketNumber": number_of(api, TICKET)}, ask, ticket=5)
    assert child.content.decode() == refused("Parent ticket cannot be a child of another ticket")


FAULTS: list[tuple[dict[str, Any], int, str]] = [
    ({"departmentId": 999}, 404, "Department not found"),
    ({"departmentId": "nope"}, 404, "Department 'nope' not found"),
    ({"departmentId": True}, 400, "Invalid value for departmentId"),
    ({"departmentId": [1]}, 400, "Invalid value for departmentId"),
    ({"topicId": 999}, 404, "Help Topic not found"),
    ({"topicId": "nope"}, 404, "Help Topic 'nope' not found"),
    ({"topicId": 1.5}, 400, "Invalid value for topicId"),
    ({"parentTicketNumber": "nope"}, 404, "Parent ticket not found"),
    ({"parentTicketNumber": str(TICKET)}, 400, "Cannot link ticket to itself"),
    ({"statusId": 99}, 404, "Status not found"),
    ({"statusId": "nope"}, 404, "Status 'nope' not found"),
    ({"slaId": 99}, 404, "SLA not found"),
    ({"slaId": "nope"}, 404, "SLA 'nope' not found"),
    ({"staffId": 999}, 404, "Staff member not found"),
    ({"staffId": "nope"}, 404, "Staff member not found"),
    ({"dueDate": "tomorrow"}, 400, DATE),
    ({"dueDate": 5}, 400, DATE),
    ({"note": {"a": 1}}, 400, "Invalid value for note"),
    ({"note": "x", "noteTitle": []}, 400, "Invalid value for noteTitle"),
    ({}, 400, "No data provided in JSON body"),
    ({"departmentId": "9" * 30}, 404, f"Department '{'9' * 30}' not found"),
]


def test_faults_are_told(api: Api) -> None:
    ask, path = client(api), f"tickets-update.php/{number_of(api, TICKET)}.json"
    answers = [ask.body("PATCH", path, body) for body, _, _ in FAULTS]
    assert answers == [(status, refused(text)) for _, status, text in FAULTS]


def test_what_is_switched_off_cannot_be_chosen(api: Api) -> None:
    api.write(lambda tx: tx.change(update(t.department).where(t.department.c.id == 2).values(flags=0)))
    api.write(lambda tx: tx.change(update(t.staff).where(t.staff.c.staff_id == 3).values(isactive=False)))
    ask = client(api)
    assert patch(api, {"departmentId": 2}, ask).content.decode() == refused("Department is not active")
    assert patch(api, {"staffId": 3}, ask).content.decode() == refused("Staff member is not active")


def test_an_update_happens_whole_or_not_at_all(api: Api) -> None:
    before = row(api)
    assert patch(api, {"departmentId": 4, "staffId": "nope"}).status == 404
    assert row(api) == before


@pytest.mark.parametrize("raw", [b"", b"{", b"5", b"null", b'"x"', b"\xff", b"{" * 5000, b'{"note":"\\ud800"}'])
def test_bodies_that_are_no_objects_are_refused(api: Api, raw: bytes) -> None:
    path = f"tickets-update.php/{number_of(api, TICKET)}.json"
    answer = client(api)("PATCH", path, content=raw, headers={"Content-Type": "application/json"})
    assert answer.status == 400
    assert answer.content.startswith(b'{"error":true,"message":"')


def test_forms_and_xml_are_no_bodies_here(api: Api) -> None:
    path = f"tickets-update.php/{number_of(api, TICKET)}.json"
    ask = client(api)
    assert ask.body("PATCH", path, data={"statusId": "1"}) == (400, refused("No data provided"))
    xml = {"Content-Type": "application/xml"}
    assert ask.body("PUT", path, content=b"<a/>", headers=xml) == (400, refused("No data provided"))


def test_a_key_moves_tickets_within_its_departments(api: Api) -> None:
    ask = client(api, "tickets.update", departments=[1])
    denied = refused("Access denied to ticket department")
    assert patch(api, {"departmentId": 4}, ask).content.decode() == denied
    assert patch(api, {"slaId": 1}, ask, ticket=2).content.decode() == denied


def test_a_deleted_ticket_leaves_nothing_dangling(api: Api) -> None:
    api.write(lambda tx: tx.change(update(t.ticket).where(t.ticket.c.ticket_id.in_([4, 3])).values(ticket_pid=1)))
    ask, number = client(api), number_of(api, 1)
    answer = ask("DELETE", "tickets-delete.php/1.xml")
    assert (answer.status, answer.content.decode()) == (200, number)
    assert answer.headers["content-type"] == "text/plain; charset=UTF-8"
    assert (row(api, 3).ticket_pid, row(api, 4).ticket_pid) == (None, None)
    assert ask.body("DELETE", f"tickets-delete.php/{number}.json") == (404, refused("Ticket not found"))


def test_deleting_a_child_takes_its_conversation_along(api: Api) -> None:
    api.write(lambda tx: tx.change(update(t.ticket).where(t.ticket.c.ticket_id == 3).values(ticket_pid=1, flags=8)))
    assert client(api)("DELETE", "tickets-delete.php/3.json").status == 200
    threads = select(func.count()).where(t.thread.c.object_id == 3, t.thread.c.object_type == "T")
    assert api.rows(threads)[0][0] == 0


def test_a_ticket_that_leaves_the_departments_of_the_key_meanwhile_stays(api: Api, mariadb: Server) -> None:
    """It was the key's when the request came, and an agent transfers it before it is deleted."""
    if api.database.is_sqlite:
        pytest.skip("SQLite lets one writer in at a time")
    ask, number = client(api, departments=[1]), number_of(api, TICKET)
    with ThreadPoolExecutor(1) as pool, mariadb.connect(api.database.url.database) as other, other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"UPDATE ost_ticket SET dept_id = 4 WHERE ticket_id = {TICKET}")
        deletion = pool.submit(ask, "DELETE", f"tickets-delete.php/{number}.json")
        try:
            wait_until_blocked(cursor, 1)
        finally:
            cursor.execute("COMMIT")
        assert deletion.result().status == 403
    assert row(api).dept_id == 4


def test_a_dry_run_changes_nothing(api: Api) -> None:
    before = row(api)
    ask = client(api)
    path = f"tickets-update.php/{number_of(api, TICKET)}.json?dry_run=true"
    assert ask("PATCH", path, {"departmentId": 4}).status == 200
    assert row(api) == before
