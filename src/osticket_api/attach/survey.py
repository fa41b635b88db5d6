"""What an osTicket database holds, for an administrator to recognise it by and to know what will work."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, func, inspect, literal_column, select

from osticket_api.access.passwords import OWN_BACKENDS
from osticket_api.attach.schema import Comparison, compare_schema, optional_tables
from osticket_api.db import own
from osticket_api.db import tables as t
from osticket_api.db.connect import check_schema, find_time_zone
from osticket_api.db.rights import list_grants
from osticket_api.db.storage_engines import find_tables_without_transactions
from osticket_api.db.unit import Read
from osticket_api.events.binlog.source import sentence_about_log
from osticket_api.settings import ConfigurationError

IN_DATABASE: Final = "D"
_ENABLED: Final = 1
_LOCK_MODES: Final = {"0": "off", "1": "when a ticket is opened", "2": "when an agent begins to answer"}
_SETTINGS: Final = ("helpdesk_title", "helpdesk_url", "ticket_lock", "autolock_minutes")


@dataclass(frozen=True)
class PluginFound:
    name: str
    version: str
    is_active: bool


@dataclass(frozen=True)
class Survey:
    """What was found. `storage` counts files by the letter of the back end that keeps them, D for the database."""

    osticket_version: str
    server_version: str
    zone: tzinfo
    title: str
    url: str
    lock_mode: str
    counts: dict[str, int]
    plugins: list[PluginFound]
    storage: dict[str, int]
    optional_tables: dict[str, bool]
    own_version: str | None
    schema: Comparison
    grants: list[str]
    tables_without_transactions: frozenset[str]
    people_of_other_backends: int
    event_source: str

    @property
    def has_search(self) -> bool:
        return self.optional_tables[t.search.name]

    @property
    def file_count_elsewhere(self) -> int:
        """How many files osTicket keeps outside of its database."""
        return sum(count for letter, count in self.storage.items() if letter != IN_DATABASE)


def survey(tx: Read, configured_zone: str = "") -> Survey:
    """Look at everything an administrator may want to know before relying on it.

    Raises: ConfigurationError when the database is not an osTicket help desk of a known version, or lacks columns that
    are needed.
    """
    osticket_version = check_schema(tx)
    schema = compare_schema(tx)
    if schema.faults:
        raise ConfigurationError("This osTicket lacks what osticket-api needs:\n" + "\n".join(schema.faults))
    settings = _settings(tx)
    return Survey(
        osticket_version=osticket_version,
        server_version=tx.scalar(select(func.version())),
        zone=find_time_zone(tx, configured_zone),
        title=settings.get("helpdesk_title", ""),
        url=settings.get("helpdesk_url", ""),
        lock_mode=_lock_mode(settings),
        counts=_counts(tx),
        plugins=_plugins(tx),
        storage={row.bk: row.files for row in tx.rows(_by_storage())},
        optional_tables=_optional_tables(tx),
        own_version=own.version(tx),
        schema=schema,
        grants=list_grants(tx),
        tables_without_transactions=find_tables_without_transactions(tx),
        people_of_other_backends=_count_others(tx),
        event_source=sentence_about_log(tx),
    )


def _settings(tx: Read) -> dict[str, str]:
    config = t.config.c
    statement = select(config.key, config.value).where(config.namespace == "core", config.key.in_(_SETTINGS))
    return {row.key: row.value for row in tx.rows(statement)}


def _lock_mode(settings: dict[str, str]) -> str:
    """Source: people.md 8.3; tickets.md on locks."""
    if settings.get("autolock_minutes", "3") in ("", "0"):
        return _LOCK_MODES["0"]
    return _LOCK_MODES.get(settings.get("ticket_lock", "2"), _LOCK_MODES["0"])


def _counts(tx: Read) -> dict[str, int]:
    is_open = t.ticket.c.status_id.in_(select(t.ticket_status.c.id).where(t.ticket_status.c.state == "open"))
    counted = {
        "tickets": _count(t.ticket),
        "open tickets": _count(t.ticket, is_open),
        "users": _count(t.user),
        "organizations": _count(t.organization),
        "agents": _count(t.staff),
        "departments": _count(t.department),
        "API keys": _count(t.api_key),
    }
    row = tx.row(select(*counted.values()))
    assert row is not None
    return dict(zip(counted, row, strict=True))


def _count(table: Table, *conditions: ColumnElement[bool]) -> Any:
    return select(func.count(literal_column("*"))).select_from(table).where(*conditions).scalar_subquery()


def _plugins(tx: Read) -> list[PluginFound]:
    """Source: people.md 11: a plugin works when it and one of its instances are enabled."""
    plugin, instance = t.plugin.c, t.plugin_instance.c
    enabled = select(instance.plugin_id).where(instance.flags.bitwise_and(_ENABLED) != 0)
    is_enabled = plugin.id.in_(enabled).label("is_enabled")
    statement = select(plugin.name, plugin.version, plugin.isactive, is_enabled).order_by(plugin.name)
    return [
        PluginFound(row.name, row.version or "", row.isactive and bool(row.is_enabled)) for row in tx.rows(statement)
    ]


def _count_others(tx: Read) -> int:
    """Agents and users whose passwords a plugin keeps, such as LDAP."""
    backends = (t.staff.c.backend, t.user_account.c.backend)
    elsewhere = [select(func.count()).where(func.lower(each).not_in(OWN_BACKENDS)) for each in backends]
    return sum(int(tx.scalar(counted)) for counted in elsewhere)


def _by_storage() -> Any:
    return select(t.file.c.bk, func.count().label("files")).group_by(t.file.c.bk).order_by(t.file.c.bk)


def _optional_tables(tx: Read) -> dict[str, bool]:
    there = {name.lower() for name in inspect(tx.connection).get_table_names()}
    return {table.name: table.name.lower() in there for table in optional_tables()}
