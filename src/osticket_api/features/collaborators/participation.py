"""Changing who takes part in a conversation because somebody asked for exactly that.

Source: tickets.md 7 and golden cases 179 to 182.
"""

from collections.abc import Collection
from dataclasses import dataclass

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.principal import Principal, Staff
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Faults, Forbidden, Invalid, NotFound
from osticket_api.events.recording import Subject
from osticket_api.features.collaborators import service
from osticket_api.features.collaborators.service import Collaborator
from osticket_api.features.forms import api as forms
from osticket_api.features.users.api import KnownUser, create_user, find_named_user, find_user
from osticket_api.kit.addresses import is_email


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A user by id, or by an address; a name for somebody new."""

    user_id: int | None = None
    email: str | None = None
    name: str | None = None


def invite(tx: Write, subject: Subject, actor: Principal, owner_id: int | None, who: Invitation) -> Collaborator:
    """Add a user to a conversation as a collaborator. The user is created when nobody has the address. Seeing the
    ticket is enough to invite.

    Raises: Conflict when they take part already, or own the ticket, Invalid, Forbidden without `user.create`.
    """
    user = _get_user(tx, actor, who)
    if user.id == owner_id:
        raise Conflict.because(f"{user.name} owns the ticket.", code="is_owner")
    if not service.add(tx, subject, actor, owner_id, user):
        raise Conflict.because(f"{user.name} is a collaborator already.", code="already_collaborator")
    return next(each for each in service.list_collaborators(tx, subject.thread_id) if each.user_id == user.id)


def _get_user(tx: Write, actor: Principal, who: Invitation) -> KnownUser:
    if who.user_id is not None:
        known = find_named_user(tx, actor, who.user_id)
        if known is None:
            raise Invalid.because(f"There is no user {who.user_id}.", field="user_id")
        return known
    email = (who.email or "").strip()
    if not is_email(email):
        raise Invalid.because("This is not a valid e-mail address.", field="email")
    return find_user(tx, email=email) or _create_user(tx, actor, email, who.name or email.partition("@")[0])


def _create_user(tx: Write, actor: Principal, email: str, name: str) -> KnownUser:
    """Raises: Forbidden, Invalid for what the contact form demands."""
    if isinstance(actor, Staff) and not actor.may(GlobalPermission.user_create):
        raise Forbidden.lacking(GlobalPermission.user_create, ", since no user has this address")
    faults = Faults()
    contact = forms.load_form(tx, "U")
    answers = forms.validate(tx, [contact], {"email": email, "name": name}, actor="staff", faults=faults, caller=actor)
    faults.raise_if_any()
    return create_user(tx, email=email, name=name, answers=answers)


def choose(tx: Write, subject: Subject, actor: Principal, *, active: Collection[int], removed: Collection[int]) -> None:
    """Remove some collaborators and make exactly these of the others active, as osTicket's dialog does.

    Raises: Invalid naming every id that is not a collaborator of this conversation.
    """
    there = {each.id: each for each in service.list_collaborators(tx, subject.thread_id)}
    _check_ids(there, active=active, remove=removed)
    for each in there.values():
        if each.id in removed:
            service.remove(tx, subject, actor, each)
    for each in there.values():
        if each.id not in removed:
            service.set_active(tx, each, each.id in active)


def _check_ids(there: Collection[int], **lists: Collection[int]) -> None:
    faults = Faults()
    for field, ids in lists.items():
        for place, collaborator_id in enumerate(ids):
            if collaborator_id not in there:
                faults.add(f"{field}.{place}", f"There is no collaborator {collaborator_id}.")
    faults.raise_if_any()


def get_collaborator(tx: Read, thread_id: int, collaborator_id: int) -> Collaborator:
    """Raises: NotFound."""
    found = service.find_collaborator(tx, thread_id, collaborator_id)
    if found is None:
        raise NotFound.because(f"There is no collaborator {collaborator_id}.")
    return found
