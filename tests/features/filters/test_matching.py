"""Which filters a ticket matches."""

import pytest

from osticket_api.features.filters.matching import Filter, FilterSource, Rule, select_matching

TICKET = FilterSource(
    name="Wes Outside",
    email="wes@example.org",
    subject="Urgent: door",
    body="It is <b>stuck</b>.",
    reply_to="Boss@Example.org",
    reply_to_name="The Boss",
    addressee="support@acme.test",
    fields={"field.20": "Urgent: door", "field.43": "Berlin", "field.43.abb": "B"},
)


@pytest.mark.parametrize(
    ("what", "how", "value"),
    [
        ("email", "equal", "WES@example.org"),
        ("email", "not_equal", "uma@example.org"),
        ("subject", "contains", "urgent"),
        ("subject", "dn_contain", "printer"),
        ("name", "starts", "wes "),
        ("addressee", "ends", "@ACME.test"),
        ("body", "match", "/<b>.*<.b>/"),
        ("body", "not_match", "/<i>/"),
        ("reply-to", "equal", "boss@example.org"),
        ("reply-to-name", "contains", "boss"),
        ("field.20", "contains", "URGENT"),
        ("field.43.abb", "equal", "b"),
        ("field.99", "equal", ""),
        ("field.99", "not_equal", "anything"),
    ],
)
def test_a_rule_holds(what: str, how: str, value: str) -> None:
    assert Rule(what, how, value).holds(TICKET)


@pytest.mark.parametrize(
    ("what", "how", "value"),
    [
        ("email", "equal", "wes"),
        ("email", "not_equal", "WES@EXAMPLE.ORG"),
        ("subject", "contains", "printer"),
        ("subject", "dn_contain", "DOOR"),
        ("name", "starts", "outside"),
        ("name", "ends", "wes"),
        ("subject", "match", "/urgent/"),
        ("subject", "not_match", "/urgent/i"),
        ("subject", "like", "Urgent: door"),
        ("field.99", "contains", "x"),
    ],
)
def test_a_rule_does_not_hold(what: str, how: str, value: str) -> None:
    assert not Rule(what, how, value).holds(TICKET)


@pytest.mark.parametrize("how", ["match", "not_match"])
def test_an_unreadable_expression_never_matches(how: str) -> None:
    assert not Rule("subject", how, "/(/").holds(TICKET)


@pytest.mark.parametrize(("how", "holds"), [("match", False), ("not_match", True)])
def test_an_expression_that_would_take_years_is_not_found(how: str, holds: bool) -> None:
    assert Rule("subject", how, "/^(a|aa)+$/").holds(FilterSource(subject="a" * 10_000 + "-")) is holds


TRUE, FALSE = Rule("subject", "contains", "door"), Rule("subject", "contains", "window")


def make(*rules: Rule, match_all: bool = False, stops: bool = False) -> Filter:
    return Filter(1, "", match_all, stops, rules, ())


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        (make(TRUE, FALSE), True),
        (make(FALSE, FALSE), False),
        (make(TRUE, TRUE, match_all=True), True),
        (make(TRUE, FALSE, match_all=True), False),
        (make(), False),
        (make(match_all=True), False),
    ],
    ids=["one of two", "none of two", "all", "not all", "no rules", "all of no rules"],
)
def test_a_filter_matches_by_one_rule_or_by_all(filter_: Filter, expected: bool) -> None:
    assert filter_.matches(TICKET) is expected


def test_a_filter_that_stops_lets_none_follow_once_it_matches() -> None:
    missed, first, stopping, last = make(FALSE, stops=True), make(TRUE), make(TRUE, stops=True), make(TRUE)
    assert select_matching([missed, first, stopping, last], TICKET) == [first, stopping]


def test_another_reply_address_is_told_from_the_same_in_other_letters() -> None:
    assert TICKET.asks_for_other_address
    assert not FilterSource(email="wes@example.org", reply_to="Wes@Example.org").asks_for_other_address
    assert not FilterSource(email="wes@example.org").asks_for_other_address
    assert FilterSource(email="a@b.c", name="A", reply_to="d@e.f").from_reply_to().name == "A"
