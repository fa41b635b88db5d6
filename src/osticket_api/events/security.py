"""The security log: sign-ins that were refused, lock-outs, and keys that changed. It never holds a secret."""

import structlog

from osticket_api.db.unit import Write, client_ip, request_id

_log = structlog.get_logger("security")


def warn(tx: Write, event: str, **what: object) -> None:
    """Log what may be an attack, once the transaction has committed."""
    tx.after_commit(_log.warning, event, ip=client_ip.get(), request_id=request_id.get(), **what)


def note(tx: Write, event: str, **what: object) -> None:
    """Log a change of what protects the help desk, once the transaction has committed."""
    tx.after_commit(_log.info, event, ip=client_ip.get(), request_id=request_id.get(), **what)
