"""Request bytes in, answer bytes out: every endpoint and every error of osTicket's own API."""

import json

import pytest
from sqlalchemy import func, select

from osticket_api.db import tables as t
from tests.fixtures.api import Api
from tests.legacy.osticket.conftest import Send, field_id, last_ticket

HTML = "text/html; charset=UTF-8"
GOOD = '{"name": "Nia", "email": "nia@fresh.example", "subject": "No network", "message": "Cable is in."}'
GOOD_XML = (
    '<?xml version="1.0" encoding="UTF-8"?><ticket alert="true" autorespond="false" source="API"><name>Nia</name>'
    "<email>nia@fresh.example</email><subject>No network</subject>"
    '<message type="text/plain"><![CDATA[Cable is in & <b>tight</b>.]]></message></ticket>'
)


@pytest.mark.parametrize("path", ["/api/tickets.json", "/api/http.php/tickets.json", "/api/tickets.json?x=y"])
def test_a_ticket_by_json_is_answered_by_its_number(desk: Api, send: Send, path: str) -> None:
    answer = send(path, GOOD)
    assert answer == (201, HTML, last_ticket(desk).number)


def test_a_ticket_by_xml_is_answered_by_its_number(desk: Api, send: Send) -> None:
    answer = send("/api/tickets.xml", GOOD_XML)
    ticket = last_ticket(desk)
    assert answer == (201, HTML, ticket.number)
    assert ticket.body == "Cable is in &amp; &lt;b&gt;tight&lt;/b&gt;."


def test_a_client_that_asks_for_json_alone_gets_it(desk: Api, send: Send) -> None:
    status, content_type, body = send("/api/tickets.json", GOOD, Accept="application/json")
    ticket = last_ticket(desk)
    assert (status, content_type) == (201, "application/json; charset=UTF-8")
    assert json.loads(body) == {"id": ticket.ticket_id, "number": ticket.number}


def test_a_client_that_takes_anything_gets_text(send: Send) -> None:
    assert send("/api/tickets.json", GOOD, Accept="application/json, text/plain, */*")[1] == HTML


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (None, "Valid API key required"),
        ("UNKNOWN", "Valid API key required"),
        ("ELSEWHERE", "Valid API key required"),
        ("INACTIVE", "API key not found/active or source IP not authorized"),
        ("NOTHING", "API key not authorized"),
    ],
)
@pytest.mark.parametrize("path", ["tickets.json", "tickets.xml", "tickets.email", "tasks/cron"])
def test_a_key_that_may_not_is_told_so_before_the_body_is_read(
    send: Send, path: str, key: str | None, text: str
) -> None:
    assert send(f"/api/{path}", b"\xff{", key) == (401, HTML, text)


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/api/tickets.JSON", "POST"),
        ("/api/tickets.yaml", "POST"),
        ("/api/tickets", "POST"),
        ("/api/tickets.json/", "POST"),
        ("/api/", "GET"),
        ("/api/tickets.json", "GET"),
        ("/api/tickets.json", "PUT"),
        ("/api/tickets.json", "DELETE"),
        ("/api/tickets.json", "OPTIONS"),
        ("/api/tickets.json?_method=get", "POST"),
        ("/api/http.php/tasks/cron", "GET"),
    ],
)
def test_what_is_no_door_is_not_supported(send: Send, path: str, method: str) -> None:
    assert send(path, GOOD, "UNKNOWN", method=method) == (400, HTML, "URL not supported")


def test_a_method_may_stand_in_the_address(send: Send) -> None:
    assert send("/api/tickets.json?_method=post", GOOD, method="PUT")[0] == 201


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "Syntax error, malformed JSON"),
        (b'{"name": ', "Syntax error, malformed JSON"),
        (b'{"name": "x",}', "Syntax error, malformed JSON"),
        (b'{"name": NaN}', "Syntax error, malformed JSON"),
        (b'{"name": ' + b"9" * 5000 + b"}", "Syntax error, malformed JSON"),
        (b'{"name": "\xff"}', "Malformed UTF-8 characters, possibly incorrectly encoded"),
        (b'{"name": "\\ud800"}', "Malformed UTF-8 characters, possibly incorrectly encoded"),
        (b'{"name": "\n"}', "Unexpected control character found"),
        (b"[" * 600 + b"]" * 600, "Maximum stack depth exceeded"),
        (b"[" * 100_000, "Maximum stack depth exceeded"),
        (b"{}", "No errors"),
        (b"[]", "No errors"),
        (b"null", "No errors"),
        (b'"text"', "No errors"),
        (b"0", "No errors"),
        (b'{"message": {"a": 1}}', "message: Unexpected data received in API request"),
        (b'{"attachments": {"a.txt": "x"}}', "attachments: Unexpected data received in API request"),
        (b'{"attachments": ["x"]}', "attachments: Unexpected data received in API request"),
    ],
)
def test_json_that_cannot_be_read_is_told_in_the_words_of_php(send: Send, body: bytes, text: str) -> None:
    assert send("/api/tickets.json", body) == (400, HTML, text)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "XML error: No error at line 1:1"),
        (b"{}", "XML error: Not well-formed (invalid token) at line 1:1"),
        (b"<ticket><a></b></ticket>", "XML error: Mismatched tag at line 1:14"),
        (b"<ticket>", "XML error: No element found at line 1:9"),
        (b"<ticket a='1' a='2'/>", "XML error: Duplicate attribute at line 1:15"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><ticket/>', None),
    ],
)
def test_xml_that_cannot_be_read_is_told(send: Send, body: bytes, text: str | None) -> None:
    status, content_type, told = send("/api/tickets.xml", body)
    assert (status, content_type) == (400, HTML)
    assert told == text if text else told.startswith("XML error: ")


@pytest.mark.parametrize("path", ["tickets.json", "tickets.xml"])
def test_everything_that_is_missing_is_told_at_once(desk: Api, send: Send, path: str) -> None:
    body = '{"x": 1}' if path == "tickets.json" else "<ticket></ticket>"
    subject, message = field_id(desk, "subject"), field_id(desk, "message")
    wanted = (
        "Unable to create new ticket :user\nIncomplete client information\n"
        f"{subject}\nIssue Summary is a required field\n{message}\nIssue Details is a required field"
    )
    assert send(f"/api/{path}", body) == (500, HTML, wanted)


@pytest.mark.parametrize("source", ["Web", "Email", "Phone", "Staff", "x"])
def test_another_source_than_the_api_is_refused(send: Send, source: str) -> None:
    body = json.dumps({**json.loads(GOOD), "source": source})
    wanted = "Unable to create new ticket :origin\nInvalid ticket origin given\nerr\nNo fields set up"
    assert send("/api/tickets.json", body) == (500, HTML, wanted)


def test_a_banned_address_is_denied(desk: Api, send: Send) -> None:
    assert desk.staff("dora").post("/ban-list", {"email": "nia@fresh.example"}).status == 201
    wanted = (
        "Unable to create new ticket :Ticket denied: nia@fresh.example\n\n"
        "This help desk is for use by authorized users only"
    )
    assert send("/api/tickets.json", GOOD) == (403, HTML, wanted)


def test_too_many_open_tickets_are_refused(desk: Api, send: Send) -> None:
    limit = t.config.update().where(t.config.c.key == "max_open_tickets").values(value="1")
    desk.write(lambda tx: tx.change(limit))
    assert send("/api/tickets.json", GOOD)[0] == 201
    again = GOOD.replace("No network", "Still no network")
    wanted = "Unable to create new ticket :err\nYou've reached the maximum open tickets allowed."
    assert send("/api/tickets.json", again) == (500, HTML, wanted)


def test_a_priority_that_is_not_there_is_refused(send: Send) -> None:
    for wrong in (99, "High", [1]):
        status, _, text = send("/api/tickets.json", json.dumps({**json.loads(GOOD), "priorityId": wrong}))
        assert status == 500
        assert text.startswith("Unable to create new ticket :priority_id\n")


def test_cron_is_done_when_it_is_answered(send: Send) -> None:
    assert send("/api/tasks/cron", b"anything") == (200, HTML, "Completed")


def test_a_body_that_is_too_large_is_refused_in_text(send: Send) -> None:
    status, content_type, _ = send("/api/tickets.json", b"", **{"Content-Length": str(10**12)})
    assert (status, content_type) == (413, HTML)


def test_a_repeated_request_gets_the_first_ticket_again(desk: Api, send: Send) -> None:
    first = send("/api/tickets.json", GOOD)
    count = desk.rows(select(func.count()).select_from(t.ticket))[0][0]
    assert send("/api/tickets.json", GOOD) == first
    assert desk.rows(select(func.count()).select_from(t.ticket))[0][0] == count
    assert send("/api/tickets.json", GOOD + " ") != first
