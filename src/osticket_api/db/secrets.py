"""Where secrets of ours are stored, each encrypted by the vault; and encrypting them again, for another key."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Row, Table, select, update

from osticket_api.db.tables import own
from osticket_api.db.tables.own_mail import api_mail_occasion, api_outgoing_mail
from osticket_api.db.tables.own_sign_on import api_provider_session, api_sign_on
from osticket_api.db.tables.own_webhooks import api_webhook
from osticket_api.db.unit import Read, Write
from osticket_api.kit.vault import UnknownKeyError
from osticket_api.settings import ConfigurationError

_BATCH: Final = 200


class Secret(StrEnum):
    """The kinds of secrets."""

    webhook = "secret of a webhook"
    authenticator = "key of an authenticator"
    mail = "stored mail"
    sign_on = "sign-in by an identity provider"


@dataclass(frozen=True)
class Place:
    """A column that holds secrets. `rows`: those of its table that do."""

    table: Table
    column: Column[Any]
    purpose: Secret
    rows: ColumnElement[bool] | None = None


PLACES: Final = (
    Place(api_webhook, api_webhook.c.secret, Secret.webhook),
    Place(api_webhook, api_webhook.c.old_secret, Secret.webhook),
    Place(own.api_challenge, own.api_challenge.c.secret, Secret.authenticator),
    Place(api_sign_on, api_sign_on.c.outcome, Secret.sign_on),
    Place(api_provider_session, api_provider_session.c.id_token, Secret.sign_on),
    Place(api_mail_occasion, api_mail_occasion.c.facts, Secret.mail, api_mail_occasion.c.kind == "page"),
    Place(
        api_outgoing_mail, api_outgoing_mail.c.content, Secret.mail, api_outgoing_mail.c.template.startswith("page:")
    ),
)
"""Links and codes go out by mails made of pages: what these say is secret, unlike the mails about tickets."""


def seal_all(tx: Write) -> int:
    """Encrypt with the newest key what is stored in clear or with another key. Returns how many secrets.

    Raises: ConfigurationError where a key is missing.
    """
    return sum(_seal(tx, place, row) for place in PLACES for row in _rows(tx, place))


def open_all(tx: Write) -> None:
    """Store every secret in clear, as an older osticket-api reads it. Raises: ConfigurationError."""
    for place in PLACES:
        for row in _rows(tx, place):
            _replace(tx, place, row, _opened(tx, place, row))


def check_keys(tx: Read) -> None:
    """Look whether the secrets that are kept for long can be decrypted. Raises: ConfigurationError."""
    for place in PLACES:
        if place.table is api_webhook:
            for row in _rows(tx, place):
                _opened(tx, place, row)


def _rows(tx: Read, place: Place) -> Iterator[Row[Any]]:
    last, key = 0, place.table.c.id
    wanted = select(key, place.column.label("stored")).where(place.column.is_not(None)).order_by(key)
    wanted = wanted if place.rows is None else wanted.where(place.rows)
    while rows := tx.rows(wanted.where(key > last).limit(_BATCH)):
        yield from rows
        last = rows[-1].id


def _seal(tx: Write, place: Place, row: Row[Any]) -> bool:
    """Encrypt the secret of a row with the newest key. Returns False where it is encrypted so already."""
    if tx.vault.is_newest(_bytes(row.stored)):
        return False
    return _replace(tx, place, row, tx.vault.seal(_opened(tx, place, row), place.purpose))


def _replace(tx: Write, place: Place, row: Row[Any], value: bytes) -> bool:
    """Store another value, unless somebody else has replaced it meanwhile."""
    change = update(place.table).where(place.table.c.id == row.id, place.column == row.stored)
    return bool(tx.change(change.values({place.column.key: value.decode() if isinstance(row.stored, str) else value})))


def _opened(tx: Read, place: Place, row: Row[Any]) -> bytes:
    try:
        return tx.vault.open(_bytes(row.stored), place.purpose)
    except UnknownKeyError as error:
        raise ConfigurationError(
            f"SECRETS_KEY is wrong: {error} ({place.column} of row {row.id}); after a change of the key give the one "
            "before as SECRETS_OLD_KEY and run `osticket-api secrets rotate`"
        ) from None


def _bytes(stored: str | bytes) -> bytes:
    return stored.encode() if isinstance(stored, str) else bytes(stored)
