"""The plugins of osTicket that are switched on, and where their settings are. Source: people.md 6.1, 11."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Read

_ENABLED: Final = 1
_BACKEND: Final = re.compile(r"[A-Za-z0-9._-]+\.p([0-9]{1,9})i([0-9]{1,9})")


@dataclass(frozen=True)
class PluginInstance:
    """One instance of a plugin, with its settings.

    Plugins from before osTicket 1.17 have one instance without an id.
    """

    plugin_id: int
    instance_id: int | None

    @property
    def namespace(self) -> str:
        """The namespace of its settings in `config`."""
        own = f"plugin.{self.plugin_id}"
        return own if self.instance_id is None else f"{own}.instance.{self.instance_id}"

    def backend(self, name: str) -> str:
        """The id of a back end that it provides, as accounts name it."""
        return name if self.instance_id is None else f"{name}.p{self.plugin_id}i{self.instance_id}"


def enabled_instances(tx: Read, folder: str) -> list[PluginInstance]:
    """The enabled instances of the plugin that is installed in this folder of osTicket's `plugins`, or as a PHAR of
    that name.
    """
    plugin, instance = t.plugin.c, t.plugin_instance.c
    rows = tx.rows(
        select(plugin.id, instance.id.label("instance_id"), instance.flags)
        .select_from(t.plugin.outerjoin(t.plugin_instance, instance.plugin_id == plugin.id))
        .where(plugin.isactive, plugin.install_path.like(f"plugins/{folder}%"))
        .order_by(plugin.id, instance.id)
    )
    enabled = (row for row in rows if row.instance_id is None or row.flags & _ENABLED)
    return [PluginInstance(row.id, row.instance_id) for row in enabled]


def is_enabled_backend(tx: Read, backend: str) -> bool:
    """Whether the back end of this id, such as `ldap.p1i2`, belongs to a plugin that is switched on."""
    named, instance = _BACKEND.fullmatch(backend), t.plugin_instance.c
    if named is None:
        return False
    row = tx.row(
        select(instance.flags)
        .join_from(t.plugin, t.plugin_instance, instance.plugin_id == t.plugin.c.id)
        .where(t.plugin.c.isactive, t.plugin.c.id == int(named[1]), instance.id == int(named[2]))
    )
    return row is not None and bool(row.flags & _ENABLED)


def chosen(stored: str) -> str:
    """The key of a choice in a plugin's settings, which its form stores as `{"msad": "Microsoft ..."}`."""
    with suppress(ValueError):
        value = json.loads(stored)
        if isinstance(value, dict):
            return str(next(iter(value), ""))
    return stored
