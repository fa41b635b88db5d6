"""The doctor's checks of other ways to sign in: identity providers, and directories."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace

from osticket_api.db.engine import Database
from osticket_api.db.unit import Read
from osticket_api.doctor.findings import Finding, ok, warning
from osticket_api.features.auth.api import Directory, find_directories, find_faults
from osticket_api.features.single_sign_on.api import Providers
from osticket_api.kit.trust import Trust
from osticket_api.settings import Settings


async def examine_sign_in(database: Database, settings: Settings) -> Sequence[Finding]:
    """Check that identity providers and directories can be reached, and prove who they are."""
    database.secret_salt = settings.salt()
    directories = await database.read(_directories)
    return [*await _examine_providers(settings), *await asyncio.to_thread(_examine_directories, directories, settings)]


async def _examine_providers(settings: Settings) -> Sequence[Finding]:
    faults = await Providers(settings).find_faults()
    mend = "Check its table in the file of OIDC_PROVIDERS, and that this machine reaches the issuer."
    return [_finding("identity provider", name, fault, mend) for name, fault in faults.items()]


def _directories(tx: Read) -> Sequence[Directory]:
    """Check each directory once, though both agents and users may sign in with it."""
    found = [each for kind in ("staff", "user") for each in find_directories(tx, kind)]
    return list(dict.fromkeys(replace(each, backend="") for each in found))


def _examine_directories(directories: Sequence[Directory], settings: Settings) -> Sequence[Finding]:
    return [finding for each in directories for finding in _servers(each, settings)]


def _servers(directory: Directory, settings: Settings) -> Iterator[Finding]:
    mend = "Check the LDAP plugin's settings in osTicket, LDAP_TLS_CA, and that this machine reaches the server."
    trust = Trust(settings.ldap_tls_verify, settings.ldap_tls_ca)
    for server, fault in find_faults(directory, trust).items():
        yield _finding("directory", server, fault, mend)


def _finding(check: str, name: str, fault: str | None, mend: str) -> Finding:
    return ok(check, f"{name} answers correctly") if fault is None else warning(check, f"{name}: {fault}", mend)
