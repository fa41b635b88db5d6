"""Reading sequences."""

from typing import Any

from sqlalchemy import Row, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import SequenceFlag
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.sequences.responses import Sequence
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import NamedQuery, matching, read_page
from osticket_api.web.paging import Page


def list_sequences(tx: Read, principal: Principal, query: NamedQuery) -> Page[Sequence]:
    """The page of sequences that the query asks for. Raises: Invalid."""
    sequence = t.sequence.c
    columns = {"id": sequence.id, "name": sequence.name, "next": sequence.next}
    listing = Listing(principal, query, sequence.id, sort_keys(query.sort, columns), matching(query, sequence.name))
    return read_page(tx, listing, select(t.sequence), lambda rows: [_to_response(row) for row in rows])


def get_sequence(tx: Read, principal: Principal, sequence_id: int) -> Sequence:
    """Raises: NotFound."""
    row = tx.row(select(t.sequence).where(t.sequence.c.id == sequence_id))
    if row is None:
        raise NotFound.because(f"There is no sequence {sequence_id}.")
    return _to_response(row)


def _to_response(row: Row[Any]) -> Sequence:
    return Sequence(
        id=row.id,
        name=row.name or "",
        next=row.next,
        increment=row.increment or 1,
        padding=row.padding or "0",
        is_built_in=bool((row.flags or 0) & SequenceFlag.BUILT_IN),
        updated_at=row.updated,
    )
