"""Tickets over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.principal import ApiKey, Principal, Staff, User
from osticket_api.access.rules import CREATES_TICKETS, SIGNED_IN, STAFF, USER
from osticket_api.db.engine import Write
from osticket_api.errors import Fault, Forbidden
from osticket_api.features.files.download import Download
from osticket_api.features.threads.posting import posted
from osticket_api.features.threads.schemas import DetailQuery, PageQuery, ThreadQuery
from osticket_api.features.threads.shapes import Attachment, Entry, Event
from osticket_api.features.tickets import threads
from osticket_api.features.tickets.acting import on_ticket, to_thread
from osticket_api.features.tickets.detail import get_detail, parse_include, plain
from osticket_api.features.tickets.filters import TicketQuery
from osticket_api.features.tickets.lists import list_tickets
from osticket_api.features.tickets.schemas import (
    MessageCreate,
    NoteCreate,
    ReplyCreate,
    TicketCreate,
    TicketUpdate,
)
from osticket_api.features.tickets.service.create import create_ticket
from osticket_api.features.tickets.service.edit import edit_ticket
from osticket_api.features.tickets.service.edit_own import edit_own_ticket
from osticket_api.features.tickets.service.message import Message, add_message
from osticket_api.features.tickets.service.new_ticket import Channel, NewTicket
from osticket_api.features.tickets.service.notes import Note, note
from osticket_api.features.tickets.service.reply import Reply, reply
from osticket_api.features.tickets.shapes import Ticket, TicketDetail
from osticket_api.web.call import CallDependency
from osticket_api.web.download import download
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="tickets", prefix="/tickets")


def _url(ticket: str | int) -> str:
    return f"/api/v2/tickets/{ticket}"


@router.read("", access=SIGNED_IN, returns=Page[Ticket])
async def get_tickets(call: CallDependency, query: Annotated[TicketQuery, query(TicketQuery)]) -> Response:
    """The tickets the caller may see, filtered, sorted, page by page."""
    page = await call.read(list_tickets, query)
    return call.listed(page, select_fields(page.items, Ticket, query.fields))


@router.create("", access=CREATES_TICKETS, returns=TicketDetail)
async def post_ticket(
    call: CallDependency, body: Annotated[TicketCreate, payload(TicketCreate, multipart=True)]
) -> Response:
    """Open a ticket: one's own, or as an agent or key for a user.

    Topic, department, priority, SLA, status and assignee follow osTicket's own order of precedence where they are
    not given: ticket filters, help topic, department, settings.
    """

    def answer(detail: TicketDetail) -> Response:
        return call.one(detail, status=201, location=_url(detail.id))

    return await call.change(answer, _create, _new_ticket(call.principal, body))


def _create(tx: Write, principal: Principal, new: NewTicket) -> TicketDetail:
    ticket_id = create_ticket(tx, principal, new)
    return get_detail(tx, principal, str(ticket_id), visible=True)


def _new_ticket(principal: Principal, body: TicketCreate) -> NewTicket:
    """What the caller asks for, as far as they may. Raises: Forbidden naming the fields that are not theirs."""
    forbidden = _forbidden(principal) & body.model_fields_set
    if forbidden:
        raise Forbidden(
            *(Fault("field_not_allowed", f"{name} is not yours to set.", name) for name in sorted(forbidden))
        )
    values = body.model_dump(exclude={"attachments"})
    if isinstance(principal, User):
        values["user_id"] = principal.id
    return NewTicket(channel=_channel(principal), files=body.files(), **values)


def _channel(principal: Principal) -> Channel:
    if isinstance(principal, Staff):
        return "staff"
    return "web" if isinstance(principal, User) else "api"


def _forbidden(principal: Principal) -> frozenset[str]:
    if isinstance(principal, User):
        return TicketCreate.NOT_FOR_USERS
    return TicketCreate.STAFF_ONLY if isinstance(principal, ApiKey) else frozenset()


@router.read("/{ticket}", access=SIGNED_IN, returns=TicketDetail)
async def get_ticket_detail(
    call: CallDependency, ticket: str, query: Annotated[DetailQuery, query(DetailQuery)]
) -> Response:
    """A ticket by id, or by `number:<number>`."""
    detail = await call.read(get_detail, ticket, parse_include(query.include))
    shown = select_fields([detail], TicketDetail, query.fields)[0]
    return call.one(shown, state=plain(detail) if query.include or query.fields else None)


@router.update("/{ticket}", access=SIGNED_IN, returns=TicketDetail)
async def update_ticket(
    call: CallDependency, ticket: str, body: Annotated[TicketUpdate, payload(TicketUpdate)]
) -> Response:
    """Change a ticket. One field is osTicket's quick edit and counts as activity, several are its edit form.

    Users change answers on their own tickets, as far as the forms let them.
    """
    edit = edit_own_ticket if isinstance(call.principal, User) else edit_ticket
    return await call.change(call.one, on_ticket, call.precondition, ticket, edit, body.changes(), body.comment)


@router.create("/{ticket}/reply", access=STAFF, returns=Entry)
async def post_reply(
    call: CallDependency, ticket: str, body: Annotated[ReplyCreate, payload(ReplyCreate, multipart=True)]
) -> Response:
    """Answer the user. An unassigned ticket goes to whoever answers, where the help desk is set so."""
    new = Reply(
        body=body.body,
        format=body.format,
        reply_to=body.reply_to,
        collaborators=body.collaborators,
        status_id=body.status_id,
        canned_response_id=body.canned_response_id,
        files=body.files(),
    )
    return await call.change(posted(call, _url(ticket)), to_thread, call.precondition, ticket, reply, new)


@router.create("/{ticket}/note", access=STAFF, returns=Entry)
async def post_note(
    call: CallDependency, ticket: str, body: Annotated[NoteCreate, payload(NoteCreate, multipart=True)]
) -> Response:
    """Add an internal note. Every agent who sees the ticket may."""
    new = Note(body=body.body, format=body.format, title=body.title, status_id=body.status_id, files=body.files())
    return await call.change(posted(call, _url(ticket)), to_thread, call.precondition, ticket, note, new)


@router.create("/{ticket}/message", access=USER, returns=Entry)
async def post_message(
    call: CallDependency, ticket: str, body: Annotated[MessageCreate, payload(MessageCreate, multipart=True)]
) -> Response:
    """Write on a ticket as its user. A closed ticket is reopened where its status allows it."""
    new = Message(body=body.body, format=body.format, files=body.files())
    return await call.change(posted(call, _url(ticket)), to_thread, call.precondition, ticket, add_message, new)


@router.read("/{ticket}/thread", access=SIGNED_IN, returns=Page[Entry])
async def get_thread(call: CallDependency, ticket: str, query: Annotated[ThreadQuery, query(ThreadQuery)]) -> Response:
    """The conversation, oldest first. Users read no notes."""
    return call.listed(await call.read(threads.list_entries, ticket, query))


@router.read("/{ticket}/thread/{entry}", access=SIGNED_IN, returns=Entry)
async def get_thread_entry(call: CallDependency, ticket: str, entry: PathId) -> Response:
    """One entry of the conversation."""
    return call.one(await call.read(threads.get_entry, ticket, entry))


@router.read("/{ticket}/events", access=SIGNED_IN, returns=Page[Event])
async def get_events(call: CallDependency, ticket: str, query: Annotated[PageQuery, query(PageQuery)]) -> Response:
    """What happened to the ticket, oldest first."""
    return call.listed(await call.read(threads.list_events, ticket, query))


@router.read("/{ticket}/attachments", access=SIGNED_IN, returns=Page[Attachment])
async def get_attachments(call: CallDependency, ticket: str, query: Annotated[PageQuery, query(PageQuery)]) -> Response:
    """The files of the conversation."""
    return call.listed(await call.read(threads.list_attachments, ticket, query))


@router.read("/{ticket}/attachments/{attachment}", access=SIGNED_IN, returns=bytes)
async def get_attachment(call: CallDependency, ticket: str, attachment: PathId) -> Response:
    """A file's content, whole or in ranges."""
    found, content = await call.read(threads.open_attachment, ticket, attachment)
    return download(call, Download(call.database, content), name=found.name, content_type=found.content_type)
