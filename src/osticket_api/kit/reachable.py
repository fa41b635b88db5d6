"""Where this server may connect to for others: public addresses, and those that its administrator allows.

Somebody who may add a webhook must not reach what only this machine can reach. So a name is resolved once, each of its
addresses is checked, and the connection goes to that address, whatever the name means a moment later.
"""

import asyncio
import re
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address

_CARRIES_IPV4: Final = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")))
"""Addresses of IPv6 that lead to those of IPv4 in their last 32 bits: translated ones, and compatible ones."""

_ISATAP: Final = (0x0000_5EFE, 0x0200_5EFE)
"""The first half of what RFC 5214 calls an interface: the other half is an address of IPv4, behind any prefix."""

_SPECIAL: Final = tuple(
    map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20", "5f00::/16", "fec0::/10"))
)  # Registered as special by IANA, though `is_global` of Python 3.11 lets (a part of) each pass.


_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME: Final = re.compile(rf"(?=.{{1,253}}\.?$){_LABEL}(?:\.{_LABEL})*\.?", re.IGNORECASE)


class AddressRefused(Exception):
    """Raised where no address may be connected to. The text says why."""


async def resolve(host: str, port: int, allowed: Sequence[str], setting: str) -> str:
    """The address to connect to. `setting`: what names the internal ones that are allowed. Raises: AddressRefused."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused(f"The name {host[:100]} cannot be resolved: {error}") from None
    addresses = [str(socket_address[0]) for *_, socket_address in found]
    usable = [address for address in addresses if is_allowed(address, allowed)]
    if not usable:
        raise AddressRefused(f"{host[:100]} is an internal address, which {setting} does not allow.")
    return usable[0]


def literal_address(host: str) -> str | None:
    """The address that a host is without asking for its name, in any spelling that a resolver takes: `0x7f.1` too."""
    name = host.lower().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return "127.0.0.1"
    try:
        return str(ip_address(name))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(name))
    except OSError:
        return None


def is_host(host: str) -> bool:
    """Whether a text, encoded by IDNA, is an address or a name that a resolver could be asked for."""
    return literal_address(host) is not None or _NAME.fullmatch(host) is not None


def is_allowed(text: str, allowed: Sequence[str]) -> bool:
    """Whether this server may connect to an address."""
    address = ip_address(text.partition("%")[0])  # An address of one link only names that link.
    reached = _carried(address) or [address]
    return _is_within(address, allowed) or all(_is_public(each) or _is_within(each, allowed) for each in reached)


def _is_within(address: Address, networks: Sequence[str]) -> bool:
    return any(address in ip_network(network, strict=False) for network in networks)


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast and not any(address in each for each in _SPECIAL)


def _carried(address: Address) -> list[Address]:
    """The addresses of IPv4 that one of IPv6 leads to."""
    if isinstance(address, IPv4Address):
        return []
    last = IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo or ()
    carried = [address.ipv4_mapped, address.sixtofour, *teredo]
    carried += [last for network in _CARRIES_IPV4 if address in network]
    carried += [last] if int(address) >> 32 & 0xFFFF_FFFF in _ISATAP else []
    return [each for each in carried if each is not None]
