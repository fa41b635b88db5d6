"""Setting up teams over HTTP."""

from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

ALICE, BOB, CHARLIE, DORA = 2, 3, 4, 5
FIRST_LEVEL, ESCALATION = 1, 2


def test_a_team_is_added_changed_and_deleted(api: Api) -> None:
    dora = api.staff("dora")
    members = [{"staff_id": ALICE}, {"staff_id": CHARLIE, "alerts": False}]
    made = dora.post("/teams", {"name": "Night shift", "lead_id": CHARLIE, "members": members, "notes": "<b>n</b>"})
    assert made.status == 201, made.errors
    path = f"/teams/{made.data['id']}"
    assert made.headers["location"] == f"/api/v2{path}"
    assert [(each["id"], each["alerts"]) for each in made.data["members"]] == [(ALICE, True), (CHARLIE, False)]
    assert (made.data["lead"]["username"], made.data["is_active"], made.data["sends_alerts"]) == ("charlie", True, True)
    changed = dora.patch(path, {"name": "Late shift", "sends_alerts": False, "notes": None}).data
    assert (changed["name"], changed["sends_alerts"], changed["notes"]) == ("Late shift", False, None)
    assert changed["members"] == made.data["members"]
    assert dora.delete(path).status == 204
    assert dora.get(path).status == 404


def test_a_team_that_is_not_in_use_yet_is_written_as_asked(api: Api) -> None:
    made = api.staff("dora").post("/teams", {"name": "Later", "is_active": False})
    assert (made.status, made.data["is_active"]) == (201, False)


def test_a_name_is_given_once(api: Api) -> None:
    dora = api.staff("dora")
    for answer in (dora.post("/teams", {"name": "escalation"}), dora.patch("/teams/1", {"name": "Escalation"})):
        assert (answer.status, answer.fields, answer.errors[0]["detail"]) == (
            409,
            ["name"],
            {"team": {"id": ESCALATION}},
        )
    assert dora.patch(f"/teams/{ESCALATION}", {"name": "ESCALATION"}).status == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"name": 126 * "x"}, "name"),
        ({"lead_id": 99}, "lead_id"),
        ({"members": None}, "members"),
        ({"members": [{"staff_id": ALICE}, {"staff_id": 99}]}, "members.1.staff_id"),
        ({"members": [{"staff_id": ALICE}, {"staff_id": ALICE}]}, "members"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_no_team_is_refused_by_field(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.staff("dora").patch(f"/teams/{FIRST_LEVEL}", body)
    assert (answer.status, answer.fields) == (422, [field])


def test_a_locked_agent_is_not_taken_in_but_stays(api: Api) -> None:
    dora = api.staff("dora")
    for agent in (BOB, CHARLIE):
        dora.patch(f"/staff/{agent}", {"is_active": False})
    refused = dora.patch(f"/teams/{FIRST_LEVEL}", {"members": [{"staff_id": CHARLIE}]})
    assert (refused.status, refused.fields) == (422, ["members.0.staff_id"])
    assert dora.patch(f"/teams/{FIRST_LEVEL}", {"lead_id": CHARLIE}).fields == ["lead_id"]
    kept = dora.patch(f"/teams/{FIRST_LEVEL}", {"members": [{"staff_id": BOB, "alerts": False}]})
    assert [(each["id"], each["alerts"]) for each in kept.data["members"]] == [(BOB, False)]


def test_a_lead_who_leaves_the_team_leads_no_more(api: Api) -> None:
    dora = api.staff("dora")
    dora.patch(f"/teams/{FIRST_LEVEL}", {"lead_id": ALICE})
    assert dora.patch(f"/teams/{FIRST_LEVEL}", {"members": [{"staff_id": BOB}]}).data["lead"] is None
    outside = dora.patch(f"/teams/{FIRST_LEVEL}", {"lead_id": ALICE}).data
    assert outside["lead"]["id"] == ALICE
    assert dora.patch(f"/teams/{FIRST_LEVEL}", {"members": []}).data["lead"]["id"] == ALICE
    assert dora.patch(f"/teams/{FIRST_LEVEL}", {"lead_id": None}).data["lead"] is None


def test_members_see_at_once_what_their_team_has(api: Api) -> None:
    ticket = api.rows(select(t.ticket.c.ticket_id).where(t.ticket.c.dept_id == 1, t.ticket.c.status_id == 1))[0][0]
    charlie = api.staff("charlie")
    api.staff("alice").post(f"/tickets/{ticket}/assign", {"team_id": FIRST_LEVEL})
    assert charlie.get(f"/tickets/{ticket}").status == 404
    api.staff("dora").patch(f"/teams/{FIRST_LEVEL}", {"members": [{"staff_id": CHARLIE}]})
    assert charlie.get(f"/tickets/{ticket}").status == 200
    api.staff("dora").patch(f"/teams/{FIRST_LEVEL}", {"members": []})
    assert charlie.get(f"/tickets/{ticket}").status == 404


def _leave_everything_to_the_team(tx: Write) -> None:
    now = tx.now
    tx.change(t.ticket.update().where(t.ticket.c.ticket_id.in_((1, 2))).values(team_id=FIRST_LEVEL))
    tx.change(t.task.update().values(team_id=FIRST_LEVEL))
    tx.change(t.help_topic.update().where(t.help_topic.c.topic_id == 1).values(team_id=FIRST_LEVEL))
    tx.change(t.organization.update().values(manager=f"t{FIRST_LEVEL}"))
    tx.insert(t.thread_referral, thread_id=2, object_id=FIRST_LEVEL, object_type="E", created=now)
    tx.insert(t.filter_action, filter_id=1, type="team", configuration=f'{{"team_id":{FIRST_LEVEL}}}', updated=now)


def test_a_deleted_team_leaves_nothing_dangling(api: Api) -> None:
    api.write(_leave_everything_to_the_team)
    assert api.staff("dora").delete(f"/teams/{FIRST_LEVEL}").status == 204
    for table in (t.team_member, t.ticket, t.task, t.help_topic):
        assert api.rows(select(table).where(table.c.team_id == FIRST_LEVEL)) == [], table.name
    assert {row.manager for row in api.rows(select(t.organization.c.manager))} == {""}
    referred = select(t.thread_referral.c.object_id).where(t.thread_referral.c.object_type == "E")
    assert FIRST_LEVEL not in {row.object_id for row in api.rows(referred)}
    assert api.rows(select(t.filter_action.c.id).where(t.filter_action.c.type == "team")) == []


def test_a_team_changed_since_it_was_read_stays(api: Api) -> None:
    dora = api.staff("dora")
    tag = dora.get(f"/teams/{FIRST_LEVEL}").headers["etag"]
    assert dora.patch(f"/teams/{FIRST_LEVEL}", {"members": []}, headers={"If-Match": tag}).status == 200
    assert dora.patch(f"/teams/{FIRST_LEVEL}", {"is_active": False}, headers={"If-Match": tag}).status == 412


def test_a_dry_run_tells_who_would_be_in(api: Api) -> None:
    dora = api.staff("dora")
    answer = dora.patch(f"/teams/{FIRST_LEVEL}?dry_run=true", {"members": [{"staff_id": DORA}]})
    assert answer.data["effects"] == [{"kind": "team", "id": FIRST_LEVEL, "members": [DORA]}]


def test_teams_are_set_up_by_administrators(api: Api) -> None:
    alice = api.staff("alice")
    answers = (
        alice.post("/teams", {"name": "Mine"}),
        alice.patch(f"/teams/{FIRST_LEVEL}", {"lead_id": ALICE}),
        alice.delete(f"/teams/{FIRST_LEVEL}"),
    )
    assert [answer.status for answer in answers] == [403, 403, 403]
