"""Sequences over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR
from osticket_api.db.unit import Read, Write
from osticket_api.features.sequences import queries
from osticket_api.features.sequences.requests import SequenceCreate, SequenceUpdate
from osticket_api.features.sequences.responses import Sequence
from osticket_api.features.sequences.service import SEQUENCES, add_sequence, delete_sequence, edit_sequence
from osticket_api.query.small_lists import NamedQuery
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="sequences", prefix="/sequences")


@router.get("", access=ADMINISTRATOR)
def get_sequences(unit: Read, caller: Staff, query: NamedQuery) -> Page[Sequence]:
    """The sequences that tickets and tasks can be numbered by."""
    return queries.list_sequences(unit, caller, query)


@router.get("/{sequence}", access=ADMINISTRATOR)
def get_sequence_detail(unit: Read, caller: Staff, sequence: PathId) -> Sequence:
    """A sequence."""
    return queries.get_sequence(unit, caller, sequence)


@router.post("", access=ADMINISTRATOR)
def post_sequence(unit: Write, caller: Staff, body: SequenceCreate) -> Created[Sequence]:
    """Add a sequence."""
    sequence_id = add_sequence(unit, caller, body.given())
    return Created(SEQUENCES.get(unit, caller, sequence_id))


@router.patch("/{sequence}", access=ADMINISTRATOR)
def update_sequence(unit: Write, caller: Staff, sequence: PathId, body: SequenceUpdate) -> Sequence:
    """Change a sequence. Numbers that are in use are skipped, however far back the sequence is set."""
    edit_sequence(unit, caller, SEQUENCES.get_for_update(unit, caller, sequence), body.given())
    return SEQUENCES.get(unit, caller, sequence)


@router.delete("/{sequence}", access=ADMINISTRATOR)
def delete_sequence_route(unit: Write, caller: Staff, sequence: PathId) -> None:
    """Delete a sequence that numbers neither tickets nor tasks."""
    delete_sequence(unit, caller, SEQUENCES.get_for_update(unit, caller, sequence))
    SEQUENCES.note_deleted(unit, sequence)
