"""Help topics over HTTP."""

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

REPORT, ACCESS, EQUIPMENT, INVOICE = 10, 11, 12, 13
DISABLED, ACTIVE = 0x0, 0x2


def set_topic(api: Api, topic_id: int, **values: object) -> None:
    def unit(tx: Write) -> None:
        tx.change(update(t.help_topic).where(t.help_topic.c.topic_id == topic_id).values(**values))

    api.write(unit)


def ids(answer: object) -> set[int]:
    return {each["id"] for each in answer.data}  # type: ignore[attr-defined]


def test_agents_see_where_tickets_of_a_topic_go(api: Api) -> None:
    topic = api.staff("alice").get(f"/topics/{EQUIPMENT}").data
    assert topic["department"] == {"id": 5, "name": "Workplace"}
    assert topic["priority"] == {"id": 2, "name": "Normal"}
    assert (topic["sla"], topic["staff"], topic["team"], topic["status"]) == (None, None, None, None)
    assert (topic["is_public"], topic["is_active"], topic["is_archived"]) == (True, True, False)
    assert topic["form_ids"] == [2, 8]
    assert topic["sends_auto_response"] is True


def test_the_full_name_tells_the_topics_above(api: Api) -> None:
    topic = api.user("uma").get(f"/topics/{ACCESS}").data
    assert (topic["parent_id"], topic["full_name"]) == (REPORT, "Report a Problem / Access Issue")


def test_users_see_nothing_but_the_choice(api: Api) -> None:
    topics = api.user("uma").get("/topics").data
    assert [topic["name"] for topic in topics[:2]] == ["Feedback", "General Inquiry"]
    assert {name for topic in topics for name in topic} == {"id", "name", "full_name", "parent_id", "position"}


@pytest.mark.parametrize("change", [{"ispublic": False}, {"flags": DISABLED}])
def test_users_see_public_and_active_topics_only(api: Api, change: dict[str, object]) -> None:
    set_topic(api, INVOICE, **change)
    uma = api.user("uma")
    assert INVOICE not in ids(uma.get("/topics"))
    assert uma.get(f"/topics/{INVOICE}").status == 404
    assert uma.get(f"/topics/{INVOICE}/form").status == 404
    assert api.staff("alice").get(f"/topics/{INVOICE}").status == 200


def test_a_private_topic_of_another_department_is_out_of_sight(api: Api) -> None:
    set_topic(api, INVOICE, ispublic=False)
    assert api.staff("bob").get(f"/topics/{INVOICE}").status == 404
    assert api.staff("charlie").get(f"/topics/{INVOICE}").status == 200


def test_a_disabled_topic_takes_those_far_below_along(api: Api) -> None:
    set_topic(api, EQUIPMENT, topic_pid=ACCESS)
    set_topic(api, REPORT, flags=DISABLED)
    seen = ids(api.user("uma").get("/topics"))
    assert EQUIPMENT not in seen
    assert ACCESS in seen, "osTicket leaves children of the topic itself"


def test_topics_that_lie_in_a_circle_have_names_all_the_same(api: Api) -> None:
    set_topic(api, REPORT, topic_pid=ACCESS)
    assert api.staff("alice").get(f"/topics/{REPORT}").data["full_name"] == "Access Issue / Report a Problem"


def test_topics_are_searched_filtered_and_paged(api: Api) -> None:
    alice = api.staff("alice")
    set_topic(api, ACCESS, flags=DISABLED)
    assert ids(alice.get("/topics?q=request")) == {EQUIPMENT}
    assert ids(alice.get("/topics?active=false")) == {ACCESS}
    assert ACCESS not in ids(alice.get("/topics?active=true"))
    first = alice.get("/topics?per_page=4&sort=name&fields=id,name")
    assert first.data[0] == {"id": ACCESS, "name": "Access Issue"}
    assert first.meta["total"] == 6
    rest = alice.get(f"/topics?per_page=4&sort=name&cursor={first.meta['next_cursor']}")
    assert len(rest.data) == 2
    assert alice.get("/topics?sort=colour").fields == ["sort"]


def test_notes_are_for_administrators(api: Api) -> None:
    set_topic(api, REPORT, notes="Mind the lift.")
    assert api.staff("dora").get(f"/topics/{REPORT}").data["notes"] == "Mind the lift."
    assert "notes" not in api.staff("alice").get(f"/topics/{REPORT}").data


def test_the_form_of_a_topic_is_a_json_schema(api: Api) -> None:
    answer = api.user("uma").get(f"/topics/{EQUIPMENT}/form")
    schema = answer.data
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"]["subject"]["x-built-in"] is True
    assert {"subject", "message"} <= set(schema["required"])
    assert schema["additionalProperties"] is False
    assert [form["id"] for form in schema["x-forms"]] == [2, 8]
    again = api.user("uma").get(f"/topics/{EQUIPMENT}/form", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status == 304


def test_the_form_asks_agents_what_it_does_not_ask_users(api: Api) -> None:
    asked = {who: set(api.named(who).get("/topics/1/form").data["properties"]) for who in ("uma", "alice")}
    assert "priority" in asked["alice"]
    assert "priority" not in asked["uma"]


@pytest.mark.parametrize("path", ["/topics/999", "/topics/999/form"])
def test_a_topic_that_is_not_there_is_not_found(api: Api, path: str) -> None:
    assert api.staff("alice").get(path).status == 404
    assert api.user("uma").get(path).status == 404
