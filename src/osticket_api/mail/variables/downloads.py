"""Addresses of files that osTicket's `file.php` answers to.

Source: tickets.md 5.3
"""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from sqlalchemy import Row

from osticket_api.mail.variables.records import Records

_AT_LEAST: Final = timedelta(hours=12)


def download_url(records: Records, attached: Row[Any], ticket_id: int | None) -> str | None:
    """The address of an attached file, valid until a midnight; None where this server does not know the secret that
    signs it.

    `file.php` does not look at `ticket`: it is for this server, which leads from there to the ticket.
    """
    site = urlsplit(records.url)
    if not records.salt or not site.netloc:
        return None
    expires = _midnight_after(records.tx.now + _AT_LEAST)
    query = {
        "key": attached.key.lower(),
        "expires": expires,
        "signature": _signature(records.salt, site.netloc, f"{site.path}/", attached, expires),
        "id": attached.attachment_id,
        **({"ticket": ticket_id} if ticket_id else {}),
    }
    return f"{records.url}/file.php?{urlencode(query)}"


def _midnight_after(moment: datetime) -> int:
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((day + timedelta(days=1)).timestamp())


def _signature(salt: str, host: str, path: str, attached: Row[Any], expires: int) -> str:
    signed = {
        "Host": host,
        "Path": path,
        "Id": attached.file_id,
        "Key": attached.key.lower(),
        "Hash": attached.signature,
        "Expires": expires,
    }
    lines = "\n".join(f"{name}={value}" for name, value in signed.items())
    return hmac.new(salt.encode(), lines.encode(), sha1).hexdigest()
