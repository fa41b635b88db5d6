"""What becomes of the fields of a ticket."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from tests.fixtures.api import Api
from tests.legacy.osticket.conftest import Send, last_ticket

GOOD = {"name": "Nia", "email": "nia@fresh.example", "subject": "No network", "message": "Cable is in."}


def _open(send: Send, **more: Any) -> None:
    status, _, text = send("/api/tickets.json", json.dumps(GOOD | more))
    assert status == 201, text


@pytest.mark.parametrize(
    ("sent", "stored", "format"),
    [
        ("data:text/html,<b>x</b>", "<b>x</b>", "html"),
        ("data:text/html;base64,PGI+eDwvYj4=", "<b>x</b>", "html"),
        ("data:text/html;charset=utf-8;base64,PGI+w6k8L2I+", "<b>\u00e9</b>", "html"),
        ("data:text/html;charset=iso-8859-1;base64,PGI+6TwvYj4=", "<b>\u00e9</b>", "html"),
        ("data:text/html,caf\u00e9", "caf\u00e9", "html"),
        ("data:text/plain;charset=utf-8,caf\u00e9 a%20b", "caf\u00e9 a%20b", "text"),
        ("data:text/html;charset=idna;base64,Y2Fmw6k=", "caf\u00e9", "html"),
        ("data:text/html;charset=undefined;base64,Y2Fmw6k=", "caf\u00e9", "html"),
        ("data:text/html;charset=a\0b;base64,Y2Fmw6k=", "caf\u00e9", "html"),
        ("data:text/html;charset=utf-7;base64,YSsyQUEtYg==", "a?b", "html"),
        ("data:,hello", "hello", "text"),
        ("a < b", "a &lt; b", "text"),
        ("", "-", "text"),
        ("  ", "-", "text"),
        (None, "-", "text"),
        (5, "5", "text"),
        (True, "1", "text"),
        ("data:text/html,<br>", "-", "text"),
    ],
)
def test_messages_are_read_as_data_addresses(desk: Api, send: Send, sent: Any, stored: str, format: str) -> None:
    _open(send, message=sent)
    ticket = last_ticket(desk)
    assert ticket.body == stored
    assert ticket.format == format or stored == "-"


@pytest.mark.parametrize("topic", [4711, "10x", None, [], {"a": 1}, -1, "9" * 30])
def test_a_topic_that_is_not_there_counts_as_none(desk: Api, send: Send, topic: Any) -> None:
    _open(send, topicId=topic)


def test_a_topic_that_is_switched_off_is_taken(desk: Api, send: Send) -> None:
    topic = t.help_topic.c
    topic_id = desk.rows(select(topic.topic_id).order_by(topic.topic_id))[0].topic_id
    desk.write(lambda tx: tx.change(t.help_topic.update().where(topic.topic_id == topic_id).values(flags=0)))
    _open(send, topicId=str(topic_id))
    assert last_ticket(desk).topic_id == topic_id


def test_fields_that_choose_the_way_are_left_alone(desk: Api, send: Send) -> None:
    _open(send, deptId=2, staffId=2, statusId=3, slaId=1, uid=1, ccs=[1], duedate="2001-01-01")
    ticket = last_ticket(desk)
    assert ticket.staff_id is None
    assert ticket.status_id == 1


def test_a_key_that_may_route_chooses_department_and_agent(desk: Api, send: Send) -> None:
    body = {"name": "router", "permissions": ["tickets.create", "tickets.route"], "departments": [2]}
    key = desk.staff("dora").post("/api-keys", body).data["key"]
    routed = json.dumps(GOOD | {"deptId": 2, "statusId": 1})
    assert send("/api/tickets.json", routed, key)[0] == 201
    assert last_ticket(desk).dept_id == 2
    elsewhere = json.dumps(GOOD | {"deptId": 1})
    assert send("/api/tickets.json", elsewhere, key)[::2] == (403, "Access denied to ticket department")


def test_unknown_fields_are_told_to_the_log_alone(desk: Api, send: Send) -> None:
    _open(send, colour="red", **{"<script>": 1})
    row = t.syslog.c
    logged = desk.rows(select(row.log_type, row.log).where(row.title == "Unexpected Data (400)").order_by(row.log_id))
    assert [each.log_type for each in logged] == ["Error", "Error"]
    assert logged[0].log.startswith("colour: Unexpected data received in API request [OLDCLIENT")
    assert "<script>" not in logged[1].log


def test_our_own_keys_are_not_written_to_the_log(desk: Api, send: Send) -> None:
    key = desk.staff("dora").post("/api-keys", {"name": "shop", "permissions": []}).data["key"]
    assert send("/api/tickets.json", b"{}", key)[0] == 401
    logged = desk.rows(select(t.syslog.c.log).order_by(t.syslog.c.log_id.desc()).limit(1))[0].log
    assert key not in logged
    assert key[:8] in logged


def test_files_are_kept_and_lost_ones_are_told_of_in_a_note(desk: Api, send: Send) -> None:
    files = [{"a.txt": "data:text/plain;base64,aGk="}, {"b.bin": "x" * 1_048_577}, {"c.txt": None}, {}, []]
    _open(send, attachments=files)
    thread_id = last_ticket(desk).thread_id
    entry = t.thread_entry.c
    note = desk.rows(select(t.thread_entry).where(entry.thread_id == thread_id, entry.type == "N"))[0]
    assert (note.poster, note.title) == ("SYSTEM", "File Import Error")
    assert "b.bin: File size is too large\nc.txt: Unable to save file" in note.body
    names = select(t.file.c.name).join_from(t.file, t.attachment, t.attachment.c.file_id == t.file.c.id)
    assert "a.txt" in [row.name for row in desk.rows(names)]


@pytest.mark.parametrize("nothing", [None, {}, [], "a.txt", 5])
def test_attachments_that_are_none_are_ignored(send: Send, nothing: Any) -> None:
    _open(send, attachments=nothing)


def test_files_by_xml_are_base64_or_text(desk: Api, send: Send) -> None:
    body = (
        "<ticket><email>nia@fresh.example</email><subject>s</subject><message>m</message><attachments>"
        '<file name="a.txt" type="text/plain" encoding="base64"> aG\nk= </file>'
        '<file name="b.txt" type="text/plain"><![CDATA[two]]></file>'
        '<file name="c.txt" type="text/plain" encoding="base64">@@@</file></attachments></ticket>'
    )
    assert send("/api/tickets.xml", body)[0] == 201
    sizes = {row.name: row.size for row in desk.rows(select(t.file.c.name, t.file.c.size))}
    assert (sizes["a.txt"], sizes["b.txt"]) == (2, 3)
    assert "c.txt" not in sizes


def test_a_known_user_keeps_their_name(desk: Api, send: Send) -> None:
    _open(send)
    _open(send, name="Somebody else", subject="Another", phone="555 x1")
    names = [row.name for row in desk.rows(select(t.user.c.name))]
    assert "Nia" in names
    assert "Somebody else" not in names


def test_a_read_only_server_opens_nothing_and_logs_nothing(desk: Api, send: Send) -> None:
    desk.database.read_only = True
    try:
        assert send("/api/tickets.json", json.dumps(GOOD))[0] in (500, 501)
        assert send("/api/tickets.json", b"", "UNKNOWN")[0] == 401
    finally:
        desk.database.read_only = False


def test_the_default_answer_can_be_json(desk: Api, send: Send) -> None:
    app: Any = desk.client.app
    app.state.settings = app.state.settings.model_copy(update={"legacy_create_response": "json"})
    _, content_type, text = send("/api/tickets.json", json.dumps(GOOD), Accept="*/*")
    assert content_type.startswith("application/json")
    assert set(json.loads(text)) == {"id", "number"}


@pytest.mark.parametrize(
    "text",
    [
        "Data: 12/11, text",
        "data: see page 5, then 6",
        "DATA:x, y",
        "data:12/11, noon",
        "Data:a/b and c, d",
        "data:",
        "data:text/html",
    ],
)
def test_text_that_begins_like_a_data_address_is_text(desk: Api, send: Send, text: str) -> None:
    _open(send, message=text)
    assert last_ticket(desk).body == text


@pytest.mark.parametrize(
    "encoded",
    [
        "8J+YgD8/",
        "8J-YgD8_",
        "8J+YgD8/aA==",
        "8J-YgD8_aA",
        "8J+Y\r\n gD8/",
        "8J%2BYgD8%2F",
        "8J+YgD8/aA=",
        "8J-YgD8/aA",
    ],
)
@pytest.mark.parametrize("form", ["pair", "fields", "xml"])
def test_files_come_in_every_spelling_of_base64(desk: Api, send: Send, encoded: str, form: str) -> None:
    wanted = "\U0001f600??".encode() + (b"h" if "aA" in encoded else b"")
    if form == "xml":
        file = f'<file name="e.bin" type="application/x-e" encoding="base64">{encoded}</file>'
        text = "<email>e@fresh.example</email><subject>s</subject><message>m</message>"
        status = send("/api/tickets.xml", f"<ticket>{text}<attachments>{file}</attachments></ticket>")[0]
        assert status == 201
    elif form == "fields":
        _open(send, attachments=[{"name": "e.bin", "type": "application/x-e", "encoding": "base64", "data": encoded}])
    else:
        _open(send, attachments=[{"e.bin": f"data:application/x-e;base64,{encoded}"}])
    if "%" in encoded and form != "pair":
        assert "e.bin" not in contents(desk)
    else:
        assert contents(desk)["e.bin"] == wanted


def contents(desk: Api) -> dict[str, bytes]:
    chunk, file = t.file_chunk.c, t.file.c
    rows = desk.rows(select(file.name, chunk.filedata).join_from(t.file, t.file_chunk, chunk.file_id == file.id))
    return {row.name: bytes(row.filedata) for row in rows}


def test_every_file_of_an_object_is_kept(desk: Api, send: Send) -> None:
    both = {"first.txt": "data:text/plain,one", "second.txt": "data:text/plain;base64,dHdv"}
    _open(send, attachments=[both, {"third.txt": "three"}])
    kept = contents(desk)
    assert [kept[name] for name in ("first.txt", "second.txt", "third.txt")] == [b"one", b"two", b"three"]


@pytest.mark.parametrize(
    ("file", "content", "content_type"),
    [
        ({"name": "d.txt", "data": "plain words"}, b"plain words", "text/plain"),
        ({"name": "d.csv", "type": "text/csv", "data": "a,b"}, b"a,b", "text/csv"),
        ({"name": "d.txt", "data": "data:text/plain;base64,aGk="}, b"hi", "text/plain"),
        ({"name": "d.txt", "type": "text/plain", "data": "aGk", "encoding": "BASE64", "size": 2}, b"hi", "text/plain"),
    ],
)
def test_a_file_may_say_name_and_data(desk: Api, send: Send, file: Any, content: bytes, content_type: str) -> None:
    _open(send, attachments=[file])
    assert contents(desk)[file["name"]] == content
    assert "data" not in contents(desk)
    types = {row.name: row.type for row in desk.rows(select(t.file.c.name, t.file.c.type))}
    assert types[file["name"]] == content_type


@pytest.mark.parametrize("blank", [" ", "\t", "\n", "\u00a0"])
def test_blanks_around_an_address_are_none_of_it(desk: Api, send: Send, blank: str) -> None:
    _open(send)
    _open(send, email=f"{blank}nia@fresh.example{blank}", subject="Again")
    address = t.user_email.c
    assert len(desk.rows(select(address.id).where(address.address.like("%nia@fresh%")))) == 1


@pytest.mark.parametrize(
    ("message", "stored", "format"),
    [
        ('<message type="text/html"><p>To <b>you</b> &amp; me</p></message>', "<p>To <b>you</b> &amp; me</p>", "html"),
        ('<message type="text/html; charset=utf-8"><p>a<br/>b</p></message>', "<p>a<br />b</p>", "html"),
        ('<message type="html"><![CDATA[<p>x</p>]]></message>', "<p>x</p>", "html"),
        ('<message type="text/html">&lt;p&gt;x&lt;/p&gt;</message>', "<p>x</p>", "html"),
        ("<message>one <b>two</b> three</message>", "one two three", "text"),
        ("<message>data:text/html,&lt;b&gt;x&lt;/b&gt;</message>", "<b>x</b>", "html"),
        ("<message><![CDATA[ a < b ]]></message>", "a &lt; b", "text"),
        ('<message type="text/plain">m &amp; n</message>', "m &amp; n", "text"),
    ],
)  # fmt: skip
def test_messages_by_xml(desk: Api, send: Send, message: str, stored: str, format: str) -> None:
    body = f"<ticket><email>nia@fresh.example</email><subject>s</subject>{message}</ticket>"
    assert send("/api/tickets.xml", body)[0] == 201
    ticket = last_ticket(desk)
    assert (ticket.body, ticket.format) == (stored, format)


def test_the_open_ticket_limit_is_logged_when_it_is_reached_and_when_it_refuses(desk: Api, send: Send) -> None:
    config = t.config.c
    limit = t.config.update().where(config.namespace == "core", config.key == "max_open_tickets").values(value="2")
    desk.write(lambda tx: tx.change(limit))
    _open(send)
    assert logged(desk, "%Open Tickets%") == []
    _open(send, subject="Second")
    reached = (
        "Maximum Open Tickets Limit (nia@fresh.example)",
        "Maximum open tickets (2) reached for nia@fresh.example",
    )
    assert logged(desk, "%Open Tickets%") == [reached]
    status, _, text = send("/api/tickets.json", json.dumps(GOOD | {"subject": "Third"}))
    assert (status, text.splitlines()[-1]) == (500, "You've reached the maximum open tickets allowed.")
    denied = ("Ticket denied - nia@fresh.example", "Max open tickets (2) reached for nia@fresh.example")
    assert logged(desk, "Ticket denied%") == [denied]
    assert len(logged(desk, "API Error (500)")) == 1


def logged(desk: Api, title: str) -> list[tuple[str, str]]:
    row = t.syslog.c
    return [(each.title, each.log) for each in desk.rows(select(row.title, row.log).where(row.title.like(title)))]
