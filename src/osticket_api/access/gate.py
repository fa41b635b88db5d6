"""Whether the help desk lets people in just now, and from which addresses.

osTicket checks this in its panel and its portal, and not for API keys: neither at the old endpoints, nor for keys
without an agent. A key that acts for an agent is checked as the agent is.
Source: people.md 6.2, 6.9, 8.3; legacy-api.md 2.
"""

from ipaddress import ip_address
from typing import Final

from osticket_api.access.principal import Anonymous, ApiKey, Principal, Staff
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read
from osticket_api.errors import Forbidden, Unauthenticated, Unavailable

_EVERYWHERE: Final = 1
_PORTAL: Final = 2
_PANEL: Final = 3


def admit(tx: Read, principal: Principal, ip: str) -> None:
    """Raises: Forbidden for an address that is not on the list, Unavailable while the help desk is offline."""
    if isinstance(principal, ApiKey):
        return
    _check_address(tx, _PANEL if isinstance(principal, Staff) else _PORTAL, ip)
    is_administrator = isinstance(principal, Staff) and principal.is_admin
    if not is_administrator and not load_config(tx).flag("isonline"):
        raise Unavailable.because("The help desk is offline; only administrators can work.", code="help_desk_offline")


def admit_visitor(tx: Read, principal: Principal) -> None:
    """Raises: Unauthenticated for a visitor where tickets are for users with an account. Source: people.md 6.6."""
    if isinstance(principal, Anonymous) and load_config(tx).flag("clients_only"):
        raise Unauthenticated.because("Sign in first: this help desk takes tickets only from users with an account.")


def _check_address(tx: Read, where: int, ip: str) -> None:
    config = load_config(tx)
    allowed = [address.strip() for address in config.text("acl").split(",") if address.strip()]
    is_asked = config.number("acl_backend") in (_EVERYWHERE, where)
    if allowed and is_asked and _plain(ip) not in {_plain(address) for address in allowed}:
        raise Forbidden.because("This help desk does not accept requests from your IP address.", code="address_refused")


def _plain(address: str) -> str:
    """An address in the one way it is written; any other text as it is."""
    try:
        return str(ip_address(address))
    except ValueError:
        return address
