"""Teams, roles, SLA plans, priorities and statuses over HTTP."""

import pytest
from sqlalchemy import insert, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api


def write(api: Api, statement: object) -> None:
    def unit(tx: Write) -> None:
        tx.change(statement)  # type: ignore[arg-type]

    api.write(unit)


def names(answer: object) -> list[str]:
    return [each["name"] for each in answer.data]  # type: ignore[attr-defined]


def test_a_team_has_a_lead_and_members(api: Api) -> None:
    write(api, update(t.team).where(t.team.c.team_id == 1).values(lead_id=2))
    team = api.staff("bob").get("/teams/1").data
    assert (team["lead"]["username"], team["member_count"], team["is_active"]) == ("alice", 2, True)
    assert [(member["username"], member["alerts"]) for member in team["members"]] == [("alice", True), ("bob", True)]
    assert names(api.staff("bob").get("/teams")) == ["Escalation", "Level I Support"]


def test_members_of_a_team_whom_the_caller_may_not_see_are_only_counted(api: Api) -> None:
    team = api.staff("charlie").get("/teams/1").data
    assert (team["member_count"], team["members"]) == (2, [])


def test_a_disabled_team_is_told_apart(api: Api) -> None:
    write(api, update(t.team).where(t.team.c.team_id == 1).values(flags=0x2))
    alice = api.staff("alice")
    assert names(alice.get("/teams?active=true")) == ["Escalation"]
    (team,) = alice.get("/teams?active=false").data
    assert (team["is_active"], team["sends_alerts"]) == (False, False)


def test_a_role_tells_what_it_allows(api: Api) -> None:
    bob = api.staff("bob")
    assert "ticket.reply" in bob.get("/roles/1").data["permissions"]
    assert bob.get("/roles/4").data["permissions"] == []
    assert names(bob.get("/roles?sort=id&q=access")) == ["All Access", "Expanded Access", "Limited Access"]
    assert bob.get("/roles?active=false").data == []


def test_an_sla_has_hours_and_a_schedule(api: Api) -> None:
    slas = api.staff("bob").get("/slas?sort=id").data
    assert [(sla["name"], sla["grace_hours"]) for sla in slas] == [("Default SLA", 18), ("Urgent 4h", 4)]
    assert slas[0]["schedule"] is None
    assert slas[1]["schedule"]["id"] == 2
    assert [sla["is_active"] for sla in slas] == [True, True]
    assert slas[0]["is_transient"] is False


def test_notes_are_for_administrators(api: Api) -> None:
    write(api, update(t.sla).values(notes="Renew in May."))
    assert api.staff("dora").get("/slas/1").data["notes"] == "Renew in May."
    assert "notes" not in api.staff("alice").get("/slas/1").data
    for path in ("/roles/1", "/teams/1"):
        assert "notes" in api.staff("dora").get(path).data
        assert "notes" not in api.staff("alice").get(path).data


def test_statuses_tell_what_they_do(api: Api) -> None:
    statuses = api.staff("bob").get("/statuses").data
    assert [status["name"] for status in statuses] == ["Open", "Resolved", "Closed", "Archived", "Deleted"]
    opened, resolved = statuses[:2]
    assert (opened["is_default"], opened["is_built_in"], opened["allows_reopening"]) == (True, True, True)
    assert (resolved["is_default"], resolved["is_built_in"]) == (False, False)
    assert (resolved["allows_reopening"], resolved["reopen_status_id"]) == (True, None)
    assert resolved["description"] == "Answered; the user may come back to it."


def test_a_description_that_somebody_edited_lies_under_its_field(api: Api) -> None:
    (field,) = api.rows(
        t.form_field.select()
        .join(t.form, t.form.c.id == t.form_field.c.form_id)
        .where(t.form.c.type == "L1", t.form_field.c.name == "description")
    )
    properties = f'{{"{field.id}":"Edited.","allowreopen":true,"reopenstatus":"1"}}'
    write(api, update(t.ticket_status).where(t.ticket_status.c.id == 3).values(properties=properties))
    status = api.staff("bob").get("/statuses/3").data
    assert (status["description"], status["reopen_status_id"]) == ("Edited.", 1)


def test_users_see_open_and_closed_statuses_in_use(api: Api) -> None:
    write(api, insert(t.ticket_status).values(name="Old", state="closed", mode=0, properties="", sort=9))
    uma = api.user("uma")
    assert uma.get("/statuses").data == [
        {"id": 1, "name": "Open", "state": "open"},
        {"id": 2, "name": "Resolved", "state": "closed"},
        {"id": 3, "name": "Closed", "state": "closed"},
    ]
    assert uma.get("/statuses/5").status == 404


@pytest.mark.parametrize("path", ["/teams", "/roles", "/slas", "/priorities", "/statuses"])
def test_what_is_not_there_is_not_found_and_what_is_known_is_not_sent_again(api: Api, path: str) -> None:
    alice = api.staff("alice")
    assert alice.get(f"{path}/99").status == 404
    assert alice.get(f"{path}/none").status in (404, 422)
    for known in (path, f"{path}/1"):
        tag = alice.get(known).headers["etag"]
        assert alice.get(known, headers={"If-None-Match": tag}).status == 304
    assert alice.get(f"{path}?sort=colour").fields == ["sort"]
    assert alice.get(f"{path}?fields=id&per_page=1").data[0].keys() == {"id"}


@pytest.mark.parametrize("path", ["/teams", "/teams/1", "/roles", "/roles/1", "/slas", "/slas/1"])
def test_users_have_no_business_there(api: Api, path: str) -> None:
    assert api.user("uma").get(path).status == 403
