"""tickets-get, -search, -stats, -statuses and -attachment-download: the answers, byte for byte where they are fixed."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from sqlalchemy import delete, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api, running_api
from tests.fixtures.templates import Template
from tests.legacy.client import client, number_of, refused


def names(text: str) -> list[str]:
    return text.split()


GET_FIELDS = names(
    "id number subject statusId status priorityId priority departmentId department topicId topic userId user staffId "
    "staff teamId team slaId sla created updated duedate closed isOverdue isAnswered source ip children thread"
)
FOUND_FIELDS = names(
    "id number subject statusId status priorityId priority departmentId department topicId topic created updated "
    "dueDate staffId staff teamId team slaId sla isOverdue isAnswered"
)
WITH_FILE = 9
ALICE = 2


def test_a_ticket_has_all_its_fields_in_their_order(api: Api) -> None:
    answer = client(api)("GET", f"tickets-get.php/{number_of(api, WITH_FILE)}.json")
    ticket = json.loads(answer.content)
    assert answer.headers["content-type"] == "application/json; charset=UTF-8"
    assert list(ticket) == GET_FIELDS
    assert ticket["user"] == {"name": "Uma Underwood", "email": "uma@acme.example"}
    assert (ticket["isOverdue"], ticket["isAnswered"], ticket["teamId"]) == (0, 0, None)
    assert len(ticket["created"]) == len("2026-10-26 08:50:00")


def test_the_conversation_holds_notes_and_files(api: Api) -> None:
    thread = json.loads(client(api)("GET", f"tickets-get.php/{WITH_FILE}.json").content)["thread"]
    assert {entry["type"] for entry in thread} >= {"M", "N"}
    (file,) = thread[0]["attachments"]
    assert list(file) == ["id", "file_id", "filename", "size", "mime_type", "inline"]
    assert thread[0]["attachment_count"] == 1
    assert all("attachments" not in entry for entry in thread if entry["id"] != thread[0]["id"])
    assert [entry["id"] for entry in thread] == sorted(entry["id"] for entry in thread)


def test_a_ticket_as_xml_holds_the_same(api: Api) -> None:
    root = Xml.fromstring(client(api)("GET", f"tickets-get.php/{WITH_FILE}.xml").content)
    assert (root.tag, [child.tag for child in root]) == ("response", GET_FIELDS)
    assert root.findtext("user/email") == "uma@acme.example"
    assert [child.tag for child in root.findall("thread/*")] == ["item"] * len(root.findall("thread/*"))


def test_number_comes_before_id(api: Api) -> None:
    api.write(lambda tx: tx.change(update(t.ticket).where(t.ticket.c.ticket_id == 2).values(number="1")))
    assert json.loads(client(api)("GET", "tickets-get.php/1.json").content)["id"] == 2


def test_children_are_ids(api: Api) -> None:
    api.write(lambda tx: tx.change(update(t.ticket).where(t.ticket.c.ticket_id.in_([4, 3])).values(ticket_pid=1)))
    assert json.loads(client(api)("GET", "tickets-get.php/1.json").content)["children"] == [3, 4]


def test_people_are_objects_where_that_is_set(demo: Template, tmp_path: Path) -> None:
    with running_api(demo.copy(), tmp_path, legacy_people="objects") as api:
        ask = client(api)
        ticket = json.loads(ask("GET", f"tickets-get.php/{WITH_FILE}.json").content)
        parts = {"salutation": "", "first": "Uma", "suffix": "", "last": "Underwood", "middle": ""}
        assert ticket["user"]["name"] == {"format": "original", "parts": parts, "name": "Uma Underwood"}
        assert ticket["user"]["email"]["address"] == '"Uma Underwood" <uma@acme.example>'
        body = ticket["thread"][0]["body"]
        assert (body["type"], body["options"]) == ("html", {"strip-embedded": False, "balanced": True})
        assert json.dumps(ticket["isOverdue"]) == "0"
        assert Xml.fromstring(ask("GET", f"tickets-get.php/{WITH_FILE}.xml").content).findtext("user/name") == (
            "Uma Underwood"
        )


def search(api: Api, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        client(api, key=f"search:{query}")("GET", f"tickets-search.php?{query}").content
    )
    return found


def test_a_search_lists_tickets_newest_first(api: Api) -> None:
    found = search(api, "")
    assert len(found) == 20
    assert all(list(each) == FOUND_FIELDS for each in found)
    assert [each["created"] for each in found] == sorted((each["created"] for each in found), reverse=True)


@pytest.mark.parametrize(
    ("query", "check"),
    [
        ("query=InVoIcE", lambda each: "invoice" in each["subject"].lower()),
        ("status=closed", lambda each: each["status"] == "Closed"),
        ("status=3", lambda each: each["statusId"] == 3),
        ("department=BILLING", lambda each: each["department"] == "Billing"),
        ("departmentId=4", lambda each: each["departmentId"] == 4),
        ("department=4&status=Open", lambda each: (each["departmentId"], each["status"]) == (4, "Open")),
    ],
)
def test_a_search_narrows(api: Api, query: str, check: Any) -> None:
    found = search(api, query)
    assert found
    assert all(check(each) for each in found)


@pytest.mark.parametrize(
    "query", ["query=%25", "query=_", "status=nope", "department=nope", "status=99", "departmentId=99999999999999"]
)
def test_a_search_finds_nothing_where_there_is_nothing(api: Api, query: str) -> None:
    assert search(api, query) == []


@pytest.mark.parametrize(
    ("query", "count"),
    [("limit=3", 3), ("limit=0", 20), ("limit=x", 20), ("limit=500", 31), ("offset=30&limit=5", 1), ("offset=-5", 20)],
)
def test_a_search_has_pages(api: Api, query: str, count: int) -> None:
    assert len(search(api, query)) == count


def test_a_search_sorts_by_number_as_text(api: Api) -> None:
    numbers = [each["number"] for each in search(api, "sort=NUMBER&limit=100")]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("path", ["", "/", ".json", "/.json"])
def test_lists_take_every_form_of_their_address(api: Api, path: str) -> None:
    ask = client(api)
    assert ask("GET", f"tickets-search.php{path}?limit=1").status == 200
    assert ask("GET", f"tickets-stats.php{path}").status == 200
    assert ask("GET", f"tickets-statuses.php{path}").status == 200
    assert Xml.fromstring(ask("GET", "tickets-search.php.xml?limit=2").content)[1].tag == "item"


STATUSES = (
    '[{"id":1,"name":"Open","state":"open"},{"id":2,"name":"Resolved","state":"closed"},'
    '{"id":3,"name":"Closed","state":"closed"},{"id":4,"name":"Archived","state":"archived"},'
    '{"id":5,"name":"Deleted","state":"deleted"}]'
)


def test_statuses_are_listed_in_order(api: Api) -> None:
    assert client(api).body("GET", "tickets-statuses.php") == (200, STATUSES)


def test_stats_add_up(api: Api) -> None:
    stats = json.loads(client(api)("GET", "tickets-stats.php").content)
    assert list(stats) == ["total", "open", "closed", "overdue", "by_department", "by_staff"]
    assert stats["total"] == stats["open"] + stats["closed"] == 31
    assert list(stats["by_department"]) == sorted(stats["by_department"])
    assert sum(each["total"] for each in stats["by_department"].values()) == 31
    assert [each["staff_name"] for each in stats["by_staff"]] == sorted(
        each["staff_name"] for each in stats["by_staff"]
    )
    assert list(stats["by_staff"][0]) == ["staff_id", "staff_name", "total", "departments"]


def test_stats_as_xml_are_well_formed_whatever_departments_are_called(api: Api) -> None:
    name = 'Sales & "Söhne" 2'
    api.write(lambda tx: tx.change(update(t.department).where(t.department.c.id == 1).values(name=name)))
    root = Xml.fromstring(client(api)("GET", "tickets-stats.php.xml").content)
    assert name in [each.get("name") for each in root.findall("by_department/item")]


def test_stats_of_nothing_are_empty_lists(api: Api) -> None:
    stats = client(api, departments=[99]).body("GET", "tickets-stats.php")
    assert stats == (200, '{"total":0,"open":0,"closed":0,"overdue":0,"by_department":[],"by_staff":[]}')


def test_stats_of_an_agent_list_the_departments_there_are(api: Api) -> None:
    """What is left in a department that was deleted counts, and is listed under none."""
    api.write(lambda tx: tx.change(update(t.ticket).values(staff_id=ALICE, dept_id=99)))
    stats = json.loads(client(api)("GET", "tickets-stats.php").content)
    assert stats["by_department"] == []
    (alice,) = stats["by_staff"]
    assert (alice["staff_id"], alice["total"], alice["departments"]) == (ALICE, 31, [])


def test_a_file_comes_whole_in_base64(api: Api) -> None:
    file = json.loads(client(api)("GET", "tickets-attachment-download.php/1.json").content)
    assert list(file) == ["file_id", "filename", "mime_type", "size", "content"]
    assert len(b64decode(file["content"])) == file["size"]


def test_a_file_of_nothing_is_empty(api: Api) -> None:
    def empty(tx: Write) -> None:
        tx.change(delete(t.file_chunk).where(t.file_chunk.c.file_id == 1))
        tx.change(update(t.file).where(t.file.c.id == 1).values(size=0))

    api.write(empty)
    file = json.loads(client(api)("GET", "tickets-attachment-download.php/1.json").content)
    assert (file["size"], file["content"]) == (0, "")
    assert api.staff("dora").get("/files/1").content == b""


@pytest.mark.parametrize("lost", ["all", "one"])
def test_a_file_that_is_not_whole_is_not_given_out(api: Api, lost: str) -> None:
    def lose(tx: Write) -> None:
        if lost == "all":
            tx.change(delete(t.file_chunk).where(t.file_chunk.c.file_id == 1))
        tx.change(update(t.file).where(t.file.c.id == 1).values(size=512_001))

    api.write(lose)
    answer = client(api)("GET", "tickets-attachment-download.php/1.json")
    assert answer.status == 500
    assert json.loads(answer.content)["message"].startswith("Failed to read file content")


def test_a_file_that_was_deleted_is_not_found(api: Api) -> None:
    api.write(lambda tx: tx.change(delete(t.file).where(t.file.c.id == 1)))
    wanted = (404, refused("File not found"))
    assert client(api).body("GET", "tickets-attachment-download.php/1.json") == wanted


def test_files_of_anything_but_tickets_stay(api: Api) -> None:
    def detach(tx: Write) -> None:
        tx.change(update(t.attachment).where(t.attachment.c.file_id == 1).values(type="C"))

    api.write(detach)
    wanted = (403, refused("Attachment not accessible"))
    ask = client(api)
    assert ask.body("GET", "tickets-attachment-download.php/1.json") == wanted
    assert ask.body("GET", "tickets-attachment-download.php/99999999999999999999999.json") == wanted
    assert ask.body("GET", "tickets-attachment-download.php/0.json") == (400, refused("Invalid file ID"))


def test_a_key_sees_its_departments_alone(api: Api) -> None:
    ask = client(api, departments=[4])
    assert {each["departmentId"] for each in json.loads(ask("GET", "tickets-search.php").content)} == {4}
    assert ask.body("GET", "tickets-get.php/1.json") == (403, refused("Access denied to ticket department"))
    assert ask("GET", "tickets-attachment-download.php/1.json").status == 403
