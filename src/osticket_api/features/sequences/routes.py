"""Sequences over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import ADMINISTRATOR
from osticket_api.features.sequences import queries
from osticket_api.features.sequences.schemas import SequenceCreate, SequenceUpdate
from osticket_api.features.sequences.setup import SEQUENCES, add_sequence, delete_sequence, edit_sequence
from osticket_api.features.sequences.shapes import Sequence
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router
from osticket_api.web.small_lists import NamedQuery

router = Router(tag="sequences", prefix="/sequences")


@router.read("", access=ADMINISTRATOR, returns=Page[Sequence])
async def get_sequences(call: CallDependency, query: Annotated[NamedQuery, query(NamedQuery)]) -> Response:
    """The sequences that tickets and tasks can be numbered by."""
    page = await call.read(queries.list_sequences, query)
    return call.listed(page, select_fields(page.items, Sequence, query.fields))


@router.read("/{sequence}", access=ADMINISTRATOR, returns=Sequence)
async def get_sequence_detail(call: CallDependency, sequence: PathId) -> Response:
    """A sequence."""
    return call.one(await call.read(queries.get_sequence, sequence))


@router.create("", access=ADMINISTRATOR, returns=Sequence)
async def post_sequence(call: CallDependency, body: Annotated[SequenceCreate, payload(SequenceCreate)]) -> Response:
    """Add a sequence."""
    return await SEQUENCES.create(call, add_sequence, body.given())


@router.update("/{sequence}", access=ADMINISTRATOR, returns=Sequence)
async def update_sequence(
    call: CallDependency, sequence: PathId, body: Annotated[SequenceUpdate, payload(SequenceUpdate)]
) -> Response:
    """Change a sequence. Numbers that are taken are passed over, however far back it is set."""
    return await SEQUENCES.change(call, sequence, edit_sequence, body.given())


@router.remove("/{sequence}", access=ADMINISTRATOR)
async def delete_sequence_route(call: CallDependency, sequence: PathId) -> Response:
    """Delete a sequence that nothing is numbered by."""
    return await SEQUENCES.remove(call, sequence, delete_sequence)
