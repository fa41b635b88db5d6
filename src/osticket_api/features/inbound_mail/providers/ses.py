"""Amazon SES: a receipt rule publishes the raw mail to an SNS topic, which posts it.

SNS signs with a key whose certificate is at an address of Amazon; the settings name the topics that are ours.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509 import load_pem_x509_certificate

from osticket_api.errors import BadRequest, Unavailable
from osticket_api.features.inbound_mail.providers.posted import Delivery, Posted, unsigned, without_mail
from osticket_api.kit.outside_json import decode_json

_HOST: Final = re.compile(r"sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?")
_SECONDS: Final = 10
_SIGNED: Final[Mapping[str, tuple[str, ...]]] = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_ADVICE: Final = "Let the receipt rule publish to the topic itself, with the mail: mails in S3 are not read."

certificates: Final[dict[str, bytes]] = {}
"""Certificates of Amazon by their addresses, in PEM. They are public and never change."""


class _Action(msgspec.Struct):
    encoding: str = "UTF-8"


class _Receipt(msgspec.Struct):
    action: _Action = msgspec.field(default_factory=_Action)


class _Notice(msgspec.Struct):
    content: str = ""
    receipt: _Receipt = msgspec.field(default_factory=_Receipt)


async def read(posted: Posted) -> Delivery | None:
    """The mail in a notification; None once a subscription is confirmed.

    Raises: Unauthenticated, BadRequest, Invalid, Unavailable where Amazon cannot be reached.
    """
    try:
        message = decode_json(posted.body, dict[str, str])
    except ValueError:
        raise BadRequest.because("The body is not what SNS sends.") from None
    topics = [topic.strip() for topic in posted.secret.split(",")]
    if message.get("TopicArn") not in topics or message.get("Type") not in _SIGNED:
        raise unsigned()
    await _verify(message)
    if message["Type"] == "SubscriptionConfirmation":
        await _fetch(message.get("SubscribeURL", ""))
        return None
    return _mail_in(message)


def _mail_in(message: Mapping[str, str]) -> Delivery:
    try:
        notice = decode_json(message.get("Message", ""), _Notice)
        at = datetime.fromisoformat(message.get("Timestamp", "")).astimezone(UTC)
        is_base64 = notice.receipt.action.encoding.upper() == "BASE64"
        raw = b64decode(notice.content) if is_base64 else notice.content.encode()
    except (ValueError, OverflowError):  # In the first hours of the calendar a moment cannot be converted.
        raise BadRequest.because("The message is not what SES sends.") from None
    if not raw:
        raise without_mail(_ADVICE)
    return Delivery(raw, message.get("MessageId", ""), at)


async def _verify(message: Mapping[str, str]) -> None:
    """Raises: Unauthenticated, Unavailable."""
    address = message.get("SigningCertURL", "")
    if address not in certificates:
        certificates[address] = await _fetch(address)
    names = [name for name in _SIGNED[message["Type"]] if name in message]
    signed = "".join(f"{name}\n{message[name]}\n" for name in names).encode()
    try:
        key = load_pem_x509_certificate(certificates[address]).public_key()
        if not isinstance(key, RSAPublicKey):
            raise unsigned()
        # Version 1 is SNS's older way, which topics still have unless they are told otherwise.
        digest = SHA256() if message.get("SignatureVersion") == "2" else SHA1()  # noqa: S303
        key.verify(b64decode(message.get("Signature", "")), signed, PKCS1v15(), digest)
    except (ValueError, InvalidSignature):
        raise unsigned() from None


async def _fetch(address: str) -> bytes:
    """What is at an address of SNS. Raises: Unauthenticated for any other address, Unavailable."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not _HOST.fullmatch(parts.netloc):
        raise unsigned()
    import httpx2  # Loaded by need: few help desks get their mail from Amazon.

    try:
        async with httpx2.AsyncClient(trust_env=False, timeout=_SECONDS) as client:
            response = await client.get(address)
            response.raise_for_status()
            return response.content
    except httpx2.HTTPError:
        raise Unavailable.because("Amazon cannot be reached to verify the signature.") from None
