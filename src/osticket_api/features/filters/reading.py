"""Reading ticket filters as administrators set them up. The ban list, to osTicket a filter too, is not among them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, Select, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.ban_list.api import NAME as BAN_LIST
from osticket_api.features.filters import queries
from osticket_api.features.filters.actions import Action
from osticket_api.features.filters.matching import Rule
from osticket_api.features.filters.requests import FilterQuery, Operator, Target
from osticket_api.features.filters.responses import FilterAction, FilterRule, TicketFilter
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import matching, named, read_page
from osticket_api.web.paging import Page

OPERATORS: Final[Mapping[str, Operator]] = {
    "equal": "equals",
    "not_equal": "not_equals",
    "contains": "contains",
    "dn_contain": "not_contains",
    "starts": "starts_with",
    "ends": "ends_with",
    "match": "matches",
    "not_match": "not_matches",
}
ACTION_TYPES: Final = {
    "reject": "reject",
    "replyto": "use_reply_to",
    "noresp": "no_auto_response",
    "email": "send_email",
    "canned": "canned_response",
    "dept": "department",
    "pri": "priority",
    "sla": "sla",
    "team": "team",
    "agent": "agent",
    "topic": "topic",
    "status": "status",
}
"""Ours by osTicket's. An action that a plugin added leaves under its own name."""
TARGETS: Final[Mapping[str, Target]] = {"Any": "any", "Web": "web", "Email": "email", "API": "api"}
MAIL_KEYS: Final = ("recipients", "subject", "message")

_filter = t.filter_.c


def list_filters(tx: Read, principal: Principal, query: FilterQuery) -> Page[TicketFilter]:
    """The page of filters that the query asks for. Raises: Invalid."""
    columns = {
        "id": _filter.id,
        "name": _filter.name,
        "order": _filter.execorder,
        "created_at": _filter.created,
        "updated_at": _filter.updated,
    }
    wanted = [_filter.name != BAN_LIST, *matching(query, _filter.name, _filter.isactive == 1)]
    listing = Listing(principal, query, _filter.id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, _select(), lambda rows: _to_response(tx, rows))


def get_filter(tx: Read, principal: Principal, filter_id: int) -> TicketFilter:
    """Raises: NotFound."""
    rows = tx.rows(_select().where(_filter.id == filter_id, _filter.name != BAN_LIST))
    if not rows:
        raise NotFound.because(f"There is no ticket filter {filter_id}.")
    return _to_response(tx, rows)[0]


def _select() -> Select[Any]:
    joined = t.filter_.outerjoin(t.email, t.email.c.email_id == _filter.email_id)
    return select(t.filter_, t.email.c.email.label("address")).select_from(joined)


def _to_response(tx: Read, rows: Sequence[Row[Any]]) -> list[TicketFilter]:
    filters = {each.id: each for each in queries.filters_of(tx, rows)}
    return [
        TicketFilter(
            id=row.id,
            name=row.name,
            order=row.execorder,
            is_active=row.isactive,
            target=TARGETS[row.target],
            email=named(row.email_id, row.address),
            match="all" if row.match_all_rules else "any",
            stops_on_match=row.stop_onmatch,
            rules=[rule_as_sent(rule) for rule in filters[row.id].rules],
            actions=[_action(action) for action in filters[row.id].actions],
            notes=row.notes,
            created_at=row.created,
            updated_at=row.updated,
        )
        for row in rows
    ]


def rule_as_sent(rule: Rule) -> FilterRule:
    return FilterRule(rule.what, OPERATORS[rule.how], rule.value)


def _action(action: Action) -> FilterAction:
    kind = ACTION_TYPES.get(action.kind, action.kind)
    if action.setting is not None and action.object_id is not None:
        return FilterAction(type=kind, id=action.object_id)
    if kind == "send_email":
        said = {key: str(action.configuration.get(key) or "") for key in MAIL_KEYS}
        sender = str(action.configuration.get("from") or "")
        return FilterAction(
            type=kind,
            from_email_id=int(sender) if sender.isdecimal() else None,
            recipients=said["recipients"],
            subject=said["subject"],
            message=said["message"],
        )
    return FilterAction(type=kind)
