"""The help desk's own settings: rows of osTicket's `config` table, every one of them text."""

from collections.abc import Mapping
from datetime import tzinfo
from functools import cache
from typing import Final

from sqlalchemy import Select, bindparam, select, update

from osticket_api.db import tables as t
from osticket_api.db.caches import CONFIG
from osticket_api.db.unit import Read, Write
from osticket_api.kit.zones import zone_named

_CORE: Final = "core"
"""The namespace of the help desk itself; agents and plugins have others."""
_DEFAULTS: Final = {
    "accept_unregistered_email": "1",
    "add_email_collabs": "1",
    "agent_name_format": "full",
    "allow_attachments": "1",
    "allow_auth_tokens": "1",
    "allow_pw_reset": "1",
    "auto_claim_tickets": "1",
    "auto_refer_closed": "1",
    "autolock_minutes": "3",
    "client_name_format": "original",
    "client_registration": "closed",
    "client_verify_email": "1",
    "collaborator_ticket_visibility": "1",
    "default_dept_id": "1",
    "default_priority_id": "2",
    "default_sla_id": "0",
    "default_storage_bk": "D",
    "default_ticket_status_id": "1",
    "enable_richtext": "1",
    "help_topic_sort_mode": "a",
    "isonline": "1",
    "max_file_size": "1048576",
    "message_autoresponder_collabs": "1",
    "pw_reset_window": "30",
    "task_number_format": "#",
    "task_sequence_id": "2",
    "ticket_lock": "2",
    "ticket_number_format": "######",
    "ticket_sequence_id": "0",
}
"""The values that osTicket assumes where a row is missing. Source: people.md 8.3, tickets.md Appendix B."""


class Config:
    """The settings of one namespace, with osTicket's own defaults beneath."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, key: str) -> str:
        return self._values.get(key, _DEFAULTS.get(key, ""))

    def flag(self, key: str) -> bool:
        return self.text(key) not in ("", "0")

    def number(self, key: str) -> int:
        """The setting as an integer; empty and unreadable values are 0, as PHP reads them."""
        try:
            return int(self.text(key) or 0)
        except ValueError:
            return 0


def store_config(tx: Write, values: Mapping[str, str], namespace: str = _CORE) -> dict[str, list[str | None]]:
    """Write the settings that really change. Returns these, each with its value before and after.

    Source: people.md 8.1
    """
    config = t.config.c
    rows = tx.rows(select(t.config).where(config.namespace == namespace, config.key.in_(list(values))))
    before = {row.key: row for row in rows}
    changed: dict[str, list[str | None]] = {}
    for key, value in values.items():
        row = before.get(key)
        if row is None:
            tx.insert(t.config, namespace=namespace, key=key, value=value, updated=tx.now)
        elif row.value != value:
            tx.change(update(t.config).where(config.id == row.id).values(value=value, updated=tx.now))
        if row is None or row.value != value:
            changed[key] = [row.value if row else None, value]
    tx.cache.pop("config", None)
    return changed


def load_config(tx: Read, namespace: str = _CORE) -> Config:
    """The settings of a namespace: the same throughout a unit of work. Those of the help desk itself are cached."""
    kept: dict[str, Config] = tx.cache.setdefault("config", {})
    if namespace not in kept:
        is_core = namespace == _CORE
        kept[namespace] = tx.cached(CONFIG, None, lambda: _read(tx, _CORE)) if is_core else _read(tx, namespace)
    return kept[namespace]


def _read(tx: Read, namespace: str) -> Config:
    return Config(dict(tx.prepared(_select_values(), {"namespace": namespace})))


@cache
def _select_values() -> Select[tuple[str, str]]:
    return select(t.config.c.key, t.config.c.value).where(t.config.c.namespace == bindparam("namespace"))


def help_desk_zone(tx: Read) -> tzinfo:
    """The time zone the help desk lives in: whose days are meant by a date. The database may write another."""
    name = load_config(tx).text("default_timezone")
    return zone_named(name) or tx.zone
