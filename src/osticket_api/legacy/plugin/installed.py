"""Which of osTicket's plugins its database knows of."""

from sqlalchemy import ColumnElement, exists, or_, select

from osticket_api.db import tables as t
from osticket_api.db.caches import PLUGINS
from osticket_api.db.unit import Read


def has_wildcard_keys(tx: Read) -> bool:
    """Whether keys for 0.0.0.0 are good from anywhere: the plugin for that was installed, active or not.

    Source: legacy-endpoints.md 0.4, subtickets.md 4.
    """
    plugin = t.plugin.c
    is_it = or_(plugin.name == "API Key Wildcard Support", plugin.install_path.like("plugins/%wildcard%"))
    return _remembered(tx, "wildcard keys", exists().where(is_it))


def has_endpoints(tx: Read) -> bool:
    """Whether the plugin whose endpoints these are is in use."""
    plugin = t.plugin.c
    is_it = or_(plugin.name == "API Endpoints", plugin.install_path.like("plugins/%api-endpoints%"))
    return _remembered(tx, "endpoints", exists().where(plugin.isactive == 1, is_it))


def _remembered(tx: Read, name: str, condition: ColumnElement[bool]) -> bool:
    """An administrator can switch plugins at any time, but it need not be noticed at once."""
    return tx.cached(PLUGINS, name, lambda: bool(tx.scalar(select(condition))))
