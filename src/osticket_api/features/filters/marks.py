"""Marks on filters whose action sends tickets to something that is out of use: the panel warns of them.

Source: people.md 4.2 and 5.1, tickets.md 13.
"""

from typing import Final, Literal

from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.flags import FilterFlag
from osticket_api.db.unit import Write
from osticket_api.features.filters.naming import named_by_filters

_MARKS: Final = {"topic": FilterFlag.INACTIVE_TOPIC, "dept": FilterFlag.INACTIVE_DEPARTMENT}


def mark_filters_of(tx: Write, action: Literal["dept", "topic"], target_id: int, *, is_active: bool) -> None:
    """Mark the filters that set this department or topic, or take the mark away when it is in use again."""
    filter_, mark = t.filter_.c, _MARKS[action]
    setting = select(t.filter_action.c.filter_id).where(named_by_filters(action, target_id))
    bits = filter_.flags.bitwise_and(~mark) if is_active else filter_.flags.bitwise_or(mark)
    tx.change(update(t.filter_).where(filter_.id.in_(setting)).values(flags=bits))
