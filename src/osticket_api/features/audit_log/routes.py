"""Logs over HTTP. Nobody changes them here: `osticket-api audit` verifies, exports and prunes."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR
from osticket_api.db.unit import Read
from osticket_api.features.audit_log import queries
from osticket_api.features.audit_log.requests import AuditQuery, SystemLogQuery
from osticket_api.features.audit_log.responses import AuditEntry, SystemLogEntry
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="logs")


@router.get("/audit-log", access=ADMINISTRATOR)
def get_audit_log(unit: Read, caller: Staff, query: AuditQuery) -> Page[AuditEntry]:
    """The changes through this server, and the requests that it refused, newest first."""
    return queries.list_entries(unit, caller, query)


@router.get("/system-log", access=ADMINISTRATOR)
def get_system_log(unit: Read, caller: Staff, query: SystemLogQuery) -> Page[SystemLogEntry]:
    """osTicket's system log, newest first."""
    return queries.list_system_log(unit, caller, query)
