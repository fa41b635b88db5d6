"""The certificates of other servers that are believed."""

import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final


@dataclass(frozen=True)
class Trust:
    """Which certificates are believed. `authority`: a file with those who may sign them besides the usual ones."""

    verifies: bool = True
    authority: str = ""

    def context(self, host: str) -> ssl.SSLContext:
        """The TLS context for connections to this host.

        A server on this machine must prove its identity only where an authority is named.
        """
        context = ssl.create_default_context()
        if self.authority:
            context.load_verify_locations(cafile=self.authority)
        if not self.verifies or (_is_loopback(host) and not self.authority):
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context


USUAL_TRUST: Final = Trust()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
