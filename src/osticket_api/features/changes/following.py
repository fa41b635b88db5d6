"""Turn events of the feed into changes: each resource once, as it is now, or as deleted."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, select

from osticket_api.access.principal import Principal, Staff
from osticket_api.access.reading import may_read
from osticket_api.db.unit import Read
from osticket_api.errors import Invalid
from osticket_api.events.delivery import heard_by
from osticket_api.events.feed import events_between, last_number, require_place
from osticket_api.features.changes import places
from osticket_api.features.changes.kinds import KINDS, Kind
from osticket_api.features.changes.places import Place
from osticket_api.features.changes.requests import ChangesQuery
from osticket_api.features.changes.responses import ResourceChange
from osticket_api.features.tickets.api import all_statuses
from osticket_api.web.fields import included
from osticket_api.web.paging import Slice

_FOR_KEYS: Final = ["tickets"]
Picked = dict[tuple[str, int], bool]
"""Kinds and ids, and whether it has to be told where they are gone."""


def changes_since(tx: Read, principal: Principal, query: ChangesQuery) -> Slice[ResourceChange]:
    """The resources of these kinds that changed since the cursor. Raises: Invalid, Expired, Forbidden."""
    kinds = kinds_asked_for(principal, query)
    sight = places.sight_of(principal, all_statuses(tx))
    if query.since is None:
        return Slice([], places.written(Place(last_number(tx)), sight), False)
    place = places.read(query.since, sight)
    require_place(tx, place.number, "since")
    last = last_number(tx)
    picked, reached = _Picking(tx, principal, kinds, query.limit).picked(place, last)
    changes = _as_they_are(tx, principal, kinds, picked)
    return Slice(changes, places.written(reached, sight), reached.number < last)


def kinds_asked_for(principal: Principal, query: ChangesQuery) -> list[Kind]:
    """Raises: Invalid naming the kinds there are for the caller."""
    allowed = [name for name in KINDS if may_read(principal, name)] if isinstance(principal, Staff) else _FOR_KEYS
    names = included(query.kinds, allowed, parameter="kinds")
    if not names:
        raise Invalid.because("Name at least one kind.", field="kinds")
    return [KINDS[name] for name in KINDS if name in names]


class _Picking:
    """Goes through the feed and picks what changed, until there is enough for an answer."""

    def __init__(self, tx: Read, principal: Principal, kinds: Sequence[Kind], limit: int) -> None:
        self._tx, self._principal, self._kinds, self._limit = tx, principal, kinds, limit
        self._found: Picked = {}

    def picked(self, place: Place, last: int) -> tuple[Picked, Place]:
        """The resources that changed after a place in the feed, and the place up to which all changes are told."""
        rows = events_between(self._tx, place.number, last, self._limit)
        heard = {event.id for event in heard_by(self._tx, self._principal, rows)}
        for row in rows:
            reached = self._touched(row, place)
            if reached is not None:
                return self._found, reached
            if row.number in heard:
                self._pick(row.kind, row.subject_id)
            place = Place(row.number)
            if len(self._found) >= self._limit:
                return self._found, place
        return self._found, place if len(rows) == self._limit else Place(last)

    def _pick(self, subject: str, subject_id: int) -> None:
        for kind in self._kinds:
            if kind.subject == subject:
                self._found[kind.name, subject_id] = True

    def _touched(self, row: Row[Any], place: Place) -> Place | None:
        """Pick what shows the name of an event's subject. Returns the place at which there is no more room."""
        if row.type.endswith(".created"):
            return None
        for step, kind in enumerate(self._kinds):
            showing = kind.showing(row.kind, row.subject_id)
            if showing is None or step < place.step:
                continue
            after = place.reached if step == place.step else 0
            room = self._limit - len(self._found)
            wanted = (showing, kind.identity > after)
            ids = self._tx.scalars(select(kind.identity).where(*wanted).order_by(kind.identity).limit(room))
            for each in ids:
                self._found.setdefault((kind.name, each), False)
            if len(ids) == room:
                return Place(place.number, step, ids[-1] if ids else after)
        return None


def _as_they_are(tx: Read, principal: Principal, kinds: Sequence[Kind], picked: Picked) -> list[ResourceChange]:
    """The picked resources, whole.

    Resources out of the caller's sight are told as deleted, if the caller may know that they were there.
    """
    seen: dict[tuple[str, int], Any] = {}
    for kind in kinds:
        ids = [id for name, id in picked if name == kind.name]
        if ids:
            seen |= {(kind.name, id): item for id, item in kind.read(tx, principal, ids).items()}
    return [
        ResourceChange(name, id, (name, id) not in seen, seen.get((name, id)))
        for (name, id), is_told in picked.items()
        if is_told or (name, id) in seen
    ]
