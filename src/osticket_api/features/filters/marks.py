"""Marks on filters whose action sends tickets to something that is out of use: the panel warns of them.

Source: people.md 4.2 and 5.1, tickets.md 13.
"""

from typing import Final, Literal

from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.engine import Write
from osticket_api.features.filters.actions import SETTINGS
from osticket_api.kit import php_json

_MARKS: Final = {"topic": 0x1, "dept": 0x2}


def mark_filters_of(tx: Write, action: Literal["dept", "topic"], target_id: int, *, is_active: bool) -> None:
    """Mark the filters that set this department or topic, or take the mark away when it is in use again."""
    filter_, of_filter = t.filter_.c, t.filter_action.c
    key, mark = SETTINGS[action].key, _MARKS[action]
    configured = [php_json.encode({key: value}) for value in (target_id, str(target_id))]
    setting = select(of_filter.filter_id).where(of_filter.type == action, of_filter.configuration.in_(configured))
    bits = filter_.flags.bitwise_and(~mark) if is_active else filter_.flags.bitwise_or(mark)
    tx.change(update(t.filter_).where(filter_.id.in_(setting)).values(flags=bits))
