"""Find as which agent or user the sender of a mail writes. Source: tickets.md 13.3."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row

from osticket_api.db.unit import Read
from osticket_api.features.collaborators.api import list_collaborators
from osticket_api.features.inbound_mail.addresses import find_agent, get_agent, own_mailboxes
from osticket_api.features.inbound_mail.matching import Match
from osticket_api.features.inbound_mail.reading import Mail
from osticket_api.features.users.api import KnownUser, find_user

_USERS: Final = ("U", "C")
_AGENTS: Final = ("S", "A")


@dataclass(frozen=True)
class Place:
    """The conversation that a mail belongs to. A task has no owner."""

    thread_id: int
    owner_id: int | None = None


@dataclass(frozen=True)
class Writer:
    """An agent, who writes a note; a user; or a stranger, who is neither."""

    user: KnownUser | None = None
    staff: Row[Any] | None = None


def find_writer(tx: Read, mail: Mail, match: Match, place: Place) -> Writer | None:
    """As whom the sender writes; None where the help desk itself would write to itself.

    Whom the answered mail went to decides between agent and user. An agent whose mail lost that is a stranger.
    """
    agent = find_agent(tx, mail.sender.address)
    user = find_user(tx, email=mail.sender.address) if mail.sender.address else None
    kind = match.person.kind if match.person else ""
    if user is not None and agent is None and user.id != place.owner_id:
        return Writer(user=user)
    if match.person is not None and kind in _USERS:
        return Writer(user=user or find_user(tx, user_id=match.person.person_id))
    if match.person is not None and kind in _AGENTS:
        return Writer(staff=agent or get_agent(tx, match.person.person_id))
    if user is not None and _takes_part(tx, user, place):
        return Writer(user=user)
    return None if own_mailboxes(tx, [mail.sender.address]) else Writer()


def is_of_agent(match: Match) -> bool:
    """Whether the mail answers one that went to an agent. Agents may write to tickets that are closed for good."""
    return match.person is not None and match.person.kind in _AGENTS and match.person.person_id > 0


def _takes_part(tx: Read, user: KnownUser, place: Place) -> bool:
    collaborators = list_collaborators(tx, place.thread_id)
    return user.id == place.owner_id or any(each.user_id == user.id for each in collaborators)
