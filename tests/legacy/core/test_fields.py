"""What becomes of the fields of a ticket."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from tests.fixtures.api import Api
from tests.legacy.core.conftest import Send, last_ticket

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
