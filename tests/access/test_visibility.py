"""Who sees which tickets, entries, tasks and people, held against the rules in plain words, where anything is mixed."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Column, ColumnElement, select

from osticket_api.access.loading import find_principal
from osticket_api.access.past_visibility import saw_task, saw_ticket
from osticket_api.access.people import visible_organizations, visible_users
from osticket_api.access.principal import ANONYMOUS, ApiKey, Principal, Staff
from osticket_api.access.scope import (
    kept_scope,
    listed_beyond_departments,
    listed_tickets,
    reachable_ticket,
    tickets_of_departments,
    visible_entries,
)
from osticket_api.access.task_scope import listed_tasks, reachable_task
from osticket_api.db import tables as t
from tests.access.mixing import Mixing
from tests.access.plain_rules import Rules, is_within, reads, recorded, rules_of, saw
from tests.fixtures.api import Api


def callers(api: Api) -> Iterator[Principal]:
    """Agents, users and keys, each also with what narrows them."""
    for (staff_id,) in api.rows(select(t.staff.c.staff_id).where(t.staff.c.isactive == 1)):
        staff = api.write(find_principal, f"staff:{staff_id}")
        yield staff
        yield replace(staff, assigned_only=True, permissions=frozenset())
        yield replace(staff, permissions=frozenset({"org.edit"}))
        yield replace(staff, limited_to=frozenset({1, 2}))
        yield replace(staff, assigned_only=True, limited_to=frozenset({1, 3}))
    for (user_id,) in api.rows(select(t.user_account.c.user_id)):
        user = api.write(find_principal, f"user:{user_id}")
        for shares in (True, False):
            yield replace(user, shares_organization=shares, lists_collaborations=not shares)
        yield replace(user, only_ticket_id=9)
        yield replace(user, shares_organization=True, organization_id=None)
    key = ApiKey(id=1, name="k", permissions=frozenset({"tickets.read"}))
    yield key
    yield replace(key, department_ids=frozenset({1, 4}))
    yield replace(key, permissions=frozenset({"tickets.create"}))
    yield ANONYMOUS


@pytest.fixture
def rules(api: Api) -> Rules:
    api.write(lambda tx: Mixing(tx, seed=1).mix())
    return rules_of(api)


def found(api: Api, column: Column[int], condition: ColumnElement[bool], **parameters: Any) -> set[int]:
    return {row[0] for row in api.rows(select(column).where(condition).params(**parameters))}


def test_tickets_are_listed_and_opened_as_the_rules_say(api: Api, rules: Rules) -> None:
    ticket = t.ticket.c.ticket_id
    for who in callers(api):
        listed = {each.ticket_id for each in rules.tickets.values() if rules.lists(who, each)}
        reached = {each.ticket_id for each in rules.tickets.values() if rules.reaches(who, each)}
        assert found(api, ticket, listed_tickets(who)) == listed, who
        assert found(api, ticket, reachable_ticket(who)) == reached, who
        shared, parameters = kept_scope(who)
        assert found(api, ticket, reachable_ticket(shared), **parameters) == reached, who
        if isinstance(who, Staff) and who.limited_to is None:
            nearby = found(api, ticket, tickets_of_departments(who))
            beyond = {row[0] for row in api.rows(listed_beyond_departments(who))}
            assert (nearby | beyond, nearby & beyond) == (listed, set()), who


def test_entries_are_read_as_the_rules_say(api: Api, rules: Rules) -> None:
    entries = api.rows(select(t.thread_entry))
    for who in callers(api):
        read = {each.id for each in entries if reads(who, each)}
        assert found(api, t.thread_entry.c.id, visible_entries(who)) == read, who


def test_tasks_are_listed_and_opened_as_the_rules_say(api: Api, rules: Rules) -> None:
    tasks = api.rows(select(t.task))
    for who in callers(api):
        listed = {each.id for each in tasks if rules.lists_task(who, each)}
        reached = {each.id for each in tasks if rules.reaches_task(who, each)}
        assert found(api, t.task.c.id, listed_tasks(who)) == listed, who
        assert found(api, t.task.c.id, reachable_task(who)) == reached, who


def test_people_are_seen_as_the_rules_say(api: Api, rules: Rules) -> None:
    organizations = {row[0] for row in api.rows(select(t.organization.c.id))}
    for who in callers(api):
        users = {each for each in rules.organizations if rules.sees_user(who, each)}
        assert found(api, t.user.c.id, visible_users(who)) == users, who
        seen = {each for each in organizations if rules.sees_organization(who, each)}
        assert found(api, t.organization.c.id, visible_organizations(who)) == seen, who


def test_what_is_gone_was_seen_as_the_rules_say(api: Api, rules: Rules) -> None:
    tasks = api.rows(select(t.task))
    for who in callers(api):
        for ticket_id, ticket in rules.tickets.items():
            people = {user for each, user in rules.collaborators if each == ticket_id}
            assert saw_ticket(who, recorded(ticket, people)) == saw(who, ticket, people), (who, ticket)
        for task in tasks:
            theirs = recorded(task, set())
            is_closed_seen = isinstance(who, Staff) and is_within(who, task)
            assert saw_task(who, theirs, was_closed=True) == is_closed_seen, (who, task)
            assert saw_task(who, theirs, was_closed=False) == (is_closed_seen and saw(who, task, set())), (who, task)
