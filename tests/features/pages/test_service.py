"""The texts of the help desk: pages, and what mails about accounts are made from."""

from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from tests.features.knowledge_base.texts import configure
from tests.fixtures.api import Api

NEW = {"type": "thank-you", "name": "Thanks for a report", "body": "<p>Thank you, %{ticket.name.first}.</p>"}


def page_of(api: Api, kind: str) -> Any:
    return next(each for each in api.staff("dora").get("/pages?per_page=100").data if each["type"] == kind)


def test_one_is_added_changed_and_deleted(api: Api) -> None:
    dora = api.staff("dora")
    made = dora.post("/pages", {**NEW, "notes": "Of marketing"})
    assert made.status == 201, made.errors
    path = f"/pages/{made.data['id']}"
    assert made.headers["location"] == f"/api/v2{path}"
    assert (made.data["is_active"], made.data["is_used"], made.data["notes"]) == (True, False, "Of marketing")
    changed = dora.patch(path, {"name": "Thanks", "is_active": False, "notes": None}).data
    assert (changed["name"], changed["is_active"], changed["notes"]) == ("Thanks", False, None)
    assert changed["body"] == made.data["body"]
    assert dora.delete(path).status == 204
    assert dora.get(path).status == 404


def test_they_are_filtered_and_searched(api: Api) -> None:
    dora = api.staff("dora")
    number = dora.post("/pages", {**NEW, "is_active": False}).data["id"]
    for query, found in (
        ("type=thank-you", True),
        ("q=Thanks for", True),
        ("active=false", True),
        ("type=landing", False),
    ):
        listed = dora.get(f"/pages?per_page=100&{query}").data
        assert (number in {each["id"] for each in listed}) is found, query
    assert number not in {each["id"] for each in dora.get("/pages?per_page=100&active=true").data}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**NEW, "type": "registration-staff"}, "type"),
        ({**NEW, "name": " "}, "name"),
        ({**NEW, "body": ""}, "body"),
        ({"type": "other", "name": "x"}, "body"),
        ({**NEW, "colour": "red"}, "colour"),
    ],
)
def test_what_is_no_page_is_refused_by_field(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.staff("dora").post("/pages", body)
    assert (answer.status, answer.fields) == (422, [field])


def test_a_name_is_given_once(api: Api) -> None:
    dora = api.staff("dora")
    first = dora.post("/pages", NEW).data["id"]
    assert dora.post("/pages", NEW).status == 409
    second = dora.post("/pages", {**NEW, "name": "Other"}).data["id"]
    assert dora.patch(f"/pages/{second}", {"name": NEW["name"]}).status == 409
    assert dora.patch(f"/pages/{first}", {"name": NEW["name"]}).status == 200


def test_one_that_is_used_is_neither_deleted_nor_switched_off(api: Api) -> None:
    dora = api.staff("dora")
    by_topic, by_settings = (dora.post("/pages", {**NEW, "name": name}).data["id"] for name in ("A", "B"))
    api.write(lambda tx: tx.change(update(t.help_topic).where(t.help_topic.c.topic_id == 1).values(page_id=by_topic)))
    configure(api, "thank-you_page_id", str(by_settings))
    for_mail = page_of(api, "registration-staff")["id"]
    for page in (by_topic, by_settings, for_mail):
        assert dora.get(f"/pages/{page}").data["is_used"] is True
        for answer in (dora.delete(f"/pages/{page}"), dora.patch(f"/pages/{page}", {"is_active": False})):
            assert (answer.status, answer.errors[0]["code"]) == (409, "in_use")
        assert dora.patch(f"/pages/{page}", {"body": "<p>Anew</p>"}).data["body"] == "<p>Anew</p>"


def test_scripts_are_taken_out_and_variables_are_kept(api: Api) -> None:
    body = '<p onclick="x()">Hello %{ticket.name}</p><script>x()</script><a href="%{link}">Here</a>'
    made = api.staff("dora").post("/pages", {**NEW, "body": body}).data["body"]
    assert "script" not in made
    assert "onclick" not in made
    assert "%{ticket.name}" in made
    assert 'href="%{link}"' in made


def test_they_are_for_administrators(api: Api) -> None:
    for who in (api.staff("alice"), api.user("uma")):
        assert who.get("/pages").status == 403
        assert who.post("/pages", NEW).status == 403
    assert len(api.rows(select(t.content.c.id).where(t.content.c.name == NEW["name"]))) == 0
