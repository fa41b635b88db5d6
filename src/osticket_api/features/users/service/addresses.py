"""The addresses of a user: several, one of them the default.

osTicket's tables allow several, its panel knows of one. Source: people.md 1.1, 1.3.
"""

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from osticket_api.access.field_rules import limits_on
from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, NotFound
from osticket_api.features.users.service.known import indistinct
from osticket_api.features.users.service.state import UserState, index_user, save
from osticket_api.kit.identity import is_same


def check_free(tx: Read, email: str) -> None:
    """Raises: Conflict naming the user who has this address. Whoever may give addresses sees all users."""
    user, address = t.user.c, t.user_email.c
    owner = tx.row(
        select(user.id, user.name, address.address)
        .join_from(t.user_email, t.user, user.id == address.user_id)
        .where(address.address == email)
    )
    if owner is not None:
        raise taken(email, owner.id, owner.name) if is_same(owner.address, email) else indistinct(email)


def taken(email: str, user_id: int | None = None, name: str | None = None) -> Conflict:
    detail = None if user_id is None else {"user": {"id": user_id, "name": name}}
    return Conflict.because(f"{email} belongs to another user.", field="email", code="email_taken", detail=detail)


def make_default(tx: Write, user: UserState, email: str) -> bool:
    """Make this the address that a user is known by. Returns whether anything changed.

    One of the user's own addresses becomes the default; a new one takes the place of the default, as in osTicket.

    Raises: Conflict when it is another user's.
    """
    address = t.user_email.c
    own = tx.row(select(address.id, address.address).where(address.user_id == user.id, address.address == email))
    if own is not None and own.id != user.default_email_id:
        if not is_same(own.address, email):
            raise indistinct(email)
        return save(tx, user, default_email_id=own.id)
    if own is not None and own.address == email:
        return False
    if own is None:
        check_free(tx, email)
        _forget_detached(tx, email)
    if user.default_email_id is None:
        return save(tx, user, default_email_id=tx.insert(t.user_email, user_id=user.id, address=email))
    tx.note_effect("user", id=user.id, email=email)
    try:
        tx.change(update(t.user_email).where(address.id == user.default_email_id).values(address=email))
    except IntegrityError:
        raise taken(email) from None
    return True


def add_address(tx: Write, actor: Principal, user: UserState, email: str, is_default: bool) -> None:
    """Give a user one more address. Raises: Forbidden, Conflict when somebody has it."""
    require_global(actor, GlobalPermission.user_edit)
    limits_on(actor, "user").require_settable(["emails"])
    check_free(tx, email)
    _forget_detached(tx, email)
    try:
        email_id = tx.insert(t.user_email, user_id=user.id, address=email)
    except IntegrityError:
        raise taken(email) from None
    tx.note_effect("user", id=user.id, added_email=email)
    if is_default or user.default_email_id is None:
        save(tx, user, default_email_id=email_id)
    index_user(tx, user)


def remove_address(tx: Write, actor: Principal, user: UserState, email_id: int) -> None:
    """Take an address from a user. Raises: Forbidden, NotFound, Conflict for the default one."""
    require_global(actor, GlobalPermission.user_edit)
    limits_on(actor, "user").require_settable(["emails"])
    address = t.user_email.c
    if email_id == user.default_email_id:
        message = "This is the user's default address; make another one the default first."
        raise Conflict.because(message, code="default_email")
    if not tx.change(delete(t.user_email).where(address.id == email_id, address.user_id == user.id)):
        raise NotFound.because(f"The user has no address {email_id}.")
    tx.note_effect("user", id=user.id, removed_email=email_id)
    index_user(tx, user)


def _forget_detached(tx: Write, email: str) -> None:
    """An address of nobody, which would stand in the way."""
    address = t.user_email.c
    tx.change(delete(t.user_email).where(address.address == email, address.user_id == None))  # noqa: E711
