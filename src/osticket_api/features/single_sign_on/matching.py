"""Find the account of a person at a provider: by the link, by osTicket's backend id, or by the verified address.

Source: people.md 6.1: an account with a back end may only sign in through that one.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select

from osticket_api.access.loading import find_principal
from osticket_api.db import tables as t
from osticket_api.db.identity import row_named
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Unauthenticated
from osticket_api.features.auth.api import (
    find_identity,
    forget_identities,
    is_linked_elsewhere,
    link_identity,
    note_identity_use,
)
from osticket_api.features.single_sign_on.admitting import add_agent, add_user_account, keep_in_place
from osticket_api.features.single_sign_on.person import Person
from osticket_api.settings_providers import Provider


@dataclass(frozen=True)
class Account:
    """An agent, or a user with an account. `backend`: the only one they may sign in through; empty for any."""

    id: int
    backend: str


def subject_of(tx: Write, provider: Provider, kind: str, person: Person) -> str:
    """Find the account that signs in, such as `staff:3`. An account that is found for the first time is linked.

    Raises: Unauthenticated for nobody, Forbidden and Conflict where somebody cannot be added.
    """
    account = _linked(tx, kind, person) or _matched(tx, provider, kind, person) or _added(tx, provider, kind, person)
    if account is None:
        raise _nobody(provider, person)
    subject = f"{kind}:{account.id}"
    if account.backend and account.backend.lower() not in {each.lower() for each in provider.backends}:
        message = f"Your account here does not sign in through {provider.title}."
        raise Unauthenticated.because(message, code="other_backend", detail=subject)
    if kind == "staff":
        keep_in_place(tx, provider, account.id, person)
    _link(tx, provider, kind, account, person)
    if find_principal(tx, subject) is None:
        raise inactive(subject)
    return subject


def inactive(subject: str | None = None) -> Unauthenticated:
    """`subject`: whose account it is, for the log."""
    message = "Your account here is locked, or was never confirmed."
    return Unauthenticated.because(message, code="account_inactive", detail=subject)


def _linked(tx: Write, kind: str, person: Person) -> Account | None:
    linked_id = find_identity(tx, person.identity, kind)
    if linked_id is None:
        return None
    column = t.staff.c.staff_id if kind == "staff" else t.user_account.c.user_id
    account = _account(tx.row(_accounts(kind).where(column == linked_id)))
    if account is None:  # Deleted, by PHP perhaps.
        forget_identities(tx, kind, linked_id)
    return account


def _matched(tx: Read, provider: Provider, kind: str, person: Person) -> Account | None:
    return _by_backend(tx, provider, kind, person) or _by_email(tx, provider, kind, person)


def _by_backend(tx: Read, provider: Provider, kind: str, person: Person) -> Account | None:
    """Find the account that is bound to one of the provider's backends in osTicket, by the name that the provider
    gives.
    """
    if not provider.backends or not person.username:
        return None
    found = _account(_row_of_name(tx, kind, person.username))
    is_bound = found is not None and found.backend.lower() in {each.lower() for each in provider.backends}
    return found if is_bound else None


def _by_email(tx: Read, provider: Provider, kind: str, person: Person) -> Account | None:
    if not provider.match_email or not person.email:
        return None
    return _account(_row_of_name(tx, kind, person.email))


def _row_of_name(tx: Read, kind: str, name: str) -> Row[Any] | None:
    if kind == "staff":
        return row_named(tx, _accounts(kind), t.staff.c.email if "@" in name else t.staff.c.username, name)
    if "@" not in name:
        return row_named(tx, _accounts(kind), t.user_account.c.username, name)
    owners = _accounts(kind).join(t.user_email, t.user_email.c.user_id == t.user_account.c.user_id)
    return row_named(tx, owners, t.user_email.c.address, name)


def _accounts(kind: str) -> Select[Any]:
    staff, account = t.staff.c, t.user_account.c
    if kind == "staff":
        return select(staff.staff_id.label("id"), staff.backend)
    return select(account.user_id.label("id"), account.backend)


def _account(row: Row[Any] | None) -> Account | None:
    return None if row is None else Account(row.id, row.backend or "")


def _added(tx: Write, provider: Provider, kind: str, person: Person) -> Account | None:
    added = add_agent(tx, provider, person) if kind == "staff" else add_user_account(tx, provider, person)
    return None if added is None else Account(added, "")


def _link(tx: Write, provider: Provider, kind: str, account: Account, person: Person) -> None:
    if find_identity(tx, person.identity, kind) is None:
        if is_linked_elsewhere(tx, person.identity, kind, account.id):
            message = (
                f"Your account here is linked with another account of {provider.title}: unlink that account first."
            )
            raise Unauthenticated.because(message, code="identity_linked", detail=f"{kind}:{account.id}")
        link_identity(tx, person.identity, kind, account.id)
    note_identity_use(tx, person.identity, kind)


def _nobody(provider: Provider, person: Person) -> Unauthenticated:
    if person.has_unverified_email:
        message = f"{provider.title} has not verified your e-mail address, by which your account here would be found."
        return Unauthenticated.because(message, code="email_not_verified")
    message = f"There is no account here for your account of {provider.title}."
    return Unauthenticated.because(message, code="identity_unknown")
