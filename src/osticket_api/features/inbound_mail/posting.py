"""Mail that providers post: each delivery is taken once, and only while its signature is fresh."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Final, Literal

import msgspec

from osticket_api.access.permissions import KeyPermission
from osticket_api.access.principal import ApiKey
from osticket_api.db.named_lock import hold_named_lock
from osticket_api.db.stored_responses import find_stored, store_response
from osticket_api.db.unit import Write
from osticket_api.errors import Unauthenticated
from osticket_api.features.inbound_mail.providers import mailgun, postmark, sendgrid, ses
from osticket_api.features.inbound_mail.providers.posted import Delivery, Posted
from osticket_api.features.inbound_mail.reading import Mail
from osticket_api.features.inbound_mail.receiving import receive

Reader = Callable[[Posted], Awaitable[Delivery | None]]

READERS: Final[Mapping[str, tuple[str, Reader]]] = {
    "mailgun": ("inbound_mailgun_key", mailgun.read),
    "mailgun-mime": ("inbound_mailgun_key", mailgun.read),
    "sendgrid": ("inbound_sendgrid_key", sendgrid.read),
    "postmark": ("inbound_postmark_login", postmark.read),
    "ses": ("inbound_ses_topics", ses.read),
}
"""For each provider by name: the setting with its secret, and the function that reads its requests."""

_LONGEST: Final = timedelta(hours=12)
"""How old a signature may be. Deliveries are known for a day: none can come again that is not known any more."""


class InboundMail(msgspec.Struct, omit_defaults=True):
    """The result of an inbound mail."""

    outcome: Literal["stored", "repeated", "rejected", "confirmed"]
    """`repeated`: it is here already. `rejected`: it is not taken. `confirmed`: a subscription, without a mail."""
    ticket_number: str | None = None
    """The ticket that the mail is in."""
    task_number: str | None = None
    """The task that the mail is in, where it answers one about a task."""
    reason: str | None = None
    """Why it is rejected."""


def take(tx: Write, provider: str, delivery: Delivery, mail: Mail) -> InboundMail:
    """Take a mail in, once for each delivery. Source: tickets.md 3.3 and 13.3

    Raises: Unauthenticated for an old signature, and for one that came before with another mail; as `receive`.
    """
    if delivery.at is not None and abs(tx.now - delivery.at) > _LONGEST:
        raise Unauthenticated.because(
            "The signature is older than twelve hours, or from the future.", code="signature_expired"
        )
    owner, code, content = _named(provider, delivery)
    hold_named_lock(tx, f"{owner} {code}")
    known = find_stored(tx, owner, code)
    if known is not None:
        if known.fingerprint != content:
            raise Unauthenticated.because("This signature was used for another mail.", code="signature_used")
        return InboundMail("repeated")
    received = receive(tx, _as_key(provider), mail)
    store_response(tx, owner, code, fingerprint=content)
    number = {"task_number" if received.is_task else "ticket_number": received.number}
    return InboundMail("stored" if received.is_new else "repeated", **number)


def mark_taken(tx: Write, provider: str, delivery: Delivery) -> None:
    """Take no other mail by the signature of one that was rejected."""
    owner, code, content = _named(provider, delivery)
    store_response(tx, owner, code, fingerprint=content)


def _named(provider: str, delivery: Delivery) -> tuple[str, str, str]:
    """Under which name a delivery is remembered, and a digest of its mail."""
    code, content = sha256(delivery.code.encode()).hexdigest(), sha256(delivery.content).hexdigest()
    return f"inbound {provider.removesuffix('-mime')}", code, content


def _as_key(provider: str) -> ApiKey:
    """Whom events name as who opened a ticket by mail: nobody. A provider has no key of the help desk's."""
    return ApiKey(id=0, name=provider, permissions=frozenset({KeyPermission.tickets_create}))
