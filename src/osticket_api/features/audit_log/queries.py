"""Reading the logs. Source: people.md 10.1."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, select, true

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.tables.own_audit import api_audit
from osticket_api.db.unit import Read
from osticket_api.errors import NotAvailable
from osticket_api.features.audit_log.requests import AuditQuery, LogQuery, SystemLogQuery
from osticket_api.features.audit_log.responses import AuditEntry, SystemLogEntry
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import read_page
from osticket_api.web.paging import Page

_entry, _log = api_audit.c, t.syslog.c


def list_entries(tx: Read, principal: Principal, query: AuditQuery) -> Page[AuditEntry]:
    """The page of entries that the query asks for. Raises: NotAvailable."""
    if not tx.has_own_tables:
        raise NotAvailable.because("This server is attached read-only and keeps no audit log.")
    keys = sort_keys(query.sort, {"id": _entry.id, "created_at": _entry.created_at})
    listing = Listing(principal, query, _entry.id, keys, _wanted(query))
    return read_page(tx, listing, select(api_audit), _to_entries)


def _wanted(query: AuditQuery) -> list[ColumnElement[bool]]:
    names = ("actor", "ip", "request_id", "outcome")
    found = [_entry[name] == value for name in names if (value := getattr(query, name)) is not None]
    if query.target is not None:
        found.append(_entry.target.startswith(query.target, autoescape=True))
    return [true(), *found, *_between(_entry.created_at, query)]


def _between(moment: Any, query: LogQuery) -> list[ColumnElement[bool]]:
    since = [] if query.since is None else [moment >= query.since]
    return since if query.until is None else [*since, moment < query.until]


def entries_after(tx: Read, entry_id: int, count: int) -> list[AuditEntry]:
    """The next entries in the order of their ids."""
    return _to_entries(tx.rows(select(api_audit).where(_entry.id > entry_id).order_by(_entry.id).limit(count)))


def _to_entries(rows: Sequence[Row[Any]]) -> list[AuditEntry]:
    return [
        AuditEntry(**{**{name: row._mapping[name] for name in _SHOWN}, "changes": msgspec.json.decode(row.changes)})
        for row in rows
    ]


_SHOWN = [name for name in AuditEntry.__struct_fields__ if name != "changes"]


def list_system_log(tx: Read, principal: Principal, query: SystemLogQuery) -> Page[SystemLogEntry]:
    """The page of osTicket's system log that the query asks for."""
    wanted: list[ColumnElement[bool]] = [true(), *_between(_log.created, query)]
    if query.severity is not None:
        wanted.append(_log.log_type == query.severity)
    if query.q is not None:
        wanted.append(_log.title.contains(query.q, autoescape=True))
    keys = sort_keys(query.sort, {"id": _log.log_id, "created_at": _log.created})
    listing = Listing(principal, query, _log.log_id, keys, wanted)
    return read_page(tx, listing, select(t.syslog), _to_log)


def _to_log(rows: Sequence[Row[Any]]) -> list[SystemLogEntry]:
    return [
        SystemLogEntry(
            id=row.log_id,
            severity=row.log_type,
            title=row.title,
            text=row.log,
            ip=row.ip_address,
            created_at=row.created,
        )
        for row in rows
    ]
