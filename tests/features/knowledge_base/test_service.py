"""FAQs over HTTP, as agents keep them. What is public of them: see test_public.py."""

from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from tests.features.knowledge_base.texts import PICTURE, attached, change, uploaded
from tests.fixtures.api import Answer, Api

PASSWORD, SIGNED_OUT, LOCKING, LAPTOP, SCREEN = 1, 2, 3, 4, 5
ACCOUNTS, EQUIPMENT = 1, 2
GENERAL, ACCESS = 1, 11
NEW = {
    "question": "Where is the key?",
    "answer": "<p>In the <b>box</b>.<script>x</script></p>",
    "category_id": ACCOUNTS,
}


def ids(answer: Answer) -> list[int]:
    return [each["id"] for each in answer.data]


def indexed(api: Api, faq_id: int) -> list[tuple[str, str]]:
    search = t.search.c
    rows = api.rows(select(search.title, search.content).where(search.object_type == "K", search.object_id == faq_id))
    return [(row.title, row.content) for row in rows]


def test_agents_read_all(api: Api) -> None:
    answer = api.staff("charlie").get("/faqs?sort=id")
    assert ids(answer) == [PASSWORD, SIGNED_OUT, LOCKING, LAPTOP, SCREEN]
    first, _, private, *_ = answer.data
    assert first["category"] == {"id": ACCOUNTS, "name": "Accounts"}
    assert (first["visibility"], private["visibility"]) == ("featured", "private")
    assert first["topics"] == [{"id": ACCESS, "name": "Access Issue"}]
    assert (first["keywords"], first["attachments"]) == (None, [])


def test_they_are_searched_filtered_and_paged(api: Api) -> None:
    alice = api.staff("alice")
    assert ids(alice.get("/faqs?q=laptop")) == [LAPTOP]
    assert ids(alice.get("/faqs?q=front%20desk")) == [SCREEN], "by the answer"
    assert ids(alice.get("/faqs?q=<p>")) == [], "but not by its markup"
    assert set(ids(alice.get(f"/faqs?category_id={EQUIPMENT}"))) == {LAPTOP, SCREEN}
    assert ids(alice.get(f"/faqs?topic_id={ACCESS}")) == [PASSWORD]
    assert ids(alice.get("/faqs?visibility=private")) == [LOCKING]
    assert ids(alice.get("/faqs?updated_before=2001-01-01")) == []
    page = alice.get("/faqs?per_page=2&fields=id,question")
    assert (page.meta["total"], list(page.data[0])) == (5, ["id", "question"])
    for wrong in ("sort=colour", "visibility=secret", "topic_id=x", "updated_after=x"):
        assert alice.get(f"/faqs?{wrong}").fields == [wrong.partition("=")[0]]


def test_one_is_added_changed_and_deleted(api: Api) -> None:
    alice = api.staff("alice")
    body = {**NEW, "topic_ids": [ACCESS, GENERAL], "keywords": "door lock", "notes": "<b>n</b>", "visibility": "public"}
    made = alice.post("/faqs", body)
    assert made.status == 201, made.errors
    faq_id, path = made.data["id"], f"/faqs/{made.data['id']}"
    assert made.headers["location"] == f"/api/v2{path}"
    assert made.data["answer"] == "<p>In the <b>box</b>.</p>"
    assert [topic["id"] for topic in made.data["topics"]] == [GENERAL, ACCESS]
    assert (made.data["keywords"], made.data["notes"]) == ("door lock", "<b>n</b>")
    assert indexed(api, faq_id) == [("Where is the key? door lock", "In the box .")]
    changed = alice.patch(path, {"answer": "<p>Lost.</p>", "topic_ids": [], "keywords": None, "category_id": EQUIPMENT})
    assert (changed.data["answer"], changed.data["topics"], changed.data["keywords"]) == ("<p>Lost.</p>", [], None)
    assert changed.data["visibility"] == "public"
    assert indexed(api, faq_id) == [("Where is the key?", "Lost.")]
    assert alice.delete(path).status == 204
    assert (alice.get(path).status, indexed(api, faq_id)) == (404, [])


def test_a_new_one_is_private_and_osticket_finds_its_defaults(api: Api) -> None:
    made = api.staff("alice").post("/faqs", NEW)
    (row,) = api.rows(select(t.faq).where(t.faq.c.faq_id == made.data["id"]))
    assert (row.ispublished, row.keywords, row.notes) == (0, " ", None)


def test_topics_alone_change_when_it_was_updated(api: Api) -> None:
    alice = api.staff("alice")
    tag = alice.get(f"/faqs/{LAPTOP}").headers["etag"]
    assert alice.patch(f"/faqs/{LAPTOP}", {"topic_ids": [GENERAL]}, headers={"If-Match": tag}).status == 200
    assert alice.patch(f"/faqs/{LAPTOP}", {"question": "Late"}, headers={"If-Match": tag}).status == 412
    assert alice.delete(f"/faqs/{LAPTOP}", headers={"If-Match": tag}).status == 412


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"question": " <b></b> "}, "question"),
        ({"question": "x" * 256}, "question"),
        ({"question": None}, "question"),
        ({"answer": "<script></script>"}, "answer"),
        ({"answer": "<p>" + "x" * 65_536 + "</p>"}, "answer"),
        ({"category_id": 99}, "category_id"),
        ({"category_id": None}, "category_id"),
        ({"visibility": "secret"}, "visibility"),
        ({"topic_ids": [GENERAL, 99]}, "topic_ids.1"),
        ({"keywords": "ä" * 200}, "keywords"),
        ({"attachments": [{"file_id": 4711}]}, "attachments"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_no_faq_is_refused_by_field(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.staff("alice").patch(f"/faqs/{LAPTOP}", body)
    assert (answer.status, answer.fields) == (422, [field])
    assert api.staff("alice").post("/faqs", {**NEW, **body}).fields == [field]


def test_a_topic_that_is_not_in_use_stays_but_is_not_chosen(api: Api) -> None:
    alice = api.staff("alice")
    change(api, t.help_topic, ACCESS, flags=0)
    assert alice.patch(f"/faqs/{PASSWORD}", {"topic_ids": [ACCESS, GENERAL]}).status == 200
    assert alice.patch(f"/faqs/{LAPTOP}", {"topic_ids": [ACCESS]}).fields == ["topic_ids.0"]


def test_a_question_is_asked_once(api: Api) -> None:
    answer = api.staff("alice").post("/faqs", {**NEW, "question": "why am I signed out?"})
    assert (answer.status, answer.fields) == (409, ["question"])
    assert answer.errors[0]["detail"] == {"faq": {"id": SIGNED_OUT}}


def test_writing_takes_the_permission(api: Api) -> None:
    charlie = api.staff("charlie")
    for answer in (
        charlie.post("/faqs", NEW),
        charlie.patch(f"/faqs/{LAPTOP}", {"visibility": "public"}),
        charlie.delete(f"/faqs/{LAPTOP}"),
    ):
        assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "faq.manage"})


def test_files_and_pictures_come_and_go_with_it(api: Api) -> None:
    alice = api.staff("alice")
    file_id = uploaded(alice)
    made = alice.post("/faqs", {**NEW, "answer": f"<p>{PICTURE}</p>", "attachments": [{"file_id": file_id}]})
    assert made.status == 201, made.errors
    assert [each["file_id"] for each in made.data["attachments"]] == [file_id]
    assert attached(api, "F", made.data["id"]) == 2
    assert api.staff("charlie").get(f"/files/{file_id}").status == 200
    alice.patch(f"/faqs/{made.data['id']}", {"answer": "<p>No picture</p>"})
    assert attached(api, "F", made.data["id"]) == 1
    alice.delete(f"/faqs/{made.data['id']}")
    assert attached(api, "F", made.data["id"]) == 0


def test_a_file_that_cannot_be_attached_is_not_lost_silently(api: Api) -> None:
    """osTicket's key allows a file once for all things with the same id."""
    alice = api.staff("alice")
    file_id = uploaded(alice)
    api.write(lambda tx: tx.insert(t.attachment, object_id=LAPTOP, type="H", file_id=file_id))
    answer = alice.patch(f"/faqs/{LAPTOP}", {"attachments": [{"file_id": file_id}]})
    assert (answer.status, answer.fields, answer.errors[0]["code"]) == (409, ["attachments"], "file_taken")


def test_a_dry_run_changes_nothing(api: Api) -> None:
    alice = api.staff("alice")
    answer = alice.patch(f"/faqs/{LOCKING}?dry_run=true", {"visibility": "public"})
    assert answer.data["effects"] == [{"kind": "faq", "id": LOCKING, "changed": {"ispublished": [0, 1]}}]
    assert alice.get(f"/faqs/{LOCKING}").data["visibility"] == "private"
