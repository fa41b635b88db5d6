"""The ban list, compared with the rows osTicket itself writes."""

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.features.ban_list.service import NAME, ban, is_banned, unban
from tests.fixtures.f1 import CLOCK, HelpDesk, golden_case

UMA = "uma@acme-corp.test"


def rules_of(tx: Read) -> list[dict[str, Any]]:
    rows = tx.rows(select(t.filter_rule).order_by(t.filter_rule.c.id))
    return [dict(row._mapping) for row in rows]


@pytest.mark.parametrize(("number", "email", "notes"), [("214", UMA, ""), ("372", "spam@spam.test", "n")])
def test_a_ban_writes_the_row_osticket_writes(help_desk: HelpDesk, number: str, email: str, notes: str) -> None:
    def run(tx: Write) -> dict[str, Any]:
        before = rules_of(tx)
        assert ban(tx, email, notes=notes)
        (added,) = [rule for rule in rules_of(tx) if rule not in before]
        return added

    (expected,) = golden_case(number)["changes"]["ost_filter_rule"]["inserted"]
    added = help_desk.trial(run)
    assert added == expected | {"id": added["id"], "isactive": True, "created": CLOCK, "updated": CLOCK}


def test_lifting_a_ban_deletes_its_row_and_no_other(help_desk: HelpDesk) -> None:
    (rule,) = golden_case("216")["setup"]["changes"]["ost_filter_rule"]["inserted"]

    def run(tx: Write) -> tuple[bool, bool, bool]:
        before = rules_of(tx)
        tx.insert(t.filter_rule, **rule | {"created": CLOCK, "updated": CLOCK})
        return is_banned(tx, UMA), unban(tx, UMA), rules_of(tx) == before

    assert help_desk.trial(run) == (True, True, True)


def test_lifting_a_ban_that_is_none_changes_nothing(help_desk: HelpDesk) -> None:
    def run(tx: Write) -> tuple[bool, bool]:
        before = rules_of(tx)
        return unban(tx, UMA), rules_of(tx) == before

    assert help_desk.trial(run) == (False, True)


@pytest.mark.parametrize(
    ("email", "banned"),
    [("test@example.com", True), ("TEST@Example.COM", True), ("test@example.co", False), (UMA, False), ("", False)],
)
def test_an_address_is_banned_in_any_letter_case(help_desk: HelpDesk, email: str, banned: bool) -> None:
    assert help_desk.trial(lambda tx: is_banned(tx, email)) is banned


def test_an_address_is_banned_whatever_the_rule_compares_by(help_desk: HelpDesk) -> None:
    def run(tx: Write) -> bool:
        tx.change(update(t.filter_rule).values(how="contains"))
        return is_banned(tx, "test@example.com")

    assert help_desk.trial(run)


@pytest.mark.parametrize("table", [t.filter_, t.filter_rule], ids=["list", "entry"])
def test_what_is_switched_off_bans_nobody(help_desk: HelpDesk, table: Any) -> None:
    def run(tx: Write) -> bool:
        tx.change(update(table).values(isactive=False))
        return is_banned(tx, "test@example.com")

    assert not help_desk.trial(run)


def test_other_filters_ban_nobody(help_desk: HelpDesk) -> None:
    def run(tx: Write) -> bool:
        tx.change(update(t.filter_).values(name="Not the ban list"))
        return is_banned(tx, "test@example.com")

    assert not help_desk.trial(run)


def test_a_second_ban_says_so_and_writes_nothing(help_desk: HelpDesk) -> None:
    def run(tx: Write) -> tuple[bool, bool]:
        before = rules_of(tx)
        return ban(tx, "Test@example.com"), rules_of(tx) == before

    assert help_desk.trial(run) == (False, True)


def test_a_ban_that_was_switched_off_is_switched_on(help_desk: HelpDesk) -> None:
    def run(tx: Write) -> tuple[bool, bool, int]:
        tx.change(update(t.filter_rule).values(isactive=False))
        return ban(tx, "test@example.com"), is_banned(tx, "test@example.com"), len(rules_of(tx))

    assert help_desk.trial(run) == (True, True, 1)


def test_a_lost_ban_list_is_made_again(help_desk: HelpDesk) -> None:
    def run(tx: Write) -> tuple[bool, Any, Any]:
        for table in (t.filter_, t.filter_rule, t.filter_action):
            tx.change(delete(table))
        ban(tx, UMA)
        actions = tx.rows(select(t.filter_action.c.type, t.filter_action.c.configuration))
        return is_banned(tx, UMA), tx.row(select(t.filter_)), list(actions)

    banned, filter_, actions = help_desk.trial(run)
    assert banned
    assert (filter_.name, filter_.target, filter_.execorder, filter_.isactive) == (NAME, "Email", 99, True)
    assert actions == [("reject", "[]")]
