"""Every filter of ticket lists, held against what the tickets themselves say."""

from collections.abc import Callable
from typing import Any

import pytest

from osticket_api.db import tables as t
from tests.fixtures.api import Api

Ticket = dict[str, Any]


def all_tickets(api: Api) -> list[Ticket]:
    tickets: list[Ticket] = api.staff("dora").get("/tickets?per_page=100").data
    return tickets


def listed(api: Api, **params: str) -> set[int]:
    answer = api.staff("dora").get("/tickets", params={"per_page": "100", **params})
    assert answer.status == 200, answer.errors
    assert answer.meta["total"] == len(answer.data)
    return {ticket["id"] for ticket in answer.data}


CASES: list[tuple[dict[str, str], Callable[[Ticket], bool]]] = [
    ({"status": "open"}, lambda ticket: ticket["status"]["state"] == "open"),
    ({"status": "resolved,3"}, lambda ticket: ticket["status"]["id"] in (2, 3)),
    ({"state": "closed"}, lambda ticket: ticket["status"]["state"] == "closed"),
    ({"department_id": "1,4"}, lambda ticket: ticket["department"]["id"] in (1, 4)),
    ({"team_id": "none"}, lambda ticket: ticket["team"] is None),
    ({"team_id": "2"}, lambda ticket: ticket["team"] is not None and ticket["team"]["id"] == 2),
    ({"staff_id": "none"}, lambda ticket: ticket["staff"] is None),
    ({"staff_id": "me"}, lambda ticket: ticket["staff"] is not None and ticket["staff"]["username"] == "dora"),
    ({"staff_id": "2,none"}, lambda ticket: ticket["staff"] is None or ticket["staff"]["id"] == 2),
    ({"user_id": "1"}, lambda ticket: ticket["user"]["id"] == 1),
    ({"organization_id": "1"}, lambda ticket: ticket["organization"] is not None),
    ({"topic_id": "1"}, lambda ticket: ticket["topic"] is not None and ticket["topic"]["id"] == 1),
    ({"priority_id": "3,4"}, lambda ticket: ticket["priority"]["id"] in (3, 4)),
    ({"sla_id": "1"}, lambda ticket: ticket["sla"] is not None and ticket["sla"]["id"] == 1),
    ({"source": "web"}, lambda ticket: ticket["source"] == "Web"),
    ({"overdue": "true"}, lambda ticket: ticket["is_overdue"]),
    ({"answered": "false"}, lambda ticket: not ticket["is_answered"]),
    ({"assigned": "true"}, lambda ticket: ticket["staff"] is not None or ticket["team"] is not None),
    ({"assigned": "false", "status": "open"}, lambda ticket: (
        ticket["staff"] is None and ticket["team"] is None and ticket["status"]["state"] == "open"
    )),
    ({"parent_id": "none"}, lambda ticket: ticket["parent_id"] is None),
]  # fmt: skip


@pytest.mark.parametrize(("params", "expected"), CASES, ids=[repr(params) for params, _ in CASES])
def test_filter_gives_exactly_the_tickets_that_fit(
    api: Api, params: dict[str, str], expected: Callable[[Ticket], bool]
) -> None:
    tickets = all_tickets(api)
    wanted = {ticket["id"] for ticket in tickets if expected(ticket)}
    assert wanted, "the sample data has no ticket for this case"
    assert listed(api, **params) == wanted


def test_number_finds_one_ticket(api: Api) -> None:
    ticket = all_tickets(api)[3]
    assert listed(api, number=ticket["number"]) == {ticket["id"]}
    assert api.staff("dora").get(f"/tickets/number:{ticket['number']}").data["id"] == ticket["id"]


@pytest.mark.parametrize("name", ["created", "updated", "closed"])
def test_moments_bound_both_ends(api: Api, name: str) -> None:
    key = f"{name}_at"
    moments = sorted(ticket[key] for ticket in all_tickets(api) if ticket[key] is not None)
    middle = moments[len(moments) // 2]
    after = {ticket["id"] for ticket in all_tickets(api) if ticket[key] is not None and ticket[key] >= middle}
    assert listed(api, **{f"{name}_after": middle}) == after
    before = {ticket["id"] for ticket in all_tickets(api) if ticket[key] is not None and ticket[key] < middle}
    assert listed(api, **{f"{name}_before": middle}) == before


def test_a_date_means_the_whole_day(api: Api) -> None:
    day = all_tickets(api)[0]["created_at"][:10]
    that_day = {ticket["id"] for ticket in all_tickets(api) if ticket["created_at"].startswith(day)}
    assert listed(api, created_after=day, created_before=day) == that_day


def test_a_date_is_one_of_the_help_desks_own_zone(api: Api) -> None:
    api.write(
        lambda tx: tx.change(
            t.config.update().where(t.config.c.key == "default_timezone").values(value="Pacific/Auckland")
        )
    )
    ticket = all_tickets(api)[0]
    day = ticket["created_at"][:10]
    shifted = listed(api, created_after=day, created_before=day)
    hour = int(ticket["created_at"][11:13])
    assert (ticket["id"] in shifted) == (hour < 11)


def test_full_text_finds_subjects_entries_and_users(api: Api) -> None:
    dora = api.staff("dora")
    created = dora.post(
        "/tickets",
        {"subject": "Zebra crossing", "message": "<p>It has lost its okapi stripes.</p>", "topic_id": 1, "user_id": 3},
    ).data["id"]
    assert listed(api, q="zebra") == {created}
    assert listed(api, q="okapi stripes") == {created}
    assert listed(api, q="okapi walrus") == {created}
    assert listed(api, q="+okapi +walrus") == set()
    assert created in listed(api, q="unger")


def test_full_text_finds_only_what_the_caller_may_see(api: Api) -> None:
    everything = listed(api, q="laptop")
    assert everything
    charlie = {ticket["id"] for ticket in api.staff("charlie").get("/tickets?q=laptop").data}
    assert charlie < everything or charlie == set()


def test_who_turns_the_page_does_not_ask_the_full_text_again(api: Api) -> None:
    alice = api.staff("alice")
    run: list[str] = []
    api.database.watch_statements(lambda sql, began, error: run.append(sql))

    def asks_the_full_text(path: str) -> bool:
        run.clear()
        assert alice.get(path).status == 200
        return any("MATCH" in sql or "FROM ost__search" in sql for sql in run)

    for order, other in (("&sort=id", "&sort=number"), ("", "&page=2")):
        assert asks_the_full_text(f"/tickets?q=printer&total=false{order}")
        assert not asks_the_full_text(f"/tickets?q=printer&total=false{other}")
        assert asks_the_full_text(f"/tickets?q=laptop&total=false{other}")
        alice.post("/tickets/1/note", {"body": "written"})
        assert asks_the_full_text(f"/tickets?q=printer&total=false{other}")


def test_custom_fields_filter_by_key_and_by_label(api: Api) -> None:
    tickets = [ticket for ticket in all_tickets(api) if ticket["custom_fields"]]
    assert tickets
    name, value = next(
        (name, value["key"])
        for ticket in tickets
        for name, value in ticket["custom_fields"].items()
        if isinstance(value, dict) and "key" in value
    )
    wanted = {ticket["id"] for ticket in tickets if (ticket["custom_fields"].get(name) or {}).get("key") == value}
    assert listed(api, **{f"field.{name}": value}) == wanted


def test_fields_select_and_unknown_ones_are_named(api: Api) -> None:
    dora = api.staff("dora")
    assert {tuple(ticket) for ticket in dora.get("/tickets?fields=id,subject").data} == {("id", "subject")}
    refused = dora.get("/tickets?fields=id,subjct")
    assert refused.status == 422
    assert "Did you mean subject?" in refused.errors[0]["message"]


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"staus": "open"}, "staus"),
        ({"status": "opn"}, "status"),
        ({"department_id": "x"}, "department_id"),
        ({"department_id": "-1"}, "department_id"),
        ({"created_after": "yesterday"}, "created_after"),
        ({"created_after": "2026-01-31T10:00:00"}, "created_after"),
        ({"sort": "colour"}, "sort"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"per_page": "101"}, "per_page"),
        ({"page": "0"}, "page"),
        ({"overdue": "perhaps"}, "overdue"),
        ({"source": "Fax"}, "source"),
    ],
)
def test_what_means_nothing_is_named(api: Api, params: dict[str, str], field: str) -> None:
    answer = api.staff("dora").get("/tickets", params=params)
    assert answer.status == 422
    assert answer.fields == [field]


def test_a_total_counts_what_was_just_created(api: Api) -> None:
    dora = api.staff("dora")
    before = dora.get("/tickets?per_page=1").meta["total"]
    dora.post("/tickets", {"subject": "One more", "message": "<p>x</p>", "topic_id": 1, "user_id": 1})
    assert dora.get("/tickets?per_page=1").meta["total"] == before + 1


def test_total_can_be_left_out(api: Api) -> None:
    assert api.staff("dora").get("/tickets?total=false&per_page=1").meta["total"] is None


def test_an_empty_first_page_needs_no_count(api: Api) -> None:
    dora = api.staff("dora")
    dora.get("/tickets?number=warm-up")

    def queries(path: str) -> int:
        before = api.database.query_count
        assert dora.get(path).meta["total"] == 0
        return api.database.query_count - before

    assert queries("/tickets?number=nothing") + 1 == queries("/tickets?number=nothing-else&page=2")
