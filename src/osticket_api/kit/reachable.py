"""Where this server may connect to for others: public addresses, and those that its administrator allows.

Somebody who may add a webhook must not reach what only this machine can reach. So a name is resolved once, each of its
addresses is checked, and the connection goes to that address, whatever the name means a moment later.
"""

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address

_CARRIES_IPV4: Final = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
"""Addresses of IPv6 that a gateway translates to those of IPv4, which are their last 32 bits."""


class AddressRefused(Exception):
    """There is no address to connect to. The text says why."""


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


def is_literal(host: str) -> bool:
    """Whether a host is an address already."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_allowed(text: str, allowed: Sequence[str]) -> bool:
    """Whether this server may connect to an address."""
    address = ip_address(text.partition("%")[0])  # An address of one link only names that link.
    reached = _carried(address) or [address]
    return _is_within(address, allowed) or all(_is_public(each) or _is_within(each, allowed) for each in reached)


def _is_within(address: Address, networks: Sequence[str]) -> bool:
    return any(address in ip_network(network, strict=False) for network in networks)


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast


def _carried(address: Address) -> list[Address]:
    """The addresses of IPv4 that one of IPv6 leads to."""
    if isinstance(address, IPv4Address):
        return []
    last = IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo or ()
    carried = [address.ipv4_mapped, address.sixtofour, *teredo]
    carried += [last for network in _CARRIES_IPV4 if address in network]
    return [each for each in carried if each is not None]
