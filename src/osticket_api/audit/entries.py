"""Entries of the audit log: one for each transaction that changes something, one for each refusal that matters."""

import re
from typing import Any, Final

import msgspec

from osticket_api.audit.changes import ChangeWatcher, changes_of
from osticket_api.db.engine import Database
from osticket_api.db.tables.own_audit import api_audit
from osticket_api.db.unit import Write, caller_credential, caller_key, client_ip, operation, request_id, target
from osticket_api.kit.allowance import Allowance

_UNAUTHENTICATED: Final = 401
_UNKNOWN: Final = "(no account)"
_ACCOUNT: Final = re.compile(r"(staff|user):\d+")
_SYSTEM: Final = "system"
"""The actor in entries about commands and background jobs."""


def watch(database: Database) -> None:
    """Record from now on what units of work change."""
    if database.watcher is None:
        database.watcher = ChangeWatcher()
        database.before_commit.append(record_changes)


def record_changes(tx: Write) -> None:
    """Add the entry of a transaction that is about to commit, if it has changed something that matters."""
    changes = changes_of(tx)
    if changes and tx.has_own_tables:
        add_entry(tx, "done", None, changes)


def record_refusal(tx: Write, status: int, code: str, message: str) -> None:
    """Add the entry of a request that was refused."""
    _add_refusal(tx, tx.refused_requests, status, {"code": code, "message": message[:500]})


def record_refused_sign_in(tx: Write, code: str, account: str, **what: Any) -> None:
    """Add the entry of a sign-in that was refused, in the transaction that counts it.

    A name that finds no account is not told: people type their password there by mistake.
    """
    told = account if _ACCOUNT.fullmatch(account) else _UNKNOWN
    _add_refusal(tx, tx.refused_sign_ins, _UNAUTHENTICATED, {"code": code, "account": told, **what})


def _add_refusal(tx: Write, allowance: Allowance, status: int, what: dict[str, Any]) -> None:
    """Add the entry, unless there were too many lately: the last one says that there may be more."""
    left = allowance.take(tx.now)
    if left >= 0 and tx.has_own_tables:
        add_entry(tx, "refused", status, [what if left else {**what, "more_not_recorded": True}])


def add_entry(tx: Write, outcome: str, status: int | None, changes: list[dict[str, Any]]) -> None:
    """Add an entry about who is at work just now."""
    actor = caller_key.get() or _SYSTEM
    tx.insert(
        api_audit,
        created_at=tx.now,
        actor=actor[:64],
        through=(caller_credential.get() or actor)[:128],
        ip=client_ip.get()[:64],
        request_id=request_id.get()[:64],
        operation=(operation.get() or _SYSTEM)[:255],
        target=target.get()[:255],
        outcome=outcome,
        status=status,
        changes=msgspec.json.encode(changes, enc_hook=str),
    )
