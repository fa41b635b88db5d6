"""Places in a conversation, and the cursors that hold them while it goes on.

A conversation is ordered by its moments, which are whole seconds; in the same second entries come before events, and
each kind in the order of its ids.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

import msgspec

from osticket_api.errors import Fault, Invalid
from osticket_api.kit.cursor import decode_cursor, encode_cursor
from osticket_api.web.input import MAX_ID

Kind = Literal["entry", "event"]
Side = Literal["later", "earlier"]

_Aware = Annotated[datetime, msgspec.Meta(tz=True)]
_Id = Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)]
_ITEM_ID: Final = re.compile(r"(?:(entry|event):)?([1-9][0-9]{0,9})", re.ASCII)


@dataclass(frozen=True)
class Position:
    """A moment, and how far the entries and the events of that very second are before it.

    Two numbers, because both go on by themselves: who has seen an event has not seen an entry that comes in the same
    second after it.
    """

    at: datetime
    entry_id: int
    event_id: int


@dataclass(frozen=True)
class Bound:
    """One end of a page of a conversation."""

    side: Side
    position: Position


BEGINNING: Final = Position(datetime(1970, 1, 1, tzinfo=UTC), 0, 0)


def beside(kind: Kind, item_id: int, at: datetime) -> Position:
    """The place of an item: what is earlier and what is later goes by the order."""
    return Position(at, item_id, 0) if kind == "entry" else Position(at, MAX_ID, item_id)


def encode(bound: Bound) -> str:
    place = bound.position
    return encode_cursor([bound.side, place.at, place.entry_id, place.event_id])


def decode(text: str, parameter: str) -> Bound:
    """Raises: Invalid naming the parameter."""
    try:
        side, at, entry_id, event_id = decode_cursor(text, tuple[Side, _Aware, _Id, _Id])
    except ValueError:
        raise _not_a_place(parameter) from None
    return Bound(side, Position(at, entry_id, event_id))


def item_named(text: str, usual: Kind) -> tuple[Kind, int] | None:
    """The item that an `after` names by its id: `entry:12`, or `12` in a list of one kind."""
    match = _ITEM_ID.fullmatch(text)
    if match is None or int(match[2]) > MAX_ID:
        return None
    return ("event" if (match[1] or usual) == "event" else "entry"), int(match[2])


def _not_a_place(parameter: str) -> Invalid:
    return Invalid(Fault("invalid", "This is not a valid cursor of a conversation.", parameter))
