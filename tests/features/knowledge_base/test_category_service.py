"""Categories of FAQs over HTTP."""

from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from tests.features.knowledge_base.texts import change
from tests.fixtures.api import Answer, Api

ACCOUNTS, EQUIPMENT = 1, 2
NEW = {"name": "Buildings", "description": "<p>Doors<script>x</script></p>"}


def added(api: Api, **more: Any) -> int:
    made = api.staff("alice").post("/faq-categories", {**NEW, **more})
    assert made.status == 201, made.errors
    return int(made.data["id"])


def ids(answer: Answer) -> list[int]:
    return [each["id"] for each in answer.data]


def test_agents_see_all_with_what_is_in_them(api: Api) -> None:
    answer = api.staff("charlie").get("/faq-categories")
    assert [(each["name"], each["faq_count"]) for each in answer.data] == [("Accounts", 3), ("Equipment", 2)]
    assert {each["visibility"] for each in answer.data} == {"public"}


def test_one_is_added_changed_and_deleted(api: Api) -> None:
    alice = api.staff("alice")
    made = alice.post("/faq-categories", {**NEW, "parent_id": ACCOUNTS, "notes": "For caretakers"})
    assert made.status == 201, made.errors
    assert (made.data["full_name"], made.data["description"]) == ("Accounts / Buildings", "<p>Doors</p>")
    assert (made.data["visibility"], made.data["notes"]) == ("private", "For caretakers")
    path = f"/faq-categories/{made.data['id']}"
    assert made.headers["location"] == f"/api/v2{path}"
    changed = alice.patch(path, {"visibility": "featured", "parent_id": None, "notes": None})
    assert (changed.data["visibility"], changed.data["parent_id"], changed.data["notes"]) == ("featured", None, None)
    (row,) = api.rows(select(t.faq_category).where(t.faq_category.c.category_id == made.data["id"]))
    assert (row.category_pid, row.notes) == (None, "")
    assert alice.delete(path).status == 204
    assert alice.get(path).status == 404


def test_they_are_searched_and_filtered(api: Api) -> None:
    child, alice = added(api, parent_id=EQUIPMENT), api.staff("alice")
    assert ids(alice.get("/faq-categories?q=build")) == [child]
    assert ids(alice.get(f"/faq-categories?parent_id={EQUIPMENT}")) == [child]
    assert ids(alice.get("/faq-categories?parent_id=none&fields=id")) == [ACCOUNTS, EQUIPMENT]
    assert ids(alice.get("/faq-categories?visibility=private")) == [child]
    change(api, t.faq_category, child, category_pid=0)
    assert child in ids(alice.get("/faq-categories?parent_id=none")), "osTicket writes 0 for what was moved to the top"
    tag = alice.get(f"/faq-categories/{child}").headers["etag"]
    assert alice.patch(f"/faq-categories/{child}", {"parent_id": None}).headers["etag"] == tag


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "No"}, "name"),
        ({"name": None}, "name"),
        ({"description": " <p></p>"}, "description"),
        ({"visibility": None}, "visibility"),
        ({"parent_id": 99}, "parent_id"),
        ({"notes": "x" * 256}, "notes"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_no_category_is_refused_by_field(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.staff("alice").patch(f"/faq-categories/{ACCOUNTS}", body)
    assert (answer.status, answer.fields) == (422, [field])
    assert api.staff("alice").post("/faq-categories", {**NEW, **body}).fields == [field]


def test_a_name_is_given_once_at_each_place(api: Api) -> None:
    alice = api.staff("alice")
    answer = alice.post("/faq-categories", {**NEW, "name": "accounts"})
    assert (answer.status, answer.fields) == (409, ["name"])
    assert answer.errors[0]["detail"] == {"faq_category": {"id": ACCOUNTS, "name": "Accounts"}}
    below = added(api, name="Accounts", parent_id=EQUIPMENT)
    assert alice.patch(f"/faq-categories/{below}", {"parent_id": None}).status == 409


def test_nothing_lies_below_itself(api: Api) -> None:
    below = added(api, parent_id=ACCOUNTS)
    for parent in (ACCOUNTS, below):
        answer = api.staff("alice").patch(f"/faq-categories/{ACCOUNTS}", {"parent_id": parent})
        assert (answer.status, answer.errors[0]["code"], answer.fields) == (422, "loop", ["parent_id"])


def test_one_that_holds_something_stays(api: Api) -> None:
    added(api, parent_id=ACCOUNTS)
    answer = api.staff("alice").delete(f"/faq-categories/{ACCOUNTS}")
    assert (answer.status, answer.errors[0]["code"]) == (409, "in_use")
    assert answer.errors[0]["detail"] == {"faqs": 3, "categories": 1}
    assert "move_to" in answer.errors[0]["message"]
    answer = api.staff("alice").delete(f"/faq-categories/{ACCOUNTS}?faqs=delete")
    assert (answer.status, answer.errors[0]["detail"]) == (409, {"categories": 1})


def test_what_is_in_one_moves_to_another(api: Api) -> None:
    child, alice = added(api, parent_id=ACCOUNTS), api.staff("alice")
    assert alice.delete(f"/faq-categories/{ACCOUNTS}?move_to={EQUIPMENT}").status == 204
    assert alice.get(f"/faq-categories/{EQUIPMENT}").data["faq_count"] == 5
    assert alice.get(f"/faq-categories/{child}").data["parent_id"] == EQUIPMENT


def test_it_moves_to_no_place_that_goes_too(api: Api) -> None:
    child = added(api, parent_id=ACCOUNTS)
    for place in (ACCOUNTS, child, 99):
        answer = api.staff("alice").delete(f"/faq-categories/{ACCOUNTS}?move_to={place}")
        assert (answer.status, answer.fields) == (422, ["move_to"])


def test_faqs_go_with_it_if_asked(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.delete(f"/faq-categories/{EQUIPMENT}?faqs=delete").status == 204
    assert len(alice.get("/faqs").data) == 3
    assert len(api.rows(select(t.search.c.object_id).where(t.search.c.object_type == "K"))) == 3


def test_writing_takes_the_permission(api: Api) -> None:
    charlie = api.staff("charlie")
    for answer in (
        charlie.post("/faq-categories", NEW),
        charlie.patch(f"/faq-categories/{ACCOUNTS}", {"visibility": "private"}),
        charlie.delete(f"/faq-categories/{ACCOUNTS}?faqs=delete"),
    ):
        assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "faq.manage"})
