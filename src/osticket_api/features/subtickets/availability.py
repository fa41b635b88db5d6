"""Whether this help desk has parent and child tickets: where the plugin "Subticket Manager" is in use, or SUBTICKETS
says so.
"""

from typing import Literal

from sqlalchemy import exists, or_, select

from osticket_api.db import tables as t
from osticket_api.db.caches import PLUGINS
from osticket_api.db.flags import PluginInstanceFlag
from osticket_api.db.unit import Read

Mode = Literal["auto", "always", "never"]


def is_available(tx: Read, mode: Mode) -> bool:
    """`auto`: as osTicket's database has it, which an administrator can change at any time."""
    if mode != "auto":
        return mode == "always"
    return tx.cached(PLUGINS, "subtickets", lambda: _is_in_use(tx))


def _is_in_use(tx: Read) -> bool:
    """The plugin is installed and active, and so is an instance of it. Source: subtickets.md 4."""
    plugin, instance = t.plugin.c, t.plugin_instance.c
    is_it = or_(plugin.name == "Subticket Manager", plugin.install_path.like("plugins/%subticket%"))
    enabled = exists().where(
        instance.plugin_id == plugin.id, instance.flags.bitwise_and(PluginInstanceFlag.ENABLED) != 0
    )
    return bool(tx.scalar(select(exists().where(plugin.isactive == 1, is_it, enabled))))
