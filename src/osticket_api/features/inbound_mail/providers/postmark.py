"""Postmark's inbound webhook: JSON with the raw mail, behind a name and a password. Postmark signs nothing."""

import hmac
from base64 import b64decode
from hashlib import sha256

import msgspec

from osticket_api.errors import BadRequest
from osticket_api.features.inbound_mail.providers.posted import Delivery, Posted, unsigned, without_mail
from osticket_api.kit.outside_json import decode_json


class _Message(msgspec.Struct, rename="pascal"):
    raw_email: str = ""


async def read(posted: Posted) -> Delivery:
    """Raises: Unauthenticated, BadRequest, Invalid."""
    scheme, _, encoded = posted.headers.get("authorization", "").partition(" ")
    try:
        login = b64decode(encoded, validate=True)
    except ValueError:
        raise unsigned() from None
    if scheme.lower() != "basic" or not hmac.compare_digest(login, posted.secret.encode()):
        raise unsigned()
    try:
        raw = decode_json(posted.body, _Message).raw_email
    except ValueError:
        raise BadRequest.because("The body is not what Postmark sends.") from None
    if not raw:
        raise without_mail('Check "Include raw email content in JSON payload" in the settings of the inbound stream.')
    return Delivery(raw.encode(), sha256(posted.body).hexdigest())
