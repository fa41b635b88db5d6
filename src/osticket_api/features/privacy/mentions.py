"""Where the conversations of others name a user: among the recipients of entries, and in what happened.

Source: tickets.md 4.4 and 9, for what events say of people who take part and of owners.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.features.privacy.records import Records
from osticket_api.kit import php_json
from osticket_api.kit.identity import folded

_BATCH: Final = 500
_event, _entry = t.thread_event.c, t.thread_entry.c


def replace_mentions(tx: Write, records: Records, pseudonym: str) -> None:
    """Put the pseudonym in the place of the user's name and addresses, in every conversation that they took part in."""
    name = tx.scalar(select(t.user.c.name).where(t.user.c.id == records.user_id))
    threads = {*_replace_in_events(tx, records, pseudonym), *_threads(tx, records)}
    for some in _batches(sorted(threads)):
        _replace_in_recipients(tx, records, pseudonym, some)
        # osTicket's portal leaves out whose event it is, and writes their name, or their address.
        unsigned = _event.thread_id.in_(some), _event.uid.is_(None), _event.username.in_((name, *records.addresses))
        tx.change(update(t.thread_event).where(*unsigned).values(username=pseudonym))


def _replace_in_events(tx: Write, records: Records, pseudonym: str) -> list[int]:
    """Returns the threads of the events that named the user."""
    named = f'"{records.user_id}":{{"name":', f'"owner":{records.user_id},'
    found = tx.rows(select(_event.id, _event.thread_id, _event.data).where(_holds(_event.data, named)))
    for row in found:
        data = _event_without(php_json.decode(row.data), records.user_id, pseudonym)
        text = None if data is None else php_json.encode(data)
        tx.change(update(t.thread_event).where(_event.id == row.id).values(data=text))
    return [row.thread_id for row in found]


def _holds(column: ColumnElement[Any], texts: Iterable[str]) -> ColumnElement[bool]:
    return or_(*(column.contains(text, autoescape=True) for text in texts))


def _event_without(data: Any, user_id: int, pseudonym: str) -> Any:
    """What an event says, without the name of the user; None for what cannot be read."""
    if not isinstance(data, dict):
        return None
    for kind in ("add", "del"):
        if isinstance(data.get(kind), dict) and str(user_id) in data[kind]:
            data[kind][str(user_id)] = {"name": pseudonym}
    if data.get("owner") == user_id and isinstance(data.get("fields"), dict):
        data["fields"] = dict.fromkeys(data["fields"], pseudonym)
    return data


def _threads(tx: Read, records: Records) -> list[int]:
    """The threads in which the user takes part, has written, or that are theirs."""
    part = t.thread_collaborator.c
    wanted = (
        select(part.thread_id).where(part.user_id == records.user_id),
        select(_entry.thread_id).where(_entry.user_id == records.user_id).distinct(),
        records.threads,
    )
    return [id for each in wanted for id in tx.scalars(each)]


def _replace_in_recipients(tx: Write, records: Records, pseudonym: str, threads: Sequence[int]) -> None:
    listed = select(_entry.id, _entry.recipients).where(_entry.thread_id.in_(threads), _entry.recipients.is_not(None))
    for row in tx.rows(listed):
        groups = php_json.decode(row.recipients)
        replaced = _recipients_without(groups, records, pseudonym)
        if replaced != groups:
            tx.change(update(t.thread_entry).where(_entry.id == row.id).values(recipients=php_json.encode(replaced)))


def _recipients_without(groups: Any, records: Records, pseudonym: str) -> Any:
    """People by id, where osTicket chose them, and as mailboxes in their order, where a mail named them."""
    if not isinstance(groups, dict):
        return groups
    own = {folded(address) for address in records.addresses}

    def shown(key: Any, person: Any) -> Any:
        text = folded(str(person)).strip()
        is_theirs = key == str(records.user_id) or text in own or any(text.endswith(f"<{each}>") for each in own)
        return pseudonym if is_theirs else person

    def all_shown(people: Any) -> Any:
        if isinstance(people, dict):
            return {key: shown(key, each) for key, each in people.items()}
        return [shown(None, each) for each in people] if isinstance(people, list) else people

    return {kind: all_shown(people) for kind, people in groups.items()}


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]
