"""Events of what is around a conversation and leaves no trace of its own: referrals, and who takes part.

osTicket records that somebody is referred to or takes part, but not that a referral is taken back, nor that mails to
somebody are switched off or on. Source: changes.md, "What follows" 1
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.flags import CollaboratorFlag
from osticket_api.db.unit import Read
from osticket_api.events.comparing import Difference, known_rows
from osticket_api.events.feed import Draft
from osticket_api.events.subjects import Subject, key_of
from osticket_api.events.watches import COLLABORATOR, REFERRAL, WATCHES, Watch

AROUND: Final = (REFERRAL.kind, COLLABORATOR.kind)
_REFERRED_TO: Final = {"S": "staff_id", "E": "team_id", "D": "department_id"}


def drafts_around(tx: Read, difference: Difference, moment: datetime) -> Iterator[Draft]:
    """The events of a difference that osTicket records nowhere else: a referral that is gone, a collaborator switched
    off or on.
    """
    watch = WATCHES[difference.kind]
    before = None if difference.before is None else watch.read(difference.before, tx.zone)
    after = None if difference.after is None else watch.read(difference.after, tx.zone)
    if watch is REFERRAL and before is not None and after is None:
        yield from _removed(tx, difference.id, before, moment)
    if watch is COLLABORATOR and before is not None and after is not None and _is_active(before) != _is_active(after):
        yield from _switched(tx, difference.id, after, moment)


def _removed(tx: Read, referral_id: int, fields: dict[str, Any], moment: datetime) -> Iterator[Draft]:
    subject = _subject(tx, fields["thread_id"])
    name = _REFERRED_TO.get(fields["object_type"])
    if subject is not None and name is not None:
        to = {name: fields["object_id"]}
        draft = subject.draft("referral_removed", occurred_at=moment, details={"referral_id": referral_id, **to})
        yield replace(draft, audience={**draft.audience, "was": to})


def _switched(tx: Read, collaborator_id: int, fields: dict[str, Any], moment: datetime) -> Iterator[Draft]:
    subject = _subject(tx, fields["thread_id"])
    if subject is not None:
        told = {"collaborator_id": collaborator_id, "user_id": fields["user_id"], "is_active": _is_active(fields)}
        yield subject.draft("collaborator_updated", occurred_at=moment, details=told)


def _is_active(fields: dict[str, Any]) -> bool:
    return bool((fields["flags"] or 0) & CollaboratorFlag.ACTIVE)


def _subject(tx: Read, thread_id: int | None) -> Subject | None:
    """What a thread belongs to, as it is known. None where that is gone too, or still to come."""
    thread = tx.row(select(t.thread.c.object_id, t.thread.c.object_type).where(t.thread.c.id == thread_id))
    key = None if thread is None else key_of(thread)
    if key is None:
        return None
    watch: Watch = WATCHES[key[0]]
    state = known_rows(tx, watch, [key[1]]).get(key[1])
    return None if state is None else Subject(watch, key[1], state, None, tx.zone)
