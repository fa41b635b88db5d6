"""Closing, reopening, and moving between statuses."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tickets import acts
from tests.features.tickets.acts import (
    ALICE,
    ALICES,
    ARCHIVED,
    CHARLIE,
    CLOSED,
    CLOSED_BY_ALICE,
    DELETED,
    DORA,
    DORAS,
    OPEN,
    RESOLVED,
    SUPPORT,
    UNASSIGNED,
    WITH_OPEN_TASK,
    last_events,
    last_notes,
    referrals_of,
    row_of,
    thread_of,
)
from tests.fixtures.api import Api

OVERDUE = 17
WITH_FORM = 14
"""Its topic asks for the equipment form, whose cost centre closing requires."""
ACTIVE, NO_REOPEN_ASSIGN, ARCHIVED_DEPARTMENT = 0x04, 0x20, 0x08


def test_closing_gives_the_ticket_to_whoever_closes_and_keeps_access_for_whoever_had_it(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{DORAS}/status", {"status_id": CLOSED, "comment": "<p>Done.</p>"})
    assert answer.status == 200, answer.errors
    assert answer.data["status"] == {"id": CLOSED, "name": "Closed", "state": "closed"}
    assert answer.data["staff"]["id"] == ALICE
    assert answer.data["closed_at"] == answer.data["last_activity_at"]
    assert last_events(api, DORAS) == [("closed", {"status": [CLOSED, "Closed"]})]
    assert last_notes(api, DORAS) == [("Status Changed", "<p>Done.</p>", ALICE)]
    assert ("S", DORA) in referrals_of(api, DORAS)


def test_closing_where_referrals_are_switched_off_leaves_none(api: Api) -> None:
    acts.set_config(api, "auto_refer_closed", "0")
    api.staff("alice").post(f"/tickets/{UNASSIGNED}/status", {"status_id": CLOSED})
    assert referrals_of(api, UNASSIGNED) == set()


def test_a_status_can_be_named(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{ALICES}/status", {"status": "resolved"})
    assert answer.data["status"]["name"] == "Resolved"


def test_closing_ends_being_overdue_and_forgets_the_due_date(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{OVERDUE}/status", {"status_id": CLOSED})
    assert answer.data["is_overdue"] is False
    assert answer.data["sla_due_at"] is None


def test_closing_discards_what_people_were_writing(api: Api) -> None:
    def write_draft(tx: Write) -> None:
        tx.insert(t.draft, staff_id=DORA, namespace=f"ticket.note.{ALICES}", body="half", created=tx.now)

    api.write(write_draft)
    api.staff("alice").post(f"/tickets/{ALICES}/status", {"status_id": CLOSED})
    assert api.rows(select(t.draft.c.id).where(t.draft.c.namespace == f"ticket.note.{ALICES}")) == []


def test_closing_with_an_open_task_is_a_conflict_that_says_so(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{WITH_OPEN_TASK}/status", {"status_id": CLOSED})
    assert answer.status == 409
    (error,) = answer.errors
    assert (error["code"], error["detail"]) == ("open_tasks", {"count": 1})


def test_closing_names_everything_that_stands_in_the_way(api: Api) -> None:
    acts.set_config(api, "require_topic_to_close", "1")
    acts.set_ticket(api, WITH_FORM, topic_id=None)
    _empty_cost_centre(api)

    def add_task(tx: Write) -> None:
        tx.insert(t.task, object_id=WITH_FORM, object_type="T", number="9", dept_id=SUPPORT, flags=1, created=tx.now)

    api.write(add_task)
    answer = api.staff("dora").post(f"/tickets/{WITH_FORM}/status", {"status_id": CLOSED})
    assert answer.status == 409
    assert [error["code"] for error in answer.errors] == [
        "field_required_to_close",
        "open_tasks",
        "topic_required_to_close",
    ]
    assert answer.errors[0]["message"] == "Cost centre must be filled in first."
    assert row_of(api, WITH_FORM).status_id == OPEN


def _empty_cost_centre(api: Api) -> int:
    """The required answer of the equipment form, emptied. Returns the field's id."""
    (field,) = api.rows(select(t.form_field.c.id).where(t.form_field.c.name == "cost_centre"))
    entry, value = t.form_entry.c, t.form_entry_values.c
    entries = select(entry.id).where(entry.object_type == "T", entry.object_id == WITH_FORM)

    def unit(tx: Write) -> None:
        found = (value.field_id == field.id, value.entry_id.in_(entries))
        if not tx.change(update(t.form_entry_values).where(*found).values(value=None)):
            form_entry = tx.scalar(
                entries.join(t.form_field, t.form_field.c.form_id == entry.form_id).where(t.form_field.c.id == field.id)
            )
            tx.change(insert(t.form_entry_values).values(entry_id=form_entry, field_id=field.id, value=None))

    api.write(unit)
    return int(field.id)


def test_a_field_that_the_topic_does_not_ask_does_not_stand_in_the_way(api: Api) -> None:
    field_id = _empty_cost_centre(api)
    dora = api.staff("dora")
    assert dora.post(f"/tickets/{WITH_FORM}/status", {"status_id": CLOSED}).status == 409

    def hide(tx: Write) -> None:
        extra = f'{{"disable":[{field_id}]}}'
        tx.change(update(t.help_topic_form).where(t.help_topic_form.c.topic_id == 12).values(extra=extra))

    api.write(hide)
    assert dora.post(f"/tickets/{WITH_FORM}/status", {"status_id": CLOSED}).status == 200


def test_the_status_it_has_already_is_a_conflict(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{ALICES}/status", {"status_id": OPEN})
    assert (answer.status, answer.errors[0]["message"]) == (409, "The ticket is Open already.")


def test_from_one_closed_status_to_another_closes_again(api: Api) -> None:
    before = row_of(api, CLOSED_BY_ALICE)
    answer = api.staff("dora").post(f"/tickets/{CLOSED_BY_ALICE}/status", {"status_id": RESOLVED})
    assert answer.data["staff"]["id"] == DORA
    assert row_of(api, CLOSED_BY_ALICE).closed > before.closed
    assert last_events(api, CLOSED_BY_ALICE) == [("closed", {"status": [RESOLVED, "Resolved"]})]
    closings = [
        event for event in api.staff("dora").get(f"/tickets/{CLOSED_BY_ALICE}/events").data if event["name"] == "closed"
    ]
    assert [event["is_annulled"] for event in closings] == [True, False]


def test_reopening_gives_the_ticket_back_and_counts_its_time_anew(api: Api) -> None:
    answer = api.staff("dora").post(f"/tickets/{CLOSED_BY_ALICE}/status", {"status": "Open", "comment": "Not done."})
    assert answer.status == 200, answer.errors
    assert answer.data["staff"]["id"] == ALICE
    assert (answer.data["closed_at"], answer.data["is_answered"]) == (None, False)
    assert answer.data["sla_due_at"] > answer.data["reopened_at"] == answer.data["last_activity_at"]
    assert last_events(api, CLOSED_BY_ALICE) == [("reopened", None)]
    assert last_notes(api, CLOSED_BY_ALICE)[0][0] == "Status Changed"


@pytest.mark.parametrize("flags", [ACTIVE | NO_REOPEN_ASSIGN])
def test_reopening_where_departments_keep_nobody_leaves_the_ticket_unassigned(api: Api, flags: int) -> None:
    acts.set_department(api, SUPPORT, flags=flags)
    answer = api.staff("alice").post(f"/tickets/{CLOSED_BY_ALICE}/status", {"status_id": OPEN})
    assert answer.data["staff"] is None


def test_reopening_after_the_agent_has_gone_on_vacation_leaves_the_ticket_unassigned(api: Api) -> None:
    acts.set_staff(api, ALICE, onvacation=True)
    answer = api.staff("dora").post(f"/tickets/{CLOSED_BY_ALICE}/status", {"status_id": OPEN})
    assert answer.data["staff"] is None


def test_reopening_what_may_not_be_reopened_keeps_the_agent_who_closed(api: Api) -> None:
    acts.set_status(api, CLOSED, properties='{"description":"Done."}')
    acts.set_staff(api, ALICE, onvacation=True)
    answer = api.staff("dora").post(f"/tickets/{CLOSED_BY_ALICE}/status", {"status_id": OPEN})
    assert answer.data["staff"]["id"] == ALICE


def test_between_open_statuses_only_the_status_changes(api: Api) -> None:
    waiting = api.write(_add_status)
    before = row_of(api, ALICES)
    answer = api.staff("alice").post(f"/tickets/{ALICES}/status", {"status": "Waiting"})
    assert answer.status == 200, answer.errors
    assert last_events(api, ALICES) == [("edited", {"status": waiting})]
    after = row_of(api, ALICES)
    assert (after.lastupdate, after.staff_id) == (before.lastupdate, before.staff_id)


def _add_status(tx: Write) -> int:
    return tx.insert(
        t.ticket_status, name="Waiting", state="open", mode=1, properties="{}", created=tx.now, updated=tx.now
    )


def test_a_status_that_is_none_or_not_in_use_is_refused(api: Api) -> None:
    acts.set_status(api, RESOLVED, mode=0)
    alice = api.staff("alice")
    for body in ({"status_id": 999}, {"status_id": RESOLVED}, {"status": "Nonsense"}):
        answer = alice.post(f"/tickets/{ALICES}/status", body)
        assert (answer.status, answer.fields) == (422, list(body))


def test_archiving_is_not_to_be_had(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{CLOSED_BY_ALICE}/status", {"status_id": ARCHIVED})
    assert answer.status == 422


@pytest.mark.parametrize("body", [{}, {"status_id": CLOSED, "status": "Closed"}])
def test_exactly_one_way_of_naming_the_status(api: Api, body: dict[str, Any]) -> None:
    assert api.staff("alice").post(f"/tickets/{ALICES}/status", body).status == 422


def test_closing_without_the_right_names_it(api: Api) -> None:
    answer = api.staff("bob").post(f"/tickets/{ALICES}/status", {"status_id": CLOSED})
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "ticket.close"})


def test_whoever_may_create_tickets_may_reopen_them(api: Api) -> None:
    refused = api.staff("bob").post(f"/tickets/{CLOSED_BY_ALICE}/status", {"status_id": OPEN})
    assert (refused.status, refused.errors[0]["detail"]) == (403, {"permission": "ticket.close"})
    acts.refer(api, CLOSED_BY_ALICE, "S", CHARLIE)
    assert api.staff("charlie").post(f"/tickets/{CLOSED_BY_ALICE}/status", {"status_id": CLOSED}).status == 403
    assert api.staff("charlie").post(f"/tickets/{CLOSED_BY_ALICE}/status", {"status_id": OPEN}).status == 200


def test_children_get_the_status_too_as_far_as_they_can(api: Api) -> None:
    for child in (UNASSIGNED, WITH_OPEN_TASK, 28):
        acts.set_ticket(api, child, ticket_pid=ALICES)
    body = {"status_id": CLOSED, "comment": "All of it.", "include_children": True}
    answer = api.staff("alice").post(f"/tickets/{ALICES}/status", body)
    assert answer.status == 200, answer.errors
    assert [row_of(api, child).status_id for child in (UNASSIGNED, WITH_OPEN_TASK, 28)] == [CLOSED, OPEN, OPEN]
    number = row_of(api, WITH_OPEN_TASK).number
    assert answer.meta["warnings"] == [f"Ticket {number} is unchanged: 1 open task must be closed first."]
    assert last_events(api, UNASSIGNED) == [("closed", {"status": [CLOSED, "Closed"]})]


def test_children_stay_as_they_are_unless_asked_for(api: Api) -> None:
    acts.set_ticket(api, UNASSIGNED, ticket_pid=ALICES)
    answer = api.staff("alice").post(f"/tickets/{ALICES}/status", {"status_id": CLOSED})
    assert "warnings" not in answer.meta
    assert row_of(api, UNASSIGNED).status_id == OPEN


def test_the_deleted_status_deletes_the_ticket(api: Api) -> None:
    thread_id = thread_of(api, ALICES)
    alice = api.staff("alice")
    path = f"/tickets/{ALICES}/status"
    assert alice.post(path, {"status_id": DELETED, "include_children": True}).status == 422
    dry_run = alice.post(path, {"status_id": DELETED}, params={"dry_run": "true"})
    assert dry_run.status == 200
    assert alice.get(f"/tickets/{ALICES}").status == 200
    assert alice.post(path, {"status": "Deleted"}).status == 204
    assert alice.get(f"/tickets/{ALICES}").status == 404
    assert api.rows(select(t.thread.c.id).where(t.thread.c.id == thread_id)) == []


def test_deleting_by_status_without_the_right_names_it(api: Api) -> None:
    answer = api.staff("bob").post(f"/tickets/{ALICES}/status", {"status_id": DELETED})
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "ticket.delete"})
