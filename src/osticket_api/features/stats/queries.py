"""Statistics of tickets."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, union_all

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.principal import Principal, Staff
from osticket_api.access.scope import kept_scope, listed_beyond_departments, listed_tickets, tickets_of_departments
from osticket_api.db import tables as t
from osticket_api.db.caches import STATISTICS
from osticket_api.db.unit import Read
from osticket_api.errors import Forbidden
from osticket_api.features.stats.counting import Counting
from osticket_api.features.stats.days import read_days
from osticket_api.features.stats.requests import StatsQuery
from osticket_api.features.stats.responses import StatsDay, StatsGroup, StatsGroups, TicketStats
from osticket_api.features.stats.tally import Tallies, Tally
from osticket_api.features.tickets.api import concerned
from osticket_api.query.filtering import NONE

_SECONDS_KEPT = 15
MOST_WITH_RESPONSES = 25_000
"""First responses are looked up ticket by ticket: those of more tickets would take seconds."""

_NAMES: Final[dict[str, tuple[ColumnElement[int], ColumnElement[str]]]] = {
    "status": (t.ticket_status.c.id, t.ticket_status.c.name),
    "department": (t.department.c.id, t.department.c.name),
    "staff": (
        t.staff.c.staff_id,
        func.coalesce(t.staff.c.firstname, "") + " " + func.coalesce(t.staff.c.lastname, ""),
    ),
    "team": (t.team.c.team_id, t.team.c.name),
    "topic": (t.help_topic.c.topic_id, t.help_topic.c.topic),
    "organization": (t.organization.c.id, t.organization.c.name),
}
"""The columns with the ids and names of the members of each group."""

Members = Mapping[int | None, Tally]


def ticket_stats(tx: Read, principal: Principal, query: StatsQuery) -> TicketStats:
    """Statistics over the tickets that the caller sees in lists. They may be some seconds old, but know our own writes.

    Agents without `stats.agents` learn of no other agent's work. Raises: Forbidden, Invalid.
    """
    days = read_days(tx, query.first, query.last)
    others = _sees_agents(principal)
    if not others:
        _check_oneself(principal, query.staff_id)
    scope, _ = kept_scope(principal)

    def counted() -> TicketStats:
        wanted = [_listed(tx, principal), *concerned(tx, principal, query)]
        return _stats(tx, Counting(tx, wanted, days, query.groups()), None if others else _own_id(principal))

    stats: TicketStats = tx.cached(STATISTICS, (principal.key, scope, others, days, repr(query)), counted)
    return stats


def _listed(tx: Read, principal: Principal) -> ColumnElement[bool]:
    """The tickets that lists show, by what an index over tickets holds."""
    if not isinstance(principal, Staff):
        return listed_tickets(principal)
    in_departments, beyond = tickets_of_departments(principal), tx.scalars(listed_beyond_departments(principal))
    return or_(in_departments, t.ticket.c.ticket_id.in_(beyond)) if beyond else in_departments


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
    days, has_responses = counting.days, not counting.exceeds(MOST_WITH_RESPONSES)
    tallies = Tallies(counting.groups, has_responses, counting.organizations())
    tx.gather(
        lambda tx: tallies.add(counting.on(tx).created(has_responses), "created"),
        lambda tx: tallies.add(counting.on(tx).closed(), "closed"),
        lambda tx: tallies.add(counting.on(tx).reopened(), "reopened"),
        lambda tx: tallies.add(
            counting.on(tx).current(), "open_now", overdue="overdue_now", unanswered="unanswered_now"
        ),
    )
    groups = _with_names(tallies, only)
    names = _names(tx, groups)
    members: dict[str, Any] = {group: _members(found, names[group]) for group, found in groups.items()}
    if "day" in tallies.of:
        members["day"] = [StatsDay(day, tallies.of["day"][number].flow()) for number, day in enumerate(days)]
    return TicketStats(days.first, days.last, str(days.zone), tallies.all.numbers(), StatsGroups(**members))


def _with_names(tallies: Tallies, only: int | None) -> dict[str, Members]:
    """The groups whose members have names. `only`: the one agent who is told of."""
    groups: dict[str, Members] = {group: members for group, members in tallies.of.items() if group in _NAMES}
    if only is not None and "staff" in groups:
        groups["staff"] = {each: tally for each, tally in groups["staff"].items() if each == only}
    return groups


def _members(members: Members, names: Mapping[int | None, str]) -> list[StatsGroup]:
    """The members of a group by name, tickets without one last."""
    ids = sorted(members, key=lambda each: (each not in names, names.get(each, "").casefold(), each or 0))
    return [StatsGroup(each, names.get(each), members[each].numbers()) for each in ids]


def _names(tx: Read, groups: Mapping[str, Members]) -> Mapping[str, dict[int | None, str]]:
    """The names of the members of each group."""
    found: defaultdict[str, dict[int | None, str]] = defaultdict(dict)
    asked = [_named(group, [each for each in members if each is not None]) for group, members in groups.items()]
    for row in tx.rows(union_all(*asked)) if asked else ():
        found[row.group][row.id] = (row.name or "").strip()
    return found


def _named(group: str, ids: Sequence[int]) -> Select[str, int, str]:
    identifier, name = _NAMES[group]
    return select(literal(group).label("group"), identifier.label("id"), name.label("name")).where(identifier.in_(ids))
