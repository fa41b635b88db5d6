"""Criteria as SQL."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import true

from osticket_api.db import tables as t
from osticket_api.db.dialect import takes_pattern
from osticket_api.features.queues.criteria.context import CriteriaContext, Untranslatable
from osticket_api.features.queues.criteria.kinds import Condition, pattern_of
from osticket_api.features.queues.criteria.paths import kind_of
from osticket_api.features.queues.criteria.reading import Criterion, keys_of
from osticket_api.search_index.match import tickets_matching
from osticket_api.search_index.terms import is_too_short

KEYWORDS = ":keywords"
_MOST_KEYS: Final = 200
"""SQLite takes no condition with a thousand alternatives, and a choice may take two for each value."""


def translate(context: CriteriaContext, criteria: Iterable[Criterion]) -> list[Condition]:
    """The conditions that all criteria together are. Raises: Untranslatable for the first that cannot be said."""
    return [_condition(context, each) for each in criteria]


def _condition(context: CriteriaContext, criterion: Criterion) -> Condition:
    if criterion.path == KEYWORDS:
        return _by_words(context, str(criterion.value or ""))
    if len(keys_of(criterion.value)) > _MOST_KEYS:
        raise Untranslatable(criterion, f"more than {_MOST_KEYS} values of {criterion.path}")
    kind = kind_of(context, criterion.path)
    if kind is None:
        raise Untranslatable(criterion, f"the field {criterion.path}")
    try:
        condition = kind(str(criterion.method), criterion.value)
    except (OverflowError, ValueError):
        condition = None
    if condition is None or not _is_matchable(context, criterion):
        raise Untranslatable(criterion, f"{criterion.path} {criterion.method} with this value")
    return condition


def _is_matchable(context: CriteriaContext, criterion: Criterion) -> bool:
    return criterion.method != "match" or takes_pattern(context.tx, pattern_of(str(criterion.value)))


def _by_words(context: CriteriaContext, words: str) -> Condition:
    if is_too_short(words):
        return true()
    matching = tickets_matching(context.tx, context.staff, words)
    return true() if matching is None else t.ticket.c.ticket_id.in_(matching)
