"""Setting up help topics over HTTP."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

GENERAL, FEEDBACK, REPORT, ACCESS, EQUIPMENT, INVOICE = 1, 2, 10, 11, 12, 13
SUPPORT, SALES, BILLING = 1, 2, 4
ALICE, BOB = 2, 3
TICKET_FORM, EQUIPMENT_FORM = 2, 8
FIRST_LEVEL = 1


def changed(api: Api, statement: Any) -> None:
    def unit(tx: Write) -> None:
        tx.change(statement)

    api.write(unit)


def set_config(api: Api, key: str, value: str) -> None:
    def unit(tx: Write) -> None:
        config = t.config.c
        if not tx.change(update(t.config).where(config.key == key, config.namespace == "core").values(value=value)):
            tx.insert(t.config, namespace="core", key=key, value=value)

    api.write(unit)


def add(api: Api, name: str, **more: object) -> Any:
    answer = api.staff("dora").post("/topics", json={"name": name, **more})
    assert answer.status == 201, answer.errors
    return answer.data


def links(api: Api, topic_id: int) -> list[tuple[int, int, str]]:
    link = t.help_topic_form.c
    rows = api.rows(select(link.form_id, link.sort, link.extra).where(link.topic_id == topic_id).order_by(link.sort))
    return [(row.form_id, row.sort, row.extra) for row in rows]


def test_a_topic_is_added_as_asked(api: Api) -> None:
    asked = {
        "name": "Door <b>access</b>",
        "parent_id": REPORT,
        "is_public": False,
        "department_id": SALES,
        "priority_id": 3,
        "status_id": 1,
        "sla_id": 2,
        "team_id": FIRST_LEVEL,
        "sends_auto_response": False,
        "number_format": "D-#####",
        "sequence_id": 1,
        "forms": [EQUIPMENT_FORM],
        "notes": "For the gate<script>x</script>",
    }
    answer = api.staff("dora").post("/topics", json=asked)
    made = answer.data
    assert answer.status == 201, answer.errors
    assert answer.headers["location"] == f"/api/v2/topics/{made['id']}"
    assert (made["name"], made["full_name"]) == ("Door access", "Report a Problem / Door access")
    assert [made[name]["id"] for name in ("department", "priority", "status", "sla", "team")] == [SALES, 3, 1, 2, 1]
    assert (made["is_public"], made["is_active"], made["staff"]) == (False, True, None)
    assert (made["sends_auto_response"], made["number_format"], made["sequence_id"]) == (False, "D-#####", 1)
    assert (made["form_ids"], made["notes"]) == ([TICKET_FORM, EQUIPMENT_FORM], "For the gate")
    assert api.staff("dora").get(f"/topics/{made['id']}").data == made


def test_a_ticket_of_a_new_topic_goes_where_the_topic_says(api: Api) -> None:
    made = add(api, "Door access", department_id=BILLING, number_format="D-#####", sequence_id=1, staff_id=ALICE)
    body = {"topic_id": made["id"], "subject": "The door", "message": "It is shut", "priority_id": 2}
    ticket = api.user("uma").post("/tickets", {name: body[name] for name in ("topic_id", "subject", "message")})
    assert ticket.status == 201, ticket.errors
    shown = api.staff("dora").get(f"/tickets/{ticket.data['id']}").data
    assert (shown["department"]["id"], shown["staff"]["id"]) == (BILLING, ALICE)
    assert shown["number"].startswith("D-0000")


def test_a_topic_asks_the_ticket_form_at_least(api: Api) -> None:
    made = add(api, "Door access")
    assert made["forms"] == [{"id": TICKET_FORM, "disabled_field_ids": []}]
    assert links(api, made["id"]) == [(TICKET_FORM, 1, '{"disable":[]}')]
    assert (made["is_public"], made["is_active"], made["department"], made["sends_auto_response"]) == (
        True,
        True,
        None,
        True,
    )


def test_forms_are_given_as_a_whole(api: Api) -> None:
    dora = api.staff("dora")
    fields = [field["id"] for field in dora.get(f"/forms/{EQUIPMENT_FORM}").data["fields"]]
    forms = [{"id": EQUIPMENT_FORM, "disabled_field_ids": fields[:2]}, TICKET_FORM]
    topic = dora.patch(f"/topics/{GENERAL}", {"forms": forms}).data
    assert topic["form_ids"] == [EQUIPMENT_FORM, TICKET_FORM]
    assert topic["forms"][0] == {"id": EQUIPMENT_FORM, "disabled_field_ids": fields[:2]}
    assert links(api, GENERAL)[0][2] == f'{{"disable":[{fields[0]},{fields[1]}]}}'
    asked = api.user("uma").get(f"/topics/{GENERAL}/form").data["properties"]
    hidden = {field["name"] for field in dora.get(f"/forms/{EQUIPMENT_FORM}").data["fields"][:2]}
    assert not hidden & asked.keys()
    assert dora.patch(f"/topics/{GENERAL}", {"forms": topic["forms"]}).data == topic, "what was read can be sent back"
    assert dora.patch(f"/topics/{GENERAL}", {"forms": []}).data["form_ids"] == [TICKET_FORM]


def test_rows_of_forms_that_stay_stay(api: Api) -> None:
    rows = select(t.help_topic_form).where(t.help_topic_form.c.topic_id == EQUIPMENT)
    before = api.rows(rows)
    topic = api.staff("dora").get(f"/topics/{EQUIPMENT}").data
    again = api.staff("dora").patch(f"/topics/{EQUIPMENT}", {"forms": topic["form_ids"]}).data
    assert (api.rows(rows), again["updated_at"]) == (before, topic["updated_at"])


def test_a_custom_form_made_elsewhere_is_asked_and_answered(api: Api) -> None:
    def unit(tx: Write) -> int:
        form_id = tx.insert(t.form, type="G", flags=1, title="Doors", created=tx.now, updated=tx.now)
        field = {"form_id": form_id, "flags": 0x3301 | 0x400, "type": "text", "label": "Which door", "name": "door"}
        tx.insert(t.form_field, **field, sort=1, created=tx.now, updated=tx.now)
        return form_id

    form_id = api.write(unit)
    made = add(api, "Door access", forms=[form_id])
    body = {"topic_id": made["id"], "subject": "The door", "message": "It is shut"}
    uma = api.user("uma")
    assert uma.post("/tickets", body).fields == ["custom_fields.door"]
    ticket = uma.post("/tickets", {**body, "custom_fields": {"door": "The blue one"}})
    assert ticket.status == 201, ticket.errors
    assert uma.get(f"/tickets/{ticket.data['id']}").data["custom_fields"]["door"] == "The blue one"


def test_what_is_absent_stays_and_null_clears(api: Api) -> None:
    dora = api.staff("dora")
    made = add(api, "Door access", sla_id=2, department_id=SALES, staff_id=ALICE, parent_id=REPORT)
    path = f"/topics/{made['id']}"
    after = dora.patch(path, {"sla_id": None, "parent_id": None, "staff_id": None}).data
    assert (after["sla"], after["parent_id"], after["staff"]) == (None, None, None)
    assert (after["department"], after["name"]) == (made["department"], made["name"])
    assert dora.patch(path, {"is_public": None}).fields == ["is_public"]


def test_what_does_not_change_is_not_touched(api: Api) -> None:
    rows = select(t.help_topic).order_by(t.help_topic.c.topic_id)
    before = api.rows(rows)
    body = {"name": "Feedback", "is_active": True, "parent_id": None}
    assert api.staff("dora").patch(f"/topics/{FEEDBACK}", body).status == 200
    assert api.rows(rows) == before


def test_names_are_unique_among_siblings(api: Api) -> None:
    dora = api.staff("dora")
    taken = dora.post("/topics", json={"name": "FEEDBACK"})
    assert (taken.status, taken.fields, taken.errors[0]["detail"]) == (409, ["name"], {"topic": {"id": FEEDBACK}})
    below = add(api, "Feedback", parent_id=REPORT)["id"]
    assert dora.patch(f"/topics/{below}", {"parent_id": None}).status == 409
    assert dora.patch(f"/topics/{FEEDBACK}", {"name": "FeedBack"}).data["name"] == "FeedBack"


@pytest.mark.parametrize("parent_id", [REPORT, ACCESS, 999])
def test_a_topic_does_not_lie_in_itself(api: Api, parent_id: int) -> None:
    answer = api.staff("dora").patch(f"/topics/{REPORT}", {"parent_id": parent_id})
    assert (answer.status, answer.fields) == (422, ["parent_id"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Door"}, "name"),
        ({"name": "x" * 129}, "name"),
        ({"name": "😀" * 20}, "name"),
        ({"number_format": "😀😀😀#"}, "number_format"),
        ({"department_id": 99}, "department_id"),
        ({"priority_id": 99}, "priority_id"),
        ({"status_id": 99}, "status_id"),
        ({"sla_id": 99}, "sla_id"),
        ({"staff_id": 99}, "staff_id"),
        ({"team_id": 99}, "team_id"),
        ({"staff_id": ALICE, "team_id": FIRST_LEVEL}, "team_id"),
        ({"page_id": 1}, "page_id"),
        ({"number_format": "Q-"}, "number_format"),
        ({"number_format": "A" * 20 + "#"}, "number_format"),
        ({"number_format": r"Q-\#"}, "number_format"),
        ({"sequence_id": 1}, "sequence_id"),
        ({"number_format": "Q-#", "sequence_id": 99}, "sequence_id"),
        ({"is_active": True, "is_archived": True}, "is_archived"),
        ({"position": 3}, "position"),
        ({"forms": [99]}, "forms.0"),
        ({"forms": [1]}, "forms.0"),
        ({"forms": [EQUIPMENT_FORM, EQUIPMENT_FORM]}, "forms.1"),
        ({"forms": [{"id": EQUIPMENT_FORM, "disabled_field_ids": [20]}]}, "forms.0.disabled_field_ids"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_no_topic_is_refused_by_field(api: Api, body: dict[str, object], field: str) -> None:
    answer = api.staff("dora").patch(f"/topics/{FEEDBACK}", body)
    assert (answer.status, answer.fields) == (422, [field])
    assert api.staff("dora").post("/topics", json={"name": "Something new", **body}).fields == [field]


def test_tickets_of_a_topic_are_not_sent_to_what_is_out_of_use(api: Api) -> None:
    dora = api.staff("dora")
    changed(api, update(t.department).where(t.department.c.id == SALES).values(flags=0))
    changed(api, update(t.staff).where(t.staff.c.staff_id == BOB).values(isactive=False))
    for body in ({"department_id": SALES}, {"staff_id": BOB}):
        answer = dora.patch(f"/topics/{FEEDBACK}", body)
        assert (answer.fields, answer.errors[0]["code"]) == (list(body), "disabled")


def test_a_topic_is_assigned_to_an_agent_or_to_a_team(api: Api) -> None:
    dora = api.staff("dora")
    dora.patch(f"/topics/{FEEDBACK}", {"team_id": FIRST_LEVEL})
    topic = dora.patch(f"/topics/{FEEDBACK}", {"staff_id": ALICE}).data
    assert (topic["staff"]["id"], topic["team"]) == (ALICE, None)
    topic = dora.patch(f"/topics/{FEEDBACK}", {"team_id": FIRST_LEVEL}).data
    assert (topic["staff"], topic["team"]["id"]) == (None, FIRST_LEVEL)


def test_numbers_of_their_own_are_switched_on_and_off_with_the_format(api: Api) -> None:
    dora = api.staff("dora")
    topic = dora.patch(f"/topics/{FEEDBACK}", {"number_format": "Q-###", "sequence_id": 1}).data
    assert (topic["number_format"], topic["sequence_id"]) == ("Q-###", 1)
    assert dora.patch(f"/topics/{FEEDBACK}", {"sequence_id": None}).data["number_format"] == "Q-###"
    topic = dora.patch(f"/topics/{FEEDBACK}", {"number_format": None}).data
    assert (topic["number_format"], topic["sequence_id"]) == (None, None)


def test_topics_are_in_the_order_of_their_names(api: Api) -> None:
    """osTicket is one change behind."""
    add(api, "Aardvarks")
    add(api, "Door access", parent_id=REPORT)
    api.staff("dora").patch(f"/topics/{FEEDBACK}", {"name": "Zebra crossings"})
    topics = api.staff("dora").get("/topics").data
    names = [topic["full_name"] for topic in topics]
    assert names == sorted(names, key=str.casefold)
    assert [topic["position"] for topic in topics] == list(range(1, len(topics) + 1))


def test_topics_are_ordered_by_hand_where_the_help_desk_is_set_so(api: Api) -> None:
    set_config(api, "help_topic_sort_mode", "m")
    assert add(api, "Aardvarks", position=7)["position"] == 7
    before = api.staff("dora").get(f"/topics/{REPORT}").data["position"]
    assert add(api, "Door access", parent_id=REPORT)["position"] == before + 1
    assert api.staff("dora").patch(f"/topics/{FEEDBACK}", {"position": 9}).data["position"] == 9


def test_a_topic_is_disabled_archived_and_taken_into_use_again(api: Api) -> None:
    dora, uma = api.staff("dora"), api.user("uma")
    off = dora.patch(f"/topics/{FEEDBACK}", {"is_active": False}).data
    assert (off["is_active"], off["is_archived"]) == (False, False)
    assert uma.get(f"/topics/{FEEDBACK}").status == 404
    archived = dora.patch(f"/topics/{FEEDBACK}", {"is_archived": True}).data
    assert (archived["is_active"], archived["is_archived"]) == (False, True)
    on = dora.patch(f"/topics/{FEEDBACK}", {"is_active": True}).data
    assert (on["is_active"], on["is_archived"]) == (True, False)


def test_filters_that_choose_a_disabled_topic_are_marked(api: Api) -> None:
    def unit(tx: Write) -> None:
        tx.connection.execute(insert(t.filter_).values(id=50, name="Feedback", flags=0))
        values = {"filter_id": 50, "type": "topic", "configuration": f'{{"topic_id":"{FEEDBACK}"}}', "sort": 1}
        tx.connection.execute(insert(t.filter_action).values(**values))

    api.write(unit)
    dora = api.staff("dora")
    dora.patch(f"/topics/{FEEDBACK}", {"is_active": False})
    assert api.rows(select(t.filter_.c.flags).where(t.filter_.c.id == 50))[0].flags == 0x1
    refused = dora.delete(f"/topics/{FEEDBACK}")
    assert (refused.status, refused.errors[0]["detail"]) == (409, {"actions of filters": 1})


def test_the_default_topic_stays_in_use(api: Api) -> None:
    set_config(api, "default_help_topic", str(GENERAL))
    dora = api.staff("dora")
    assert dora.get(f"/topics/{GENERAL}").data["is_default"] is True
    answer = dora.patch(f"/topics/{GENERAL}", {"is_archived": True})
    assert (answer.status, answer.fields, answer.errors[0]["code"]) == (422, ["is_archived"], "is_default")
    assert dora.delete(f"/topics/{GENERAL}").errors[0]["code"] == "is_default"


def test_something_is_left_to_choose_from(api: Api) -> None:
    others = t.help_topic.c.topic_id != FEEDBACK
    changed(api, update(t.help_topic).where(others).values(flags=0, ispublic=False))
    dora = api.staff("dora")
    answer = dora.patch(f"/topics/{FEEDBACK}", {"is_public": False, "is_active": False})
    assert (answer.status, set(answer.fields)) == (422, {"is_public", "is_active"})


def test_a_topic_is_deleted_and_its_tickets_stay(api: Api) -> None:
    def unit(tx: Write) -> None:
        tx.change(update(t.ticket).where(t.ticket.c.ticket_id == 1).values(topic_id=REPORT))
        tx.change(update(t.email).where(t.email.c.email_id == 1).values(topic_id=REPORT))
        tx.insert(t.faq_topic, faq_id=1, topic_id=REPORT)

    api.write(unit)
    dora = api.staff("dora")
    assert dora.delete(f"/topics/{REPORT}?dry_run=true").data["effects"][-1]["deleted"] is True
    assert dora.delete(f"/topics/{REPORT}").status == 204
    assert dora.get(f"/topics/{REPORT}").status == 404
    assert dora.get("/tickets/1").data["topic"] is None
    assert dora.get(f"/topics/{ACCESS}").data["parent_id"] is None
    for table in (t.faq_topic, t.help_topic_form, t.email):
        assert not api.rows(select(table).where(table.c.topic_id == REPORT))


def test_a_topic_stays_while_those_below_it_could_not_come_up(api: Api) -> None:
    add(api, "Feedback", parent_id=REPORT)
    answer = api.staff("dora").delete(f"/topics/{REPORT}")
    assert (answer.status, answer.errors[0]["code"]) == (409, "name_taken")


def test_a_topic_changed_since_it_was_read_stays(api: Api) -> None:
    dora = api.staff("dora")
    tag = dora.get(f"/topics/{FEEDBACK}").headers["etag"]
    assert dora.patch(f"/topics/{FEEDBACK}", {"forms": [EQUIPMENT_FORM]}, headers={"If-Match": tag}).status == 200
    assert dora.patch(f"/topics/{FEEDBACK}", {"forms": []}, headers={"If-Match": tag}).status == 412


def test_topics_are_set_up_by_administrators(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.post("/topics", json={"name": "Mine alone"}).status == 403
    assert alice.patch(f"/topics/{FEEDBACK}", {"name": "Mine alone"}).status == 403
    assert alice.delete(f"/topics/{FEEDBACK}").status == 403
