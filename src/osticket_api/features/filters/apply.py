"""Run the ticket filters over a new ticket."""

from collections.abc import Iterator, Sequence
from typing import Literal

from osticket_api.db.unit import Read
from osticket_api.features.ban_list import api as ban_list
from osticket_api.features.filters import queries
from osticket_api.features.filters.actions import (
    REJECT,
    SEND_MAIL,
    USE_REPLY_TO,
    Action,
    FilterOutcome,
    MailWanted,
    MatchedFilter,
    Objects,
    describe,
    perform,
)
from osticket_api.features.filters.marks import mark_filters_of
from osticket_api.features.filters.matching import Filter, FilterSource, select_matching
from osticket_api.features.filters.naming import named_by_filters

__all__ = [
    "FilterOutcome",
    "FilterSource",
    "MailWanted",
    "MatchedFilter",
    "apply",
    "mark_filters_of",
    "named_by_filters",
]


def apply(
    tx: Read, source: FilterSource, *, target: Literal["Web", "Email", "API"], email_id: int | None
) -> FilterOutcome:
    """Decide, by the ban list and the filters, about a ticket that is about to be created. Nothing is written.

    `target` is the way it came; `email_id` the mailbox, if it came by mail. A later filter overrules an earlier one.
    Where a filter takes the reply-to address for the sender's, all filters are run again for that sender, and what the
    first run had set remains.

    Source: tickets.md 1.5
    """
    filters = queries.list_filters(tx, target=target, email_id=email_id)
    return _run(tx, filters, source, FilterOutcome())


def _run(tx: Read, filters: Sequence[Filter], source: FilterSource, outcome: FilterOutcome) -> FilterOutcome:
    if ban_list.is_banned(tx, source.email):
        return outcome.reject(ban_list.NAME)
    matching = select_matching(filters, source)
    objects = queries.find_objects(tx, matching)
    outcome.matched = [_summarize(each, objects) for each in matching]
    for each, action in _actions_in_order(matching):
        if action.kind == REJECT:
            return outcome.reject(each.name)
        if action.kind == USE_REPLY_TO and source.asks_for_other_address:
            sender = source.from_reply_to()
            outcome.email, outcome.name = sender.email, sender.name
            return _run(tx, filters, sender, outcome)
        perform(action, outcome, objects)
    return outcome


def _actions_in_order(matching: Sequence[Filter]) -> Iterator[tuple[Filter, Action]]:
    return ((each, action) for each in matching for action in each.actions)


def _summarize(matched: Filter, objects: Objects) -> MatchedFilter:
    edits = (describe(action, matched.name, objects) for action in matched.actions)
    mails = (action.configuration for action in matched.actions if action.kind == SEND_MAIL)
    return MatchedFilter(
        id=matched.id,
        name=matched.name,
        edits=[edit for edit in edits if edit is not None],
        mails=[MailWanted(matched.name, configuration) for configuration in mails],
    )
