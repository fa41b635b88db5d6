"""Refused attempts that the audit log keeps: at changes, and at what is for administrators."""

import structlog
from starlette.requests import Request

from osticket_api.access.rules import Rule
from osticket_api.audit.entries import record_refusal
from osticket_api.db.engine import Database
from osticket_api.errors import ApiError, Forbidden, SwitchedReadOnly

_log = structlog.get_logger("audit")


def matters(refusal: ApiError, method: str, access: Rule) -> bool:
    """Whether a known caller tried something forbidden. Wrong passwords are recorded where they are counted."""
    return isinstance(refusal, Forbidden) and (method not in ("GET", "HEAD") or access.administrators_only)


async def record(request: Request, refusal: ApiError) -> None:
    """Write the entry, in a transaction of its own. The refusal stands, whether or not it can be written."""
    database: Database = request.app.state.database
    is_dry_run = request.query_params.get("dry_run", "").lower() in ("true", "1")
    if database.watcher is None or database.read_only or not database.has_own_tables or is_dry_run:
        return
    fault = refusal.faults[0]
    try:
        await database.write(record_refusal, refusal.status, fault.code, fault.message)
    except SwitchedReadOnly:
        pass
    except ApiError as error:
        _log.warning("refusal_not_recorded", reason=str(error))
