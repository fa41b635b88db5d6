"""Whom a dry run names as the recipients of a mail: those whose addresses the caller may read elsewhere."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.sql.expression import literal

from osticket_api.access.field_rules import limits_anywhere
from osticket_api.access.people import keeps_people, visible_staff, visible_users
from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.principal import Staff
from osticket_api.access.scope import reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.statements import in_literals
from osticket_api.db.unit import Read, Write
from osticket_api.kit.identity import folded

_LISTS: Final = ("to", "cc")


def hide_recipients(tx: Write, caller: object) -> None:
    """Leave out of the effects of a dry run which recipients its caller may not see, and count those."""
    if not isinstance(caller, Staff):
        return
    hides_users = limits_anywhere(caller, "user").hides("email")
    if _sees_everybody(caller) and not hides_users:
        return
    mails = [effect for effect in tx.effects if effect["kind"] == "mail"]
    if not mails:
        return
    named = sorted({address for mail in mails for each in _LISTS for address in mail[each]})
    seen = _visible_agents(tx, caller, named) | (set() if hides_users else _visible_users(tx, caller, named))
    for mail in mails:
        everybody = sum(len(mail[each]) for each in _LISTS)
        for each in _LISTS:
            mail[each] = [address for address in mail[each] if folded(address) in seen]
        mail["hidden_recipients"] = everybody - sum(len(mail[each]) for each in _LISTS)


def _sees_everybody(caller: Staff) -> bool:
    return keeps_people(caller) and (caller.is_admin or caller.may(GlobalPermission.visibility_agents))


def _visible_agents(tx: Read, caller: Staff, addresses: Sequence[str]) -> set[str]:
    """Which of these addresses are those of agents whom the caller may see."""
    staff = t.staff.c
    return _folded(tx, select(staff.email).where(staff.email.in_(addresses), visible_staff(caller)))


def _visible_users(tx: Read, caller: Staff, addresses: Sequence[str]) -> set[str]:
    """Which of these addresses are those of users or participants of tickets whom the caller may see."""
    user_email = t.user_email.join(t.user, t.user.c.id == t.user_email.c.user_id)
    found = (
        select(t.user_email.c.address)
        .select_from(user_email)
        .where(t.user_email.c.address.in_(addresses), or_(visible_users(caller), _takes_part(caller)))
    )
    return _folded(tx, found)


def _folded(tx: Read, addresses: Select[Any]) -> set[str]:
    return {folded(address) for address in tx.scalars(addresses)}


def _takes_part(caller: Staff) -> Any:
    """The user is a collaborator of a ticket that the caller may open."""
    collaborator, thread = t.thread_collaborator.c, t.thread.c
    return exists(
        select(literal(1))
        .select_from(
            t.thread_collaborator.join(t.thread, thread.id == collaborator.thread_id).join(
                t.ticket, t.ticket.c.ticket_id == thread.object_id
            )
        )
        .where(
            collaborator.user_id == t.user.c.id, in_literals(thread.object_type, ("T", "C")), reachable_ticket(caller)
        )
    )
