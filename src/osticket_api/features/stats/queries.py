"""Statistics of tickets."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.principal import Principal, Staff
from osticket_api.access.scope import kept_scope, listed_tickets
from osticket_api.db import tables as t
from osticket_api.db.engine import Read
from osticket_api.errors import Forbidden
from osticket_api.features.stats.counting import Counting
from osticket_api.features.stats.days import read_days
from osticket_api.features.stats.schemas import StatsQuery
from osticket_api.features.stats.shapes import Day, Group, Groups, TicketStats
from osticket_api.features.stats.tally import Tallies, Tally
from osticket_api.features.tickets.filters import concerned
from osticket_api.web.filtering import NONE

_SECONDS_KEPT = 15
MOST_WITH_RESPONSES = 25_000
"""First responses are looked up ticket by ticket: those of more tickets would take seconds."""

_NAMES: Final[dict[str, tuple[Any, ...]]] = {
    "status": (t.ticket_status.c.id, t.ticket_status.c.name),
    "department": (t.department.c.id, t.department.c.name),
    "staff": (t.staff.c.staff_id, t.staff.c.firstname, t.staff.c.lastname),
    "team": (t.team.c.team_id, t.team.c.name),
    "topic": (t.help_topic.c.topic_id, t.help_topic.c.topic),
    "organization": (t.organization.c.id, t.organization.c.name),
}
"""Where the members of each group are named."""


def ticket_stats(tx: Read, principal: Principal, query: StatsQuery) -> TicketStats:
    """Statistics over the tickets that the caller sees in lists. They may be some seconds old, but know our own writes.

    Agents without `stats.agents` learn of no other agent's work. Raises: Forbidden, Invalid.
    """
    groups, wanted = query.groups(), [listed_tickets(principal), *concerned(tx, principal, query)]
    days = read_days(tx, query.first, query.last)
    others = _sees_agents(principal)
    if not others:
        _check_oneself(principal, query.staff_id)
    scope, _ = kept_scope(principal)
    key = ("ticket stats", principal.key, scope, others, days, repr(query), tx.write_count)
    kept: TicketStats | None = tx.memory.get(key)
    if kept is None:
        kept = _stats(tx, Counting(tx, wanted, days, groups), None if others else _own_id(principal))
        tx.memory.put(key, kept, _SECONDS_KEPT)
    return kept


def _own_id(principal: Principal) -> int:
    return principal.id if isinstance(principal, Staff) else 0


def _sees_agents(principal: Principal) -> bool:
    return isinstance(principal, Staff) and principal.may(GlobalPermission.stats_agents)


def _check_oneself(principal: Principal, staff_id: str | None) -> None:
    """Raises: Forbidden where other agents are asked about."""
    allowed = {"me", NONE, str(_own_id(principal))}
    if not allowed.issuperset(part.strip() for part in (staff_id or "me").split(",")):
        raise Forbidden.lacking(GlobalPermission.stats_agents, " for other agents' statistics")


def _stats(tx: Read, counting: Counting, only: int | None) -> TicketStats:
    days, has_responses = counting.days, tx.scalar(counting.size()) <= MOST_WITH_RESPONSES
    tallies = Tallies(counting.groups, has_responses)
    tallies.add(tx.rows(counting.created(has_responses)), "created")
    tallies.add(tx.rows(counting.closed()), "closed")
    tallies.add(tx.rows(counting.reopened()), "reopened")
    tallies.add(tx.rows(counting.current()), "open_now", overdue="overdue_now", unanswered="unanswered_now")
    members = {group: _members(tx, group, found, only) for group, found in tallies.of.items() if group in _NAMES}
    if "day" in tallies.of:
        members["day"] = [Day(day, tallies.of["day"][day.isoformat()].flow()) for day in days]
    return TicketStats(days.first, days.last, str(days.zone), tallies.all.numbers(), Groups(**members))


def _members(tx: Read, group: str, tallies: Mapping[int | None, Tally], only: int | None) -> list[Any]:
    """The members of a group by name, tickets without one last. `only`: the one agent who is told of."""
    identifier, *parts = _NAMES[group]
    ids = [each for each in tallies if group != "staff" or only is None or each == only]
    rows = tx.rows(select(identifier, *parts).where(identifier.in_([each for each in ids if each is not None])))
    names = {row[0]: " ".join(filter(None, row[1:])) for row in rows}
    ids.sort(key=lambda each: (each not in names, names.get(each, "").casefold(), each or 0))
    return [Group(each, names.get(each), tallies[each].numbers()) for each in ids]
