"""Setting up sequences over HTTP."""

from typing import Any

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

QUOTES = {"name": "Quotes", "next": 100, "increment": 5, "padding": "_"}


def test_a_sequence_is_added_changed_and_deleted(api: Api) -> None:
    dora = api.staff("dora")
    made = dora.post("/sequences", json=QUOTES)
    assert (made.status, made.data["next"], made.data["updated_at"]) == (201, 100, None)
    path = f"/sequences/{made.data['id']}"
    assert made.headers["location"] == f"/api/v2{path}"
    changed = dora.patch(path, json={"next": 7, "padding": "0"}).data
    assert (changed["next"], changed["padding"], changed["increment"]) == (7, "0", 5)
    assert changed["updated_at"] is not None
    assert [each["name"] for each in dora.get("/sequences?q=quo").data] == ["Quotes"]
    assert dora.delete(path).status == 204
    assert dora.get(path).status == 404


def test_tickets_are_numbered_by_it(api: Api) -> None:
    dora = api.staff("dora")
    sequence = dora.post("/sequences", json=QUOTES).data["id"]
    dora.patch("/settings", json={"tickets": {"number_format": "Q-#####", "sequence_id": sequence}})
    body = {"subject": "Help", "message": "Please", "name": "Ann", "email": "ann@example.org", "topic_id": 1}
    numbers = [dora.post("/tickets", json=body).data["number"] for _ in range(2)]
    assert numbers == ["Q-__100", "Q-__105"]
    assert dora.get(f"/sequences/{sequence}").data["next"] == 110
    assert dora.delete(f"/sequences/{sequence}").errors[0]["detail"] == {"settings": 1}


def test_a_sequence_in_use_or_built_in_stays(api: Api) -> None:
    dora = api.staff("dora")
    sequence = dora.post("/sequences", json=QUOTES).data["id"]

    def use(tx: Write) -> None:
        tx.change(update(t.help_topic).where(t.help_topic.c.topic_id == 1).values(sequence_id=sequence))

    api.write(use)
    assert dora.delete(f"/sequences/{sequence}").errors[0]["detail"] == {"topics": 1}
    assert dora.delete("/sequences/1").errors[0]["code"] == "is_built_in"
    assert dora.post("/sequences", json={"name": "quotes"}).fields == ["name"]
    assert dora.patch("/sequences/1", json={"name": "Quotes"}).status == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"next": 0}, "next"),
        ({"increment": 0}, "increment"),
        ({"increment": None}, "increment"),
        ({"padding": "00"}, "padding"),
        ({"padding": "€"}, "padding"),
        ({"name": "x" * 65}, "name"),
        ({"name": "\N{SMILING FACE WITH OPEN MOUTH}" * 30}, "name"),
    ],
)
def test_what_is_no_sequence_is_refused_by_field(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.staff("dora").patch("/sequences/1", json=body)
    assert (answer.status, answer.fields) == (422, [field])
