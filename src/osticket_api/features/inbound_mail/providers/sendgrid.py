"""SendGrid's Inbound Parse, with "POST the raw, full MIME message" and a security policy that signs."""

from base64 import b64decode
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from osticket_api.features.inbound_mail.providers.posted import Delivery, Posted, signed_at, unsigned, without_mail

_SIGNATURE = "x-twilio-email-event-webhook-signature"
_TIMESTAMP = "x-twilio-email-event-webhook-timestamp"


async def read(posted: Posted) -> Delivery:
    """Raises: Unauthenticated, BadRequest, Invalid."""
    timestamp = posted.headers.get(_TIMESTAMP, "")
    signed = timestamp.encode() + posted.body
    try:
        signature = b64decode(posted.headers.get(_SIGNATURE, ""), validate=True)
        public_key(posted.secret).verify(signature, signed, ECDSA(SHA256()))
    except (ValueError, InvalidSignature):
        raise unsigned() from None
    raw = posted.form().get("email")
    if not raw:
        raise without_mail('Check "POST the raw, full MIME message" in the settings of Inbound Parse.')
    return Delivery(raw, sha256(signed).hexdigest(), signed_at(timestamp))


def public_key(encoded: str) -> EllipticCurvePublicKey:
    """The verification key as SendGrid shows it. Raises: ValueError."""
    key = load_der_public_key(b64decode(encoded, validate=True))
    if not isinstance(key, EllipticCurvePublicKey):
        raise ValueError("not a key of an elliptic curve")
    return key
