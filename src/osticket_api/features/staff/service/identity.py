"""Properties that only one agent can have: a user name and an address.

Source: people.md 3.1, 3.2, golden case 300.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Row, select

from osticket_api.access.people import visible_staff
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.identity import row_named
from osticket_api.db.unit import Read
from osticket_api.errors import Conflict, Fault
from osticket_api.features.staff.service.visible import agent


def check_identity(tx: Read, actor: Principal, given: Mapping[str, Any], before: Row[Any] | None = None) -> None:
    """Check that no other agent has the user name or the address, and no mailbox of the help desk the address.

    Raises: Conflict naming whoever has it, if the actor may see them.
    """
    new = {
        name: given[name]
        for name in ("username", "email")
        if name in given and (before is None or given[name] != getattr(before, name))
    }
    own_id = before.staff_id if before is not None else 0
    faults = [*_same_username(tx, new, own_id), *_same_email(tx, actor, new, own_id), *_same_mailbox(tx, new)]
    if faults:
        raise Conflict(*faults)


def check_free(tx: Read, username: str, email: str) -> None:
    """Check that nobody has the user name or the address. Raises: Conflict, which does not say who has it."""
    staff, given = t.staff.c, {"username": username, "email": email}
    is_taken = row_named(tx, select(staff.staff_id), staff.email, email) is not None
    if is_taken or any(_same_username(tx, given, 0)) or any(_same_mailbox(tx, given)):
        raise Conflict.because("The user name or the e-mail address is taken.", code="username_taken")


def _same_username(tx: Read, new: Mapping[str, str], own_id: int) -> Iterator[Fault]:
    staff = t.staff.c
    if "username" not in new:
        return
    other = tx.scalar(select(staff.staff_id).where(staff.username == new["username"], staff.staff_id != own_id))
    if other is not None:
        yield username_taken(new["username"], other)


def username_taken(username: str, staff_id: int | None = None) -> Fault:
    """`staff_id`: who has it, where that is known."""
    detail = None if staff_id is None else {"staff": {"id": staff_id, "username": username}}
    return Fault("username_taken", f"The user name {username} is taken.", "username", detail)


def _same_email(tx: Read, actor: Principal, new: Mapping[str, str], own_id: int) -> Iterator[Fault]:
    staff = t.staff.c
    if "email" not in new:
        return
    in_sight = visible_staff(agent(actor)).label("in_sight")
    others = select(staff.staff_id, staff.username, in_sight).where(staff.staff_id != own_id)
    other = row_named(tx, others, staff.email, new["email"])
    if other is not None:
        name = other.username if other.in_sight else "another agent"
        detail = {"staff": {"id": other.staff_id, "username": other.username}} if other.in_sight else None
        yield Fault("email_taken", f"The e-mail address {new['email']} belongs to {name}.", "email", detail)


def _same_mailbox(tx: Read, new: Mapping[str, str]) -> Iterator[Fault]:
    mailbox = t.email.c
    if "email" not in new:
        return
    ours = row_named(tx, select(mailbox.email_id), mailbox.email, new["email"])
    if ours is not None:
        message = f"{new['email']} is an address of the help desk itself."
        yield Fault("system_email", message, "email", {"email": {"id": ours.email_id}})
