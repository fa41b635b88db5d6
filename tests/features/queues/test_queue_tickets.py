"""The tickets of queues: every criterion held against what the tickets themselves say."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from tests.features.queues.made import INHERITS_CRITERIA, PUBLIC_QUEUE, add_queue, in_queue, listed
from tests.features.tickets import acts
from tests.features.tickets.acts import ALICE, ALICES, FIRST_LEVEL
from tests.fixtures.api import Api, Caller
from tests.fixtures.counting import fewest_queries

Ticket = dict[str, Any]


def is_open(ticket: Ticket) -> bool:
    return bool(ticket["status"]["state"] == "open")


def is_top(ticket: Ticket) -> bool:
    return ticket["parent_id"] is None


def alices(ticket: Ticket) -> bool:
    return ticket["staff"] is not None and ticket["staff"]["username"] == "alice"


def teams_of(caller: Caller) -> set[int]:
    return {team["id"] for team in caller.get(f"/staff/{ALICE}").data["teams"]}


def shown_above(api: Api, criteria: list[Any], expected: Callable[[Ticket], bool]) -> None:
    """A saved search with these criteria finds exactly the tickets that fit."""
    alice = api.staff("alice")
    queue = add_queue(api, *criteria, flags=0, staff_id=ALICE)
    wanted = {ticket["id"] for ticket in listed(alice) if expected(ticket)}
    assert set(in_queue(alice, queue)) == wanted


STOCK: dict[int, Callable[[Ticket], bool]] = {
    1: is_open,
    2: lambda ticket: is_open(ticket) and not ticket["is_answered"],
    3: lambda ticket: is_open(ticket) and ticket["is_answered"],
    4: lambda ticket: is_open(ticket) and ticket["is_overdue"],
    8: lambda ticket: ticket["status"]["state"] == "closed",
}


@pytest.mark.parametrize("queue", STOCK)
def test_queues_of_a_new_help_desk_hold_what_they_say(api: Api, queue: int) -> None:
    alice = api.staff("alice")
    wanted = {ticket["id"] for ticket in listed(alice) if STOCK[queue](ticket) and is_top(ticket)}
    assert wanted or queue == 4
    assert set(in_queue(alice, queue)) == wanted


def test_my_tickets_are_mine_and_my_teams(api: Api) -> None:
    alice = api.staff("alice")
    teams = teams_of(alice)
    mine = {each["id"] for each in listed(alice) if is_open(each) and alices(each)}
    of_teams = {each["id"] for each in listed(alice) if is_open(each) and each["team"] and each["team"]["id"] in teams}
    assert mine
    assert of_teams - mine
    assert set(in_queue(alice, 5)) == mine | of_teams
    assert set(in_queue(alice, 6)) == mine
    assert set(in_queue(alice, 7)) == of_teams - mine


def test_each_agent_has_other_tickets_of_their_own(api: Api) -> None:
    assert not set(in_queue(api.staff("alice"), 6)) & set(in_queue(api.staff("dora"), 6))


@pytest.mark.parametrize(("queue", "days"), [(9, 0), (10, 1)])
def test_closed_today_and_yesterday(api: Api, queue: int, days: int) -> None:
    alice = api.staff("alice")
    tickets = [each["id"] for each in listed(alice, status="closed")][:2]
    now = datetime.now(UTC).replace(microsecond=0)
    rows = t.ticket.c.ticket_id.in_(tickets)
    zone = alice.get("/auth/me").status
    assert zone == 200
    api.write(lambda tx: tx.change(update(t.ticket).values(closed=now - timedelta(days=40))))
    api.write(lambda tx: tx.change(update(t.ticket).where(rows).values(closed=now - timedelta(days=days))))
    assert set(in_queue(alice, queue)) == set(tickets)


CRITERIA: list[tuple[list[Any], Callable[[Ticket], bool]]] = [
    (["status__state", "!includes", {"open": "Open"}], lambda each: not is_open(each)),
    (["status__id", "includes", {"1": "Open", "2": "Resolved"}], lambda each: each["status"]["id"] in (1, 2)),
    (["dept_id", "includes", {"1": "Support"}], lambda each: each["department"]["id"] == 1),
    (["dept_id", "!includes", {"1": "Support"}], lambda each: each["department"]["id"] != 1),
    (["topic_id", "set", None], lambda each: each["topic"] is not None),
    (["topic_id", "nset", None], lambda each: each["topic"] is None),
    (["sla_id", "includes", {"1": "Default"}], lambda each: each["sla"] is not None and each["sla"]["id"] == 1),
    (["staff_id", "includes", {"M": "Me"}], alices),
    (["staff_id", "nset", None], lambda each: each["staff"] is None),
    (["team_id", "set", None], lambda each: each["team"] is not None),
    (["assignee", "assigned", None], lambda each: each["staff"] is not None or each["team"] is not None),
    (["assignee", "!assigned", None], lambda each: each["staff"] is None and each["team"] is None),
    (["isassigned", "!assigned", None], lambda each: each["staff"] is None and each["team"] is None),
    (["assignee", "includes", {"s2": "Alice", "t1": "First"}], lambda each: (
        alices(each) or (each["team"] is not None and each["team"]["id"] == FIRST_LEVEL)
    )),
    (["isanswered", "set", None], lambda each: each["is_answered"]),
    (["source", "includes", {"Email": "Email"}], lambda each: each["source"] == "Email"),
    (["source", "!includes", {"Email": "Email"}], lambda each: each["source"] != "Email"),
    (["user__name", "contains", "uma"], lambda each: "uma" in each["user"]["name"].lower()),
    (["user__name", "nequal", "Uma Underwood"], lambda each: each["user"]["name"] != "Uma Underwood"),
    (["user__emails__address", "equal", "uma@acme.example"], lambda each: each["user"]["email"] == "uma@acme.example"),
    (["user__org__name", "set", None], lambda each: each["organization"] is not None),
    (["user__org__name", "nset", None], lambda each: each["organization"] is None),
    (["cdata__priority", "includes", {"3": "High", "4": "Emergency"}], lambda each: each["priority"]["id"] in (3, 4)),
    (["cdata__priority", "!includes", {"2": "Normal"}], lambda each: each["priority"]["id"] != 2),
    (["cdata__subject", "contains", "the"], lambda each: "the" in each["subject"].lower()),
    (["cdata__subject", "set", None], lambda each: bool(each["subject"])),
    (["cdata__subject", "nset", None], lambda each: not each["subject"]),
    (["entries__answers!20__value", "contains", "the"], lambda each: "the" in each["subject"].lower()),
    (["closed", "set", None], lambda each: each["closed_at"] is not None),
    (["closed", "nset", None], lambda each: each["closed_at"] is None),
    (["created", "past", None], lambda each: True),
    (["created", "future", None], lambda each: False),
    (["created", "ndaysago", {"until": "36500", "int": "d"}], lambda each: True),
    (["created", "distpast", {"until": "1200", "int": "m"}], lambda each: False),
    (["duedate", "ndays", {"until": "1", "int": "h"}], lambda each: False),
    (["merged", "set", None], lambda each: False),
    (["thread__lastmessage", "set", None], lambda each: each["last_message_at"] is not None),
    (["number", "nset", None], lambda each: False),
    (["number", "match", "^[0-9]*1$"], lambda each: each["number"].endswith("1")),
    (["number", "match", "/^[0-9]*1$/"], lambda each: each["number"].endswith("1")),
    (["number", "match", "/^[0-9]*1$/i"], lambda each: each["number"].endswith("1")),
    (["cdata__subject", "match", "the|INVOICE"], lambda each: any(
        word in each["subject"].lower() for word in ("the", "invoice")
    )),
    (["created", "after", "2001-05-01 00:00:00 EDT"], lambda each: True),
    (["created", "before", "05/01/2001"], lambda each: False),
    (["created", "before", "5/1/01 10:30 PM"], lambda each: False),
    (["created", "on", "2001-05-01 00:00:00 UTC"], lambda each: False),
    (["created", "between", {"left": "2001-05-01 00:00:00 EST", "right": "12/31/2090"}], lambda each: True),
    ([":keywords", None, "zz"], lambda each: True),
]  # fmt: skip


@pytest.mark.parametrize(("criterion", "expected"), CRITERIA, ids=[str(each[:3]) for each, _ in CRITERIA])
def test_a_criterion_finds_exactly_what_fits(
    api: Api, criterion: list[Any], expected: Callable[[Ticket], bool]
) -> None:
    shown_above(api, [criterion], expected)


@pytest.mark.parametrize("path", ["dept__manager_id", "dept__manager"])
@pytest.mark.parametrize(
    "value",
    [
        ["includes", {"M": "Me"}],
        ["includes", {str(ALICE): "Alice"}],
        ["includes", {f"s{ALICE}": "Alice"}],
        ["includes", [f"s{ALICE}"]],
        ["set", None],
    ],
    ids=str,
)
def test_tickets_of_departments_that_an_agent_manages(api: Api, path: str, value: list[Any]) -> None:
    acts.make_manager(api, ALICE)
    shown_above(api, [[path, *value]], lambda each: each["department"]["id"] == acts.SUPPORT)


@pytest.mark.parametrize("value", [["!includes", {f"s{ALICE}": "Alice"}], ["nset", None]], ids=str)
def test_tickets_of_departments_that_an_agent_does_not_manage(api: Api, value: list[Any]) -> None:
    acts.make_manager(api, ALICE)
    shown_above(api, [["dept__manager", *value]], lambda each: each["department"]["id"] != acts.SUPPORT)


def test_a_ticket_is_found_by_number_and_by_words(api: Api) -> None:
    (ticket,) = [each for each in listed(api.staff("alice")) if each["id"] == ALICES]
    shown_above(api, [["number", "equal", ticket["number"]]], lambda each: each["id"] == ALICES)
    shown_above(
        api, [["number", "starts", ticket["number"][:5]]], lambda each: each["number"][:5] == ticket["number"][:5]
    )
    shown_above(api, [[":keywords", None, ticket["number"]]], lambda each: each["id"] == ALICES)


def _moments(api: Api) -> list[str]:
    return sorted(each["created_at"] for each in listed(api.staff("alice")))


@pytest.mark.parametrize("method", ["after", "before"])
def test_moments_are_compared(api: Api, method: str) -> None:
    moments = _moments(api)
    middle = moments[len(moments) // 2]
    seconds = int(datetime.fromisoformat(middle).timestamp())
    for value in (middle.replace("Z", "+00:00"), seconds, str(seconds)):
        shown_above(
            api,
            [["created", method, value]],
            lambda each: (each["created_at"] >= middle) is (method == "after"),
        )


def test_days_are_compared(api: Api) -> None:
    api.write(lambda tx: tx.change(update(t.staff).values(timezone="UTC")))
    day = _moments(api)[len(_moments(api)) // 2][:10]
    shown_above(api, [["created", "equal", day]], lambda each: each["created_at"][:10] == day)
    shown_above(api, [["created", "nequal", day]], lambda each: each["created_at"][:10] != day)
    shown_above(api, [["created", "between", {"left": day, "right": day}]], lambda each: each["created_at"][:10] == day)


def _detail(api: Api, ticket_id: int) -> Any:
    return api.staff("alice").get(f"/tickets/{ticket_id}").data


@pytest.mark.parametrize(
    ("path", "name"),
    [("attachment_count", "attachment_count"), ("task_count", "task_count"), ("thread_count", "entry_count")],
)
def test_counts_are_compared(api: Api, path: str, name: str) -> None:
    counts = {each["id"]: _detail(api, each["id"])[name] for each in listed(api.staff("alice"))}
    middle = sorted(counts.values())[len(counts) // 2]
    shown_above(api, [[path, "greater", str(middle)]], lambda each: counts[each["id"]] > middle)
    shown_above(api, [[path, "less", str(middle)]], lambda each: counts[each["id"]] < middle)
    shown_above(api, [[path, "equal", str(middle)]], lambda each: counts[each["id"]] == middle)


def test_collaborators_are_counted(api: Api) -> None:
    with_some = {each["id"] for each in listed(api.staff("alice")) if _detail(api, each["id"])["collaborators"]}
    shown_above(api, [["collaborator_count", "greater", "0"]], lambda each: each["id"] in with_some)


def test_linked_tickets_are_shown_in_queues_and_merged_ones_are_not(api: Api) -> None:
    alice = api.staff("alice")
    opened = in_queue(alice, 1)
    parent, merged, linked = opened[:3]
    row = t.ticket.c.ticket_id
    for child, flags in ((merged, 0x1), (linked, 0x8)):
        values = {"ticket_pid": parent, "flags": flags}
        api.write(lambda tx, child=child, values=values: tx.change(update(t.ticket).where(row == child).values(values)))
    assert set(in_queue(alice, 1)) == set(opened) - {merged}
    search = add_queue(api, ["merged", "set", None], flags=0, staff_id=ALICE)
    assert in_queue(alice, search) == [merged]
    assert in_queue(alice, add_queue(api, ["linked", "set", None], flags=0, staff_id=ALICE)) == [linked]


def test_a_queue_holds_only_what_the_queue_above_holds(api: Api) -> None:
    alice = api.staff("alice")
    source = ["source", "includes", {"Email": "Email"}]
    below = add_queue(api, source, parent_id=1, flags=PUBLIC_QUEUE | INHERITS_CRITERIA)
    alone = add_queue(api, source, parent_id=1)
    assert set(in_queue(alice, below)) == set(in_queue(alice, 1)) & set(in_queue(alice, alone))
    assert set(in_queue(alice, below)) < set(in_queue(alice, alone))


def test_criteria_that_an_agent_has_added_are_theirs_alone(api: Api) -> None:
    added = '{"criteria": [["source", "includes", {"Email": "Email"}]]}'
    api.write(lambda tx: tx.insert(t.queue_config, queue_id=1, staff_id=ALICE, setting=added, updated=tx.now))
    assert {each["source"] for each in api.staff("alice").get("/queues/1/tickets").data} == {"Email"}
    assert {each["source"] for each in api.staff("dora").get("/queues/1/tickets").data} != {"Email"}


def test_very_old_searches_are_understood(api: Api) -> None:
    config = (
        '{"status__state+search": true, "status__state+method": "includes", "status__state+includes": {"open": "O"}}'
    )
    queue = add_queue(api, config=config, flags=0, staff_id=ALICE)
    alice = api.staff("alice")
    assert set(in_queue(alice, queue)) == {each["id"] for each in listed(alice, status="open")}


@pytest.mark.parametrize(
    "criterion",
    [
        ["favourite_colour", "equal", "blue"],
        ["number", "match", "(1"],
        ["created", "period", "next century"],
        ["created", "after", "soon"],
        ["created", "between", {"left": "2024-01-01"}],
        ["created", "ndays", {"until": "many"}],
        ["created", "equal", "9999-12-31"],
        ["dept_id", "includes", {"x": "X"}],
        ["assignee", "includes", {"q7": "X"}],
        ["thread_count", "greater", "some"],
        ["cdata__nothing", "equal", "x"],
        ["entries__answers!99999__value", "equal", "x"],
        ["cdata__subject", "equal", ["x"]],
        ["isoverdue", None, None],
        ["", "equal", "x"],
    ],
    ids=str,
)
def test_what_cannot_be_asked_for_is_named_and_nothing_is_listed(api: Api, criterion: list[Any]) -> None:
    queue = add_queue(api, ["isanswered", "set", None], criterion)
    answer = api.staff("alice").get(f"/queues/{queue}/tickets")
    assert answer.status == 501
    (error,) = answer.errors
    assert error["code"] == "not_available"
    assert error["detail"]["criterion"] == dict(zip(("field", "method", "value"), criterion, strict=True))


@pytest.mark.parametrize("pattern", ["(?u)1", "(?P<one>1)", "{1", "x{1,2}{3}?", "1(?!.*[{])"])
def test_an_expression_that_this_database_does_not_take_is_named(api: Api, pattern: str) -> None:
    """Python, which SQLite asks, MariaDB and MySQL have each their own kind of regular expressions."""
    queue = add_queue(api, ["number", "match", pattern])
    answer = api.staff("alice").get(f"/queues/{queue}/tickets")
    assert answer.status == 200 or answer.errors[0]["detail"]["criterion"]["value"] == pattern


def test_agents_see_of_a_queue_only_their_tickets(api: Api) -> None:
    for name in ("alice", "charlie"):
        caller = api.staff(name)
        mine = {each["id"] for each in listed(caller, status="open") if is_top(each)}
        assert set(in_queue(caller, 1)) == mine
    assert not set(in_queue(api.staff("alice"), 1)) & set(in_queue(api.staff("charlie"), 1))


def test_the_right_to_search_all_does_not_widen_what_is_shown(api: Api) -> None:
    charlie = api.staff("charlie")
    own = add_queue(api, ["created", "set", None], flags=0, staff_id=charlie.get("/auth/me").data["id"])
    permissions = '{"search.all": 1}'
    api.write(
        lambda tx: tx.change(update(t.staff).where(t.staff.c.username == "charlie").values(permissions=permissions))
    )
    assert set(in_queue(charlie, own)) == {each["id"] for each in listed(charlie)}


def test_a_queue_has_its_own_order(api: Api) -> None:
    alice = api.staff("alice")
    closed = [each["closed_at"] for each in alice.get("/queues/8/tickets?per_page=100").data]
    assert closed == sorted(closed, reverse=True)
    urgency = {1: 4, 2: 3, 3: 2, 4: 1}
    tickets = alice.get("/queues/1/tickets?per_page=100").data
    places = [(urgency[each["priority"]["id"]], each["last_activity_at"]) for each in tickets]
    assert places == sorted(sorted(places, key=lambda place: place[1], reverse=True), key=lambda place: place[0])


def test_an_agents_choice_of_order_comes_first(api: Api) -> None:
    setting = '{"sort_id": "6"}'
    api.write(lambda tx: tx.insert(t.queue_config, queue_id=1, staff_id=ALICE, setting=setting, updated=tx.now))
    created = [each["created_at"] for each in api.staff("alice").get("/queues/1/tickets?per_page=100").data]
    assert created == sorted(created, reverse=True)


def _sort(api: Api, *paths: str) -> int:
    import json

    sort = api.write(lambda tx: tx.insert(t.queue_sort, root="T", name="x", columns=json.dumps(paths), updated=tx.now))
    return add_queue(api, sort_id=sort)


def test_a_queue_can_be_sorted_by_names(api: Api) -> None:
    names = [
        each["user"]["name"].lower()
        for each in api.staff("alice").get(f"/queues/{_sort(api, 'user__name')}/tickets?per_page=100").data
    ]
    assert names == sorted(names)


PATHS = [
    "number", "created", "-updated", "lastupdate", "closed", "-reopened", "duedate", "est_duedate", "source",
    "isoverdue", "isanswered", "ip_address", "status__id", "dept_id", "team_id", "staff_id", "assignee", "topic_id",
    "sla_id", "-user__name", "thread__lastmessage", "-thread__lastresponse", "cdata__priority", "-cdata__priority",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_order_goes_on_by_cursor(api: Api, path: str) -> None:
    alice = api.staff("alice")
    queue = _sort(api, path)
    whole = in_queue(alice, queue)
    pages: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = alice.get(
            f"/queues/{queue}/tickets", params={"per_page": "9", **({"cursor": cursor} if cursor else {})}
        )
        pages += [each["id"] for each in answer.data]
        cursor = answer.meta["next_cursor"]
    assert pages == whole
    assert len(whole) > 9


def test_an_order_that_cannot_be_had_is_named_but_another_may_be_asked_for(api: Api) -> None:
    queue = _sort(api, "-favourite_colour")
    alice = api.staff("alice")
    answer = alice.get(f"/queues/{queue}/tickets")
    assert answer.status == 501
    assert answer.errors[0]["detail"] == {"sort": "-favourite_colour"}
    assert alice.get(f"/queues/{queue}/tickets?sort=-created_at").status == 200


def test_filters_of_lists_narrow_a_queue(api: Api) -> None:
    alice = api.staff("alice")
    found = set(in_queue(alice, 1, user_id="1", sort="number"))
    assert found == {each["id"] for each in listed(alice, user_id="1", status="open") if is_top(each)}
    assert alice.get("/queues/1/tickets?colour=blue").status == 422
    assert alice.get("/queues/1/tickets?sort=colour").fields == ["sort"]
    assert set(alice.get("/queues/1/tickets?fields=id,number").data[0]) == {"id", "number"}


def test_the_quick_filter_narrows_by_the_queues_field(api: Api) -> None:
    alice = api.staff("alice")
    above = add_queue(api, filter="dept_id")
    below = add_queue(api, filter="::", parent_id=above)
    by_assignee = add_queue(api, filter="assignee")
    support = {each["id"] for each in listed(alice, department_id="1") if is_top(each)}
    assert set(in_queue(alice, above, quick_filter="1")) == support
    assert set(in_queue(alice, below, quick_filter="1")) == support
    assert set(in_queue(alice, by_assignee, quick_filter="M")) == {
        each["id"] for each in listed(alice, staff_id="me") if is_top(each)
    }


@pytest.mark.parametrize(("field", "value"), [(None, "1"), ("dept_id", "x"), ("favourite_colour", "blue")])
def test_a_quick_filter_that_means_nothing_is_refused(api: Api, field: str | None, value: str) -> None:
    queue = add_queue(api, filter=field)
    answer = api.staff("alice").get(f"/queues/{queue}/tickets", params={"quick_filter": value})
    assert (answer.status, answer.fields) == (422, ["quick_filter"])


def test_the_number_of_queries_does_not_grow_with_the_tickets(api: Api) -> None:
    alice = api.staff("alice")
    few, many = (fewest_queries(alice, f"/queues/1/tickets?per_page={per_page}") for per_page in (2, 20))
    assert many <= few + 1
