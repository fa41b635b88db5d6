"""Whether a password is right: by osTicket's hash, or by a directory. Source: people.md 6.1, 6.2, 6.6."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from osticket_api.access.passwords import is_correct
from osticket_api.db.unit import Read
from osticket_api.errors import Unavailable
from osticket_api.features.auth import login_throttle, service
from osticket_api.features.auth.directories import Directory, DirectoryAway, Person, find_directories
from osticket_api.features.auth.renewing import Renewal, renewal_of
from osticket_api.features.auth.requests import Login
from osticket_api.features.auth.service import Candidate
from osticket_api.kit.identity import folded
from osticket_api.kit.trust import Trust
from osticket_api.web.call import Call


@dataclass(frozen=True)
class Proven:
    """The account whose password is right. A renewal replaces the stored hash, where that is outdated."""

    subject: str
    renewal: Renewal | None = None
    by_directory: bool = False


async def check_password(call: Call, body: Login) -> Proven:
    """Find the account whose password is right: by osTicket's hash, or else by a directory.

    Raises: Unauthenticated, TooManyRequests after too many wrong passwords, Unavailable while the only directory that
    knows it is away.
    """
    candidate, directories = await call.database.read(_ways_in, body.kind, body.username)
    account = candidate.subject if candidate else f"unknown {body.kind}:{folded(body.username.strip())}"
    attempt = login_throttle.LoginAttempt(body.kind, account, body.username, call.ip)
    async with login_throttle.counted(call.database, attempt):
        owner, proven = await _prove(call, body, candidate, directories)
    if owner.hindrance is not None:
        await login_throttle.note_refusal(call.database, owner.subject, owner.hindrance)
        raise owner.hindrance
    return proven


async def _prove(
    call: Call, body: Login, candidate: Candidate | None, directories: Sequence[Directory]
) -> tuple[Candidate, Proven]:
    """Whose password it is, and how that is known. Raises: as `check_password`."""
    stored = candidate.password_hash if candidate and candidate.is_local else None
    if await asyncio.to_thread(is_correct, body.password, stored) and candidate and candidate.may_be_told:
        return candidate, Proven(candidate.subject, await renewal_of(body.password, stored))
    trust = Trust(call.settings.ldap_tls_verify, call.settings.ldap_tls_ca)
    for directory in directories:
        person = await _ask(directory, trust, body, candidate)
        if person is None:
            continue
        owner = candidate or await call.database.read(_find_owner, body.kind, person, directory)
        if owner and owner.may_be_told:
            return owner, Proven(owner.subject, by_directory=True)
    raise service.refused()


def _ways_in(tx: Read, kind: str, login: str) -> tuple[Candidate | None, Sequence[Directory]]:
    """The account that may be meant, and the directories that may know its password.

    A number is an agent's id here, and not a name to ask a directory for.
    """
    candidate = service.find_candidate(tx, kind, login) or service.find_candidate(tx, kind, login.rpartition("\\")[2])
    if login.strip().isdigit():
        return candidate, ()
    directories = find_directories(tx, kind)
    return candidate, [each for each in directories if candidate is None or candidate.may_use(each.backend)]


async def _ask(directory: Directory, trust: Trust, body: Login, candidate: Candidate | None) -> Person | None:
    from osticket_api.features.auth.ldap import find_person  # Loaded by need: few help desks have a directory.

    try:
        return await asyncio.to_thread(find_person, directory, trust, body.username.strip(), body.password)
    except DirectoryAway:
        if candidate is not None and candidate.backend == directory.backend:
            message = "The directory that knows your password cannot be reached; try again later."
            raise Unavailable.because(message, code="directory_unavailable") from None
        return None


def _find_owner(tx: Read, kind: str, person: Person, directory: Directory) -> Candidate | None:
    """The account of somebody whom a directory knows by another name than the one that was typed."""
    names = (person.username, person.email) if kind == "user" else ()
    found = (service.find_candidate(tx, kind, name) for name in names if name)
    return next((each for each in found if each is not None and each.may_use(directory.backend)), None)
