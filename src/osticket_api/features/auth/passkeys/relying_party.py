"""Which web site passkeys belong to. Browsers bind each of them to its host name, and sign the origin of the page."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

_USUAL_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True)
class RelyingParty:
    """`host`: what WebAuthn calls the id. `origin`: where the pages come from that may ask for a passkey."""

    host: str
    origin: str


def relying_party_of(app_url: str) -> RelyingParty | None:
    """The web site at this address. None where it is not known, or has no name: browsers bind nothing to a number."""
    parts = urlsplit(app_url)
    host = parts.hostname or ""
    if not host or _is_number(host):
        return None
    is_usual = parts.port in (None, _USUAL_PORTS.get(parts.scheme))
    return RelyingParty(host, f"{parts.scheme}://{host}" + ("" if is_usual else f":{parts.port}"))


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
