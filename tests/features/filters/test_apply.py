"""What filters in the database decide about a new ticket."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.filters.apply import FilterOutcome, FilterSource, apply
from osticket_api.kit import php_json
from tests.fixtures.f1 import HelpDesk, golden_case

TICKET = FilterSource(
    name="Wes Outside", email="wes@example.org", subject="urgent: door", fields={"field.20": "urgent: door"}
)

Actions = list[tuple[str, dict[str, Any]]]


def add_filter(
    tx: Write,
    *actions: tuple[str, dict[str, Any]],
    rules: tuple[tuple[str, str, str], ...] = (("subject", "contains", "urgent"),),
    **values: Any,
) -> int:
    filter_id = tx.insert(t.filter_, **({"name": "Urgent", "execorder": 1} | values))
    for what, how, value in rules:
        tx.insert(t.filter_rule, filter_id=filter_id, what=what, how=how, val=value)
    for sort, (kind, configuration) in enumerate(actions):
        tx.insert(
            t.filter_action, filter_id=filter_id, sort=sort, type=kind, configuration=php_json.encode(configuration)
        )
    return filter_id


def outcome_of(
    help_desk: HelpDesk,
    prepare: Callable[[Write], Any],
    source: FilterSource = TICKET,
    target: Literal["Web", "Email", "API"] = "API",
    email_id: int | None = None,
) -> FilterOutcome:
    def run(tx: Write) -> FilterOutcome:
        prepare(tx)
        return apply(tx, source, target=target, email_id=email_id)

    return help_desk.trial(run)


def test_the_recorded_filter_decides_and_tells_as_osticket_does(help_desk: HelpDesk) -> None:
    case = golden_case("009")

    def prepare(tx: Write) -> None:
        for table, name in (
            (t.filter_, "ost_filter"),
            (t.filter_rule, "ost_filter_rule"),
            (t.filter_action, "ost_filter_action"),
        ):
            for row in case["setup"]["changes"][name]["inserted"]:
                tx.insert(table, **{key: value for key, value in row.items() if key not in ("created", "updated")})

    outcome = outcome_of(help_desk, prepare)
    assert (outcome.department_id, outcome.priority_id, outcome.sla_id, outcome.team_id) == (3, 4, 3, 2)
    events = case["changes"]["ost_thread_event"]["inserted"]
    expected = [event["data"] for event in events if event["event_id"] == 9]
    assert [php_json.encode(edit) for edit in outcome.matched[0].edits] == expected


def test_every_action_sets_its_part_of_the_ticket(help_desk: HelpDesk) -> None:
    outcome = outcome_of(
        help_desk,
        lambda tx: add_filter(
            tx,
            ("dept", {"dept_id": "2"}),
            ("pri", {"priority": 1}),
            ("sla", {"sla_id": 2}),
            ("team", {"team_id": 1}),
            ("agent", {"staff_id": 2}),
            ("topic", {"topic_id": 10}),
            ("status", {"status_id": 2}),
            ("canned", {"canned_id": 1}),
            ("noresp", {}),
            ("email", {"recipients": "boss@acme.test", "subject": "Look"}),
        ),
    )
    set_ids = (outcome.department_id, outcome.priority_id, outcome.sla_id, outcome.team_id, outcome.staff_id)
    assert set_ids == (2, 1, 2, 1, 2)
    assert (outcome.topic_id, outcome.status_id, outcome.canned_response_id) == (10, 2, 1)
    assert not outcome.auto_respond
    assert not outcome.rejected
    (mail,) = outcome.mails_wanted
    assert (mail.filter_name, mail.configuration["recipients"]) == ("Urgent", "boss@acme.test")
    assert [(edit["type"], edit["value"]) for edit in outcome.matched[0].edits] == [
        ("Department", "Sales"),
        ("Priority", "Low"),
        ("SLA", "Gold 8h"),
        ("Team", "Level I Support"),
        ("Agent", "Bob Full"),
        ("Topic", "Report a Problem"),
        ("Ticket Status", "Escalation"),
    ]


def test_a_status_without_a_team_of_its_number_has_no_name(help_desk: HelpDesk) -> None:
    outcome = outcome_of(help_desk, lambda tx: add_filter(tx, ("status", {"status_id": 3})))
    assert php_json.encode(outcome.matched[0].edits) == '[{"value":false,"filter":"Urgent","type":"Ticket Status"}]'


@pytest.mark.parametrize(
    ("action", "table"),
    [(("dept", {"dept_id": 2}), t.department), (("topic", {"topic_id": 10}), t.help_topic)],
    ids=["department", "topic"],
)
def test_what_is_not_active_is_told_but_not_set(
    help_desk: HelpDesk, action: tuple[str, dict[str, Any]], table: Any
) -> None:
    def prepare(tx: Write) -> None:
        tx.change(update(table).values(flags=0))
        add_filter(tx, action)

    outcome = outcome_of(help_desk, prepare)
    assert (outcome.department_id, outcome.topic_id) == (None, None)
    assert len(outcome.matched[0].edits) == 1


@pytest.mark.parametrize("configuration", [{}, {"sla_id": 0}, {"sla_id": "x"}, {"sla_id": None}])
def test_an_action_that_names_nothing_sets_nothing(help_desk: HelpDesk, configuration: dict[str, Any]) -> None:
    assert outcome_of(help_desk, lambda tx: add_filter(tx, ("sla", configuration))).sla_id is None


def test_a_later_filter_overrules_an_earlier_one(help_desk: HelpDesk) -> None:
    def prepare(tx: Write) -> None:
        add_filter(tx, ("sla", {"sla_id": 3}), execorder=2, name="second")
        add_filter(tx, ("sla", {"sla_id": 2}), execorder=1, name="first")

    outcome = outcome_of(help_desk, prepare)
    assert outcome.sla_id == 3
    assert [each.name for each in outcome.matched] == ["first", "second"]


def test_nothing_follows_a_filter_that_stops(help_desk: HelpDesk) -> None:
    def prepare(tx: Write) -> None:
        add_filter(tx, ("sla", {"sla_id": 2}), stop_onmatch=True)
        add_filter(tx, ("sla", {"sla_id": 3}), execorder=2)

    assert outcome_of(help_desk, prepare).sla_id == 2


@pytest.mark.parametrize(
    ("values", "target", "email_id", "matches"),
    [
        ({"target": "Any"}, "Web", None, True),
        ({"target": "Web"}, "Web", None, True),
        ({"target": "Web"}, "API", None, False),
        ({"target": "Email"}, "Web", None, False),
        ({"target": "Email"}, "Email", 1, True),
        ({"target": "Email", "email_id": 1}, "Email", 1, True),
        ({"target": "Email", "email_id": 2}, "Email", 1, False),
        ({"target": "Email", "email_id": 2}, "Email", None, False),
        ({"target": "Any", "email_id": 2}, "Email", 1, False),
        ({"target": "Any", "email_id": 2}, "Web", None, True),
        ({"target": "Any", "isactive": False}, "Web", None, False),
        ({"rules": ()}, "Web", None, False),
        (
            {"match_all_rules": True, "rules": (("subject", "contains", "urgent"), ("email", "ends", "@acme.test"))},
            "Web",
            None,
            False,
        ),
    ],
)
def test_a_filter_sees_the_tickets_it_is_meant_for(
    help_desk: HelpDesk,
    values: dict[str, Any],
    target: Literal["Web", "Email", "API"],
    email_id: int | None,
    matches: bool,
) -> None:
    outcome = outcome_of(help_desk, lambda tx: add_filter(tx, **values), target=target, email_id=email_id)
    assert bool(outcome.matched) is matches


def test_a_rule_that_is_switched_off_counts_all_the_same(help_desk: HelpDesk) -> None:
    def prepare(tx: Write) -> None:
        filter_id = add_filter(tx, ("sla", {"sla_id": 2}))
        tx.change(update(t.filter_rule).where(t.filter_rule.c.filter_id == filter_id).values(isactive=False))

    assert outcome_of(help_desk, prepare).sla_id == 2


def test_a_filter_can_reject_and_gives_its_name(help_desk: HelpDesk) -> None:
    outcome = outcome_of(help_desk, lambda tx: add_filter(tx, ("reject", {}), name="No urgent things"))
    assert outcome.rejected
    assert outcome.rejected_by == "No urgent things"


def test_a_banned_address_rejected_whichever_way_it_comes(help_desk: HelpDesk) -> None:
    banned = replace(TICKET, email="Test@example.com")
    for target in ("Web", "Email", "API"):
        assert outcome_of(help_desk, lambda tx: None, banned, target=target).rejected_by == "SYSTEM BAN LIST"


def test_a_reply_to_address_becomes_the_sender_and_is_filtered_as_one(help_desk: HelpDesk) -> None:
    def prepare(tx: Write) -> None:
        add_filter(tx, ("noresp", {}), ("replyto", {}))
        add_filter(tx, ("sla", {"sla_id": 2}), rules=(("email", "equal", "boss@acme.test"),), execorder=2, name="Boss")

    answers_to_boss = replace(TICKET, reply_to="boss@acme.test", reply_to_name="The Boss")
    outcome = outcome_of(help_desk, prepare, answers_to_boss)
    assert (outcome.email, outcome.name, outcome.sla_id) == ("boss@acme.test", "The Boss", 2)
    assert not outcome.auto_respond
    assert [each.name for each in outcome.matched] == ["Urgent", "Boss"]


def test_a_banned_reply_to_address_rejected_once_it_is_the_sender(help_desk: HelpDesk) -> None:
    source = replace(TICKET, reply_to="test@example.com")
    assert outcome_of(help_desk, lambda tx: add_filter(tx, ("replyto", {})), source).rejected


def test_without_another_reply_to_address_the_sender_stays(help_desk: HelpDesk) -> None:
    outcome = outcome_of(help_desk, lambda tx: add_filter(tx, ("replyto", {}), ("sla", {"sla_id": 2})))
    assert (outcome.email, outcome.sla_id) == (None, 2)


def test_broken_configuration_does_nothing(help_desk: HelpDesk) -> None:
    def prepare(tx: Write) -> None:
        add_filter(tx, ("sla", {"sla_id": 2}))
        tx.change(update(t.filter_action).values(configuration='{"sla_id":'))

    assert outcome_of(help_desk, prepare).sla_id is None


@pytest.mark.parametrize(
    ("actions", "lookups"),
    [
        ([], 0),
        ([("noresp", {})], 0),
        ([("team", {"team_id": 1}), ("status", {"status_id": 2}), ("sla", {"sla_id": 2})], 2),
    ],
    ids=["nothing", "names nothing", "names teams and plans"],
)
def test_filters_cost_four_queries_and_one_for_each_table_they_name(
    help_desk: HelpDesk, actions: Actions, lookups: int
) -> None:
    preparing = 2 + len(actions)
    outcome_of(help_desk, lambda tx: add_filter(tx, *actions))
    assert help_desk.query_count == preparing + 4 + lookups


def test_without_filters_a_ticket_costs_two_queries(help_desk: HelpDesk) -> None:
    outcome_of(help_desk, lambda tx: None)
    assert help_desk.query_count == 2
