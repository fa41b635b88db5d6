"""Mailgun: a route forwards to an address that ends in `mime`, as a form with the raw mail in `body-mime`.

The signature covers the time and a token, but not the mail: see `receiving` for what keeps a token from coming twice.
"""

import hmac
from hashlib import sha256

from osticket_api.features.inbound_mail.providers.posted import Delivery, Posted, signed_at, unsigned, without_mail


async def read(posted: Posted) -> Delivery:
    """Raises: Unauthenticated, BadRequest, Invalid."""
    form = posted.form()
    timestamp, token = form.get("timestamp", b""), form.get("token", b"")
    expected = hmac.new(posted.secret.encode(), timestamp + token, sha256).hexdigest()
    if not token or not hmac.compare_digest(expected.encode(), form.get("signature", b"")):
        raise unsigned()
    if not form.get("body-mime"):
        raise without_mail("Let the route forward to an address that ends in /mailgun-mime.")
    return Delivery(form["body-mime"], token.decode(errors="replace"), signed_at(timestamp.decode(errors="replace")))
