"""Schedules over HTTP."""

from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

OFFICE_HOURS, ROUND_THE_CLOCK, HOLIDAYS = 1, 2, 4
MORNINGS = {
    "name": "Mornings",
    "kind": "business_hours",
    "timezone": "Europe/Lisbon",
    "holidays": [HOLIDAYS],
    "entries": [
        {"name": "Monday", "repeats": "weekly", "day": 1, "start_time": "08:00", "end_time": "12:00"},
        {"name": "Friday", "repeats": "weekly", "day": 5, "start_time": "09:30", "end_time": "11:30:30"},
    ],
}


def kept(entry: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: entry[name] for name in names}


def test_schedules_are_listed_by_kind(api: Api) -> None:
    bob = api.staff("bob")
    assert [each["id"] for each in bob.get("/schedules?sort=id").data] == [1, 2, 3, 4]
    assert [each["id"] for each in bob.get("/schedules?sort=id&kind=business_hours").data] == [1, 2, 3]
    (holidays,) = bob.get("/schedules?kind=holidays&fields=id,kind,is_default").data
    assert holidays == {"id": HOLIDAYS, "kind": "holidays", "is_default": False}


def test_a_schedule_tells_when_it_counts(api: Api) -> None:
    office = api.staff("bob").get(f"/schedules/{OFFICE_HOURS}").data
    assert (office["is_default"], office["timezone"], office["description"]) == (True, None, None)
    assert office["holidays"] == [{"id": HOLIDAYS, "name": "U.S. Holidays"}]
    assert kept(office["entries"][0], "name", "repeats", "day", "start_time", "end_time", "starts_on") == {
        "name": "Monday", "repeats": "weekly", "day": 1,
        "start_time": "08:00:00", "end_time": "17:00:00", "starts_on": "2019-01-07",
    }  # fmt: skip
    memorial = api.staff("bob").get(f"/schedules/{HOLIDAYS}").data["entries"][2]
    assert kept(memorial, "day", "week", "month") == {"day": 1, "week": -1, "month": 5}


def test_a_schedule_is_added_changed_and_deleted(api: Api) -> None:
    dora = api.staff("dora")
    made = dora.post("/schedules", json=MORNINGS)
    assert (made.status, made.data["timezone"], made.data["holidays"][0]["id"]) == (201, "Europe/Lisbon", HOLIDAYS)
    assert [each["end_time"] for each in made.data["entries"]] == ["12:00:00", "11:30:30"]
    path = f"/schedules/{made.data['id']}"
    assert made.headers["location"] == f"/api/v2{path}"
    changes: dict[str, Any] = {"name": "Early", "timezone": None, "description": "Until noon", "holidays": []}
    changed = dora.patch(path, json=changes).data
    assert (changed["name"], changed["timezone"], changed["description"]) == ("Early", None, "Until noon")
    assert (changed["holidays"], len(changed["entries"])) == ([], 2)
    assert dora.delete(path).status == 204
    assert dora.get(path).status == 404
    entry = t.schedule_entry.c
    assert api.rows(select(entry.id).where(entry.schedule_id == made.data["id"])) == []
    assert api.rows(select(t.config.c.id).where(t.config.c.namespace == f"schedule.{made.data['id']}")) == []


def test_entries_are_given_as_a_whole_and_keep_their_ids(api: Api) -> None:
    dora = api.staff("dora")
    made = dora.post("/schedules", json=MORNINGS)
    monday, friday = made.data["entries"]
    path = f"/schedules/{made.data['id']}"
    same = dora.patch(path, json={"entries": [monday, friday]}, headers={"If-Match": made.headers["etag"]})
    assert same.data == made.data
    tuesday = {"name": "Tuesday", "repeats": "weekly", "day": 2, "stops_on": "2027-06-30"}
    changed = dora.patch(path, json={"entries": [tuesday, {**friday, "end_time": "12:00"}]}).data["entries"]
    assert [each["name"] for each in changed] == ["Tuesday", "Friday"]
    assert changed[0]["stops_on"] == "2027-06-30"
    assert (changed[1]["id"], changed[1]["end_time"]) == (friday["id"], "12:00:00")
    for wrong in ([monday], [friday, friday]):
        assert dora.patch(path, json={"entries": wrong}).fields[0] in ("entries.0.id", "entries.1.id")


def test_what_osticket_wrote_can_be_sent_back(api: Api) -> None:
    dora = api.staff("dora")
    for schedule in (OFFICE_HOURS, ROUND_THE_CLOCK, HOLIDAYS):
        entries = dora.get(f"/schedules/{schedule}").data["entries"]
        assert dora.patch(f"/schedules/{schedule}", json={"entries": entries}).data["entries"] == entries


def test_tickets_are_due_by_new_hours(api: Api) -> None:
    dora = api.staff("dora")
    always = dora.post(
        "/schedules",
        json={"name": "Always", "kind": "business_hours", "entries": [{"name": "Day", "repeats": "daily"}]},
    ).data
    sla = dora.post("/slas", json={"name": "Gold", "grace_hours": 2, "schedule_id": always["id"]}).data
    ticket = dora.patch("/tickets/1", json={"sla_id": sla["id"]}).data
    assert ticket["sla_due_at"]


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"repeats": "weekly"}, "day"),
        ({"repeats": "weekly", "day": 8}, "day"),
        ({"repeats": "weekly", "day": True}, "day"),
        ({"repeats": "monthly", "day": 1, "week": True}, "week"),
        ({"repeats": "weekly", "day": 1, "week": 1}, "week"),
        ({"repeats": "monthly", "day": 8, "week": 1}, "day"),
        ({"repeats": "yearly", "day": 4}, "month"),
        ({"repeats": "yearly", "day": 30, "month": 2}, "day"),
        ({"repeats": "daily", "day": 1}, "day"),
        ({"repeats": "hourly"}, "repeats"),
        ({"repeats": "daily", "start_time": "9:00"}, "start_time"),
        ({"repeats": "daily", "start_time": "18:00", "end_time": "09:00"}, "end_time"),
        ({"repeats": "never", "starts_on": "2026-02-02", "ends_on": "2026-02-01"}, "ends_on"),
        ({"repeats": "daily", "starts_on": "2026-02-02", "stops_on": "2026-02-01"}, "stops_on"),
        ({"repeats": "daily", "starts_on": "tomorrow"}, "starts_on"),
    ],
)
def test_what_cannot_happen_is_refused_by_field(api: Api, entry: dict[str, Any], field: str) -> None:
    answer = api.staff("dora").patch(f"/schedules/{HOLIDAYS}", json={"entries": [{"name": "Day", **entry}]})
    assert (answer.status, answer.fields) == (422, [f"entries.0.{field}"])


@pytest.mark.parametrize(
    ("schedule", "body", "field"),
    [
        (OFFICE_HOURS, {"timezone": "Lisbon"}, "timezone"),
        (OFFICE_HOURS, {"description": "\N{SMILING FACE WITH OPEN MOUTH}" * 200}, "description"),
        (OFFICE_HOURS, {"holidays": [HOLIDAYS, ROUND_THE_CLOCK]}, "holidays.1"),
        (HOLIDAYS, {"holidays": [HOLIDAYS]}, "holidays"),
        (OFFICE_HOURS, {"kind": "holidays"}, "kind"),
        (OFFICE_HOURS, {"entries": None}, "entries"),
    ],
)
def test_what_is_no_schedule_is_refused_by_field(api: Api, schedule: int, body: dict[str, Any], field: str) -> None:
    answer = api.staff("dora").patch(f"/schedules/{schedule}", json=body)
    assert (answer.status, answer.fields) == (422, [field])


def test_what_is_counted_by_stays(api: Api) -> None:
    dora = api.staff("dora")

    def use(tx: Write) -> None:
        tx.change(update(t.department).where(t.department.c.id == 2).values(schedule_id=ROUND_THE_CLOCK))

    api.write(use)
    assert dora.delete(f"/schedules/{OFFICE_HOURS}").errors[0]["code"] == "is_default"
    assert dora.delete(f"/schedules/{ROUND_THE_CLOCK}").errors[0]["detail"] == {"slas": 1, "departments": 1}
    assert dora.delete(f"/schedules/{HOLIDAYS}").errors[0]["detail"] == {"schedules": 1}
    assert dora.post("/schedules", json={**MORNINGS, "name": "24/7"}).status == 409
