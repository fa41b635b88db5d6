"""Ask a directory whether a password is right: it is when the directory lets its owner in (a bind).

Everything here waits for the network: call it beside the event loop.
"""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from ldap3 import BASE, NONE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn

from osticket_api.features.auth.directories import Directory, DirectoryAway, Person
from osticket_api.kit.trust import Trust

_log = structlog.get_logger("directories")
_SECONDS: Final = 5
_ANYTHING: Final = "(objectClass=*)"
_ACTIVE_DIRECTORY: Final = "1.2.840.113556.1.4.800"
"""The capability that tells Active Directory from others (MS-ADTS 3.1.1.3.4.3)."""


@dataclass(frozen=True)
class _Names:
    """The names of attributes in a kind of directory."""

    person: str
    username: str
    email: str = "mail"


_ACTIVE: Final = _Names("(objectCategory=person)(objectClass=user)", "sAMAccountName")
_POSIX: Final = _Names("(objectClass=inetOrgPerson)", "uid")


def find_person(directory: Directory, trust: Trust, login: str, password: str) -> Person | None:
    """Find the person with this name or address, and this password.

    None where there is nobody. Raises: DirectoryAway.
    """
    if not password:
        return None  # A bind without a password is an anonymous one, which succeeds for any name.
    for address in directory.servers:
        try:
            return _Attempt(directory, _server(address, trust)).admit(login, password)
        except (LDAPException, OSError) as error:
            _log.warning("directory_away", server=address, error=str(error)[:200])
    raise DirectoryAway(", ".join(directory.servers))


def find_faults(directory: Directory, trust: Trust) -> dict[str, str | None]:
    """Find what keeps people from signing in, for each server of a directory; None where nothing does."""
    return {address: _find_fault(directory, address, trust) for address in directory.servers}


def _find_fault(directory: Directory, address: str, trust: Trust) -> str | None:
    try:
        return _Attempt(directory, _server(address, trust)).find_fault()
    except (LDAPException, OSError) as error:
        return f"it does not answer as it should: {error}"[:500]


def _server(address: str, trust: Trust) -> Server:
    parts = urlsplit(address if "://" in address else f"ldap://{address}")
    is_encrypted = parts.scheme == "ldaps"
    tls = Tls(
        validate=ssl.CERT_REQUIRED if trust.verifies else ssl.CERT_NONE,
        ca_certs_file=trust.authority or None,
    )
    port = parts.port or (636 if is_encrypted else 389)
    return Server(parts.hostname, port=port, use_ssl=is_encrypted, tls=tls, get_info=NONE, connect_timeout=_SECONDS)


class _Attempt:
    """One try to sign in, at one server of a directory."""

    def __init__(self, directory: Directory, server: Server) -> None:
        self._directory = directory
        self._server = server

    def admit(self, login: str, password: str) -> Person | None:
        """Bind as the person: first by the name that one can guess, then by the one that a search finds."""
        names = self._names()
        name = login.rpartition("\\")[2] if names is _ACTIVE else login
        wanted = f"(&{names.person}({names.email if '@' in name else names.username}={escape_filter_chars(name)}))"
        for dn in self._likely_names(names, login, wanted):
            with self._bound(dn, password) as connection:
                if connection is not None:
                    return self._person(connection, names, dn, wanted) or Person(name)
        return None

    def find_fault(self) -> str | None:
        """What is wrong with the search for people. Raises: LDAPException, OSError."""
        directory = self._directory
        with self._bound(directory.search_dn, directory.search_password) as connection:
            if connection is None:
                return f"it does not let {directory.search_dn or 'anybody'} search"
            if _search(connection, directory.base, _ANYTHING, BASE) is None:
                return f"there is nothing at {directory.base} to search below"
        return None

    def _likely_names(self, names: _Names, login: str, wanted: str) -> Iterator[str]:
        """The names to bind as. Where none of them is accepted, the person is searched for."""
        directory = self._directory
        if names is _ACTIVE:
            domain, _, name = login.rpartition("\\")
            yield name if "@" in name else f"{name}@{domain or directory.domain}"
        else:
            yield f"uid={escape_rdn(login)},{directory.base}"
        with self._bound(directory.search_dn, directory.search_password) as connection:
            found = None if connection is None else _search(connection, directory.base, wanted)
        if found:
            yield found["dn"]

    def _person(self, connection: Connection, names: _Names, dn: str, wanted: str) -> Person | None:
        """Read what the directory tells people about themselves.

        Only Active Directory accepts a name that is not a DN.
        """
        attributes = [names.username, names.email]
        if "=" in dn:
            found = _search(connection, dn, _ANYTHING, BASE, attributes)
        else:
            found = _search(connection, self._directory.base, wanted, SUBTREE, attributes)
        username = _first(found, names.username)
        return None if username is None else Person(username, _first(found, names.email))

    def _names(self) -> _Names:
        layout = self._directory.layout
        if layout != "detect":
            return _ACTIVE if layout == "active_directory" else _POSIX
        with self._bound("", "") as connection:
            if connection is None:
                return _POSIX
            told = _search(connection, "", _ANYTHING, BASE, ["supportedCapabilities"])
        has = told["attributes"].get("supportedCapabilities", ()) if told else ()
        return _ACTIVE if _ACTIVE_DIRECTORY in has else _POSIX

    @contextmanager
    def _bound(self, dn: str, password: str) -> Iterator[Connection | None]:
        """A connection for whom this password belongs to; anonymous without a name. None where it is wrong.

        Raises: LDAPException, OSError where the server does not answer, or not as encrypted as it should.
        """
        login = {"user": dn, "password": password} if dn and password else {}
        connection = Connection(
            self._server, **login, receive_timeout=_SECONDS, read_only=True, auto_referrals=False, check_names=False
        )
        try:
            connection.open(read_server_info=False)
            if self._directory.starts_tls and not self._server.ssl:
                connection.start_tls(read_server_info=False)
            yield connection if connection.bind(read_server_info=False) else None
        finally:
            _close(connection)


def _search(
    connection: Connection, base: str, wanted: str, scope: str = SUBTREE, attributes: Sequence[str] = ()
) -> dict[str, Any] | None:
    """The only entry that fits. Two are nobody: not every name is unique."""
    connection.search(base, wanted, scope, attributes=list(attributes), size_limit=2)
    entries = [each for each in connection.response or () if each["type"] == "searchResEntry"]
    return entries[0] if len(entries) == 1 else None


def _close(connection: Connection) -> None:
    """End the connection. ldap3 leaves the socket of one that failed open."""
    with suppress(LDAPException, OSError):
        connection.unbind()
    if connection.socket is not None:
        connection.socket.close()


def _first(entry: dict[str, Any] | None, attribute: str) -> str | None:
    values = (entry or {}).get("attributes", {}).get(attribute) or ()
    found = values if isinstance(values, str) else next(iter(values), None)
    return found if isinstance(found, str) and found else None
