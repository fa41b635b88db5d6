"""The accounts by which mail is sent from an address of the help desk, and fetched for it. Source: mail.md 6."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row, delete, select, update

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.config import Config, load_config, store_config
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Fault, Faults, Invalid, NotFound
from osticket_api.features.emails.account_requests import AccountType
from osticket_api.features.emails.account_responses import MailAccount
from osticket_api.features.emails.queries import get_email
from osticket_api.mail.accounts import SCHEMES, split_host, usual_encryption
from osticket_api.mail.secrets import account_namespace, decrypt, encrypt, subkey

_account: Final = t.email_account.c
_COLUMNS: Final = {
    "port": "port",
    "authentication": "auth_bk",
    "is_active": "active",
    "may_spoof": "allow_spoofing",
    "folder": "folder",
    "fetch_minutes": "fetchfreq",
    "fetch_max": "fetchmax",
    "after_fetch": "postfetch",
    "archive_folder": "archivefolder",
}
_FOR_FETCHING: Final = frozenset({"protocol", "folder", "fetch_minutes", "fetch_max", "after_fetch", "archive_folder"})
_FOR_SENDING: Final = frozenset({"may_spoof"})
_PROTOCOLS: Final = {"imap": "IMAP", "pop": "POP"}
_NO_ERRORS: Final = {"num_errors": 0, "last_error_msg": None, "last_error": None}


def list_accounts(tx: Read, principal: Principal, email_id: int) -> list[MailAccount]:
    """The accounts of an address: one to send, one to fetch, or fewer. Raises: NotFound."""
    get_email(tx, principal, email_id)
    rows = tx.rows(select(t.email_account).where(_account.email_id == email_id).order_by(_account.id))
    return [_to_response(tx, row) for row in rows]


def get_account(tx: Read, principal: Principal, email_id: int, kind: AccountType) -> MailAccount:
    """Raises: NotFound."""
    return _to_response(tx, _require(tx, principal, email_id, kind))


def set_account(tx: Write, actor: Principal, email_id: int, kind: AccountType, given: Mapping[str, Any]) -> MailAccount:
    """Set up an account, or change it. Errors that were counted are forgotten: with new settings it starts anew.

    Raises: NotFound, Invalid, Conflict where the password cannot be stored.
    Source: mail.md 6.1, 6.2
    """
    get_email(tx, actor, email_id)
    row = _find(tx, email_id, kind)
    tx.precondition.check(None if row is None else _to_response(tx, row))
    _check(tx, email_id, kind, row, given)
    account_id = _write(tx, email_id, kind, row, given)
    _store_credentials(tx, account_namespace(email_id, account_id), row, given)
    return get_account(tx, actor, email_id, kind)


def delete_account(tx: Write, actor: Principal, email_id: int, kind: AccountType) -> None:
    """Delete an account with its credentials.

    Raises: NotFound, Conflict for the default account, and for one whose credentials the other uses.
    Source: mail.md 6.1
    """
    row = _require(tx, actor, email_id, kind)
    tx.precondition.check(_to_response(tx, row))
    if row.id == load_config(tx).number("default_smtp_id"):
        raise Conflict.because("This is the default account. Choose another default account first.", code="is_default")
    sends = _find(tx, email_id, "smtp") if kind == "mailbox" else None
    if sends is not None and sends.auth_bk == "mailbox":
        raise Conflict.because("The SMTP account of this address uses the credentials of this account.", code="in_use")
    tx.change(delete(t.config).where(t.config.c.namespace == account_namespace(email_id, row.id)))
    tx.change(delete(t.email_account).where(_account.id == row.id))
    tx.note_effect("mail_account", id=row.id, deleted=True)


def _find(tx: Read, email_id: int, kind: AccountType) -> Row[Any] | None:
    wanted = select(t.email_account).where(_account.email_id == email_id, _account.type == kind)
    return tx.row(wanted.order_by(_account.id).limit(1))


def _require(tx: Read, principal: Principal, email_id: int, kind: AccountType) -> Row[Any]:
    get_email(tx, principal, email_id)
    row = _find(tx, email_id, kind)
    if row is None:
        raise NotFound.because(f"The address {email_id} has no {kind} account.")
    return row


def _check(tx: Read, email_id: int, kind: AccountType, row: Row[Any] | None, given: Mapping[str, Any]) -> None:
    faults = Faults()
    for name in sorted(given.keys() & (_FOR_FETCHING if kind == "smtp" else _FOR_SENDING)):
        faults.add(name, f"An account of the type {kind} has no {name}.", code="field_not_allowed")
    for name in ("host", "port") if row is None else ():
        if name not in given:
            faults.add(name, f"{name} is required.", code="required")
    authentication = given.get("authentication", row.auth_bk if row is not None else "basic")
    if authentication == "mailbox" and (kind == "mailbox" or _find(tx, email_id, "mailbox") is None):
        faults.add("authentication", "This address has no mailbox account whose credentials could be used.")
    if given.get("encryption", "plain") != "plain" and authentication == "none" and kind == "smtp":
        faults.add("encryption", "osTicket does not encrypt the connection of an account without authentication.")
    _check_credentials(authentication, row, given, faults)
    faults.raise_if_any()


def _check_credentials(authentication: str, row: Row[Any] | None, given: Mapping[str, Any], faults: Faults) -> None:
    """Check that a name and a password are given exactly where they are used."""
    if authentication != "basic":
        for name in sorted(given.keys() & {"username", "password"}):
            faults.add(name, f"An account with the authentication {authentication} has no {name}.")
    elif row is None or row.auth_bk != "basic":
        for name in sorted({"username", "password"} - given.keys()):
            faults.add(name, f"{name} is required.", code="required")


def _write(tx: Write, email_id: int, kind: AccountType, row: Row[Any] | None, given: Mapping[str, Any]) -> int:
    """Write the account's row. Returns its id."""
    columns = {column: given[name] for name, column in _COLUMNS.items() if name in given}
    if "protocol" in given:
        columns["protocol"] = _PROTOCOLS[given["protocol"]]
    if given.keys() & {"host", "port", "encryption"}:
        columns["host"] = _host(row, given)
    if row is None:
        usual = {"auth_bk": "basic", "active": True, "protocol": "SMTP" if kind == "smtp" else "IMAP"}
        stamped = {"created": tx.now, "updated": tx.now}
        account_id = tx.insert(t.email_account, email_id=email_id, type=kind, **{**usual, **columns, **stamped})
        tx.note_effect("mail_account", id=account_id, added=True)
        return account_id
    changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
    if changed or "password" in given or "username" in given:
        changes = {name: [getattr(row, name), value] for name, value in changed.items()}
        tx.note_effect("mail_account", id=row.id, changed=changes)
        tx.change(update(t.email_account).where(_account.id == row.id).values(**changed, **_NO_ERRORS, updated=tx.now))
    return int(row.id)


def _host(row: Row[Any] | None, given: Mapping[str, Any]) -> str:
    """The host, with a scheme before it where its port does not tell the encryption."""
    known = None if row is None else split_host(row.host, row.port)
    host = given.get("host") or (known.host if known else "")
    port = given.get("port") or (row.port if row is not None else 0)
    is_settled = "encryption" in given or ("port" not in given and known is not None)
    usual = usual_encryption(port)
    encryption = given.get("encryption", known.encryption if known else usual) if is_settled else usual
    scheme = next(name for name, meaning in SCHEMES.items() if meaning == encryption)
    return host if encryption == usual else f"{scheme}://{host}"


def _store_credentials(tx: Write, namespace: str, row: Row[Any] | None, given: Mapping[str, Any]) -> None:
    """The password is encrypted with the name, so that a new name means to encrypt it anew."""
    if not given.keys() & {"username", "password"}:
        return
    stored = load_config(tx, namespace)
    before = stored.text("username")
    username = given.get("username", before)
    password = given.get("password")
    if password is None:
        password = decrypt(stored.text("passwd"), tx.secret_salt, subkey(before, namespace))
    if not username or password is None:
        name = "password" if username else "username"
        raise Invalid(Fault("required", f"{name} is required: the stored one cannot be read.", name))
    if not tx.secret_salt:
        message = "SECRET_SALT is not set, and osTicket could not read the password. Set it to osTicket's own."
        raise Conflict.because(message, code="secret_salt_missing")
    sealed = encrypt(password, tx.secret_salt, subkey(username, namespace))
    if not sealed:
        raise Invalid.because("osTicket cannot store this password.", field="password")
    is_same = (
        row is not None
        and username == before
        and decrypt(stored.text("passwd"), tx.secret_salt, subkey(before, namespace)) == password
    )
    if not is_same:
        store_config(tx, {"username": username, "passwd": sealed}, namespace)


def _to_response(tx: Read, row: Row[Any]) -> MailAccount:
    place = split_host(row.host, row.port)
    is_oauth = row.auth_bk.startswith("oauth2")
    stored = load_config(tx, account_namespace(row.email_id, row.id))
    owner = stored.text("resource_owner_email" if is_oauth else "username")
    secret = stored.text("access_token" if is_oauth else "passwd")
    opened = decrypt(secret, tx.secret_salt, subkey(owner, account_namespace(row.email_id, row.id)))
    return MailAccount(
        id=row.id,
        type=row.type,
        host=place.host if place else row.host,
        port=row.port or None,
        encryption=place.encryption if place else "plain",
        authentication="oauth2" if is_oauth else row.auth_bk,
        username=owner or None,
        has_password=bool(opened),
        token_expires_at=_token_expires_at(stored) if is_oauth else None,
        is_active=row.active,
        error_count=row.num_errors,
        last_error=row.last_error_msg or None,
        last_error_at=row.last_error,
        last_activity_at=row.last_activity,
        created_at=row.created,
        updated_at=row.updated,
        **(_sending(tx, row) if row.type == "smtp" else _fetching(row)),
    )


def _token_expires_at(stored: Config) -> datetime | None:
    expires = stored.text("expires")
    return datetime.fromtimestamp(int(expires), UTC) if expires.isdecimal() and len(expires) < 12 else None


def _sending(tx: Read, row: Row[Any]) -> dict[str, Any]:
    is_default = row.id == load_config(tx).number("default_smtp_id")
    return {"may_spoof": bool(row.allow_spoofing), "is_default": is_default}


def _fetching(row: Row[Any]) -> dict[str, Any]:
    return {
        "protocol": row.protocol.lower(),
        "folder": row.folder or None,
        "fetch_minutes": row.fetchfreq,
        "fetch_max": row.fetchmax,
        "after_fetch": row.postfetch,
        "archive_folder": row.archivefolder or None,
    }
