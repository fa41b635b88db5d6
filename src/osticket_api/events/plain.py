"""Events of rows that only comparing finds: people, structure, what vanished."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from osticket_api.db.unit import Read
from osticket_api.events.comparing import Difference
from osticket_api.events.feed import Draft
from osticket_api.events.subjects import audience_of
from osticket_api.events.watches import ACCOUNT, FAQ, LIST_ITEM, TICKET, WATCHES, Watch


def drafts_of(tx: Read, difference: Difference, moment: datetime) -> Iterator[Draft]:
    """The event a difference is."""
    watch = WATCHES[difference.kind]
    state = difference.after if difference.after is not None else difference.before
    assert state is not None
    fields = watch.read(state, tx.zone)
    changes = {}
    if difference.before is not None and difference.after is not None:
        changes = watch.changes(difference.before, difference.after, tx.zone)
    subject_id = difference.id if watch.subject is None else fields[watch.subject] or 0
    kind, verb = _named(watch, _verb(difference), changes)
    yield Draft(
        type=f"{kind}.{verb}",
        kind=kind,
        subject_id=subject_id,
        ticket_id=difference.id if watch is TICKET else fields.get("ticket_id"),
        occurred_at=moment,
        changes=changes,
        details=_details(fields),
        audience=audience_of(fields),
    )


def _verb(difference: Difference) -> str:
    if difference.before is None:
        return "created"
    return "deleted" if difference.after is None else "updated"


def _named(watch: Watch, verb: str, changes: dict[str, list[Any]]) -> tuple[str, str]:
    """What an event is called: an account belongs to its user, and publishing is an event of its own.

    An item that is taken out of its list stays as a row of no list, for the answers that name it.
    """
    if watch is ACCOUNT:
        return "user", f"account_{verb}"
    if watch is FAQ and "is_published" in changes:
        return watch.kind, "published" if changes["is_published"][1] else "unpublished"
    if watch is LIST_ITEM and "list_id" in changes and changes["list_id"][1] is None:
        return watch.kind, "deleted"
    return watch.kind, verb


def _details(fields: dict[str, Any]) -> dict[str, Any]:
    """The name of the subject, for whoever reads of its deletion."""
    named = ("number", "name", "username", "question", "title", "value")
    return {name: fields[name] for name in named if fields.get(name)}
