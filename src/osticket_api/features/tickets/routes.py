"""Tickets over HTTP."""

from asyncio import to_thread

from osticket_api.access.field_rules import not_settable
from osticket_api.access.gate import admit_visitor
from osticket_api.access.principal import Anonymous, ApiKey, Principal, Staff, User
from osticket_api.access.rules import ANSWERS_TICKETS, FETCHES_FILES, OPENS_TICKETS, READS_TICKETS, SIGNED_IN, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Forbidden
from osticket_api.features.forms.api import FormSchema
from osticket_api.features.threads.api import (
    Attachment,
    AttachmentsQuery,
    CursorQuery,
    DetailQuery,
    Entry,
    Event,
    EventsQuery,
    ThreadQuery,
    TimelineItem,
)
from osticket_api.features.tickets import threads
from osticket_api.features.tickets.answer_files import get_form, open_answer_file
from osticket_api.features.tickets.changing import get_for_update, show, show_entry
from osticket_api.features.tickets.detail import get_detail, parse_include
from osticket_api.features.tickets.filters import TicketQuery
from osticket_api.features.tickets.lists import list_tickets
from osticket_api.features.tickets.printing import PDF, POLICY, PrintQuery, print_ticket, to_pdf, wanted_format
from osticket_api.features.tickets.reference import TicketRef
from osticket_api.features.tickets.relations import get_others
from osticket_api.features.tickets.requests import (
    MessageCreate,
    NoteCreate,
    NoteOfUpdate,
    ReplyCreate,
    TicketCreate,
    TicketUpdate,
)
from osticket_api.features.tickets.responses import TicketDetail, TicketSummary
from osticket_api.features.tickets.service.create import create_ticket
from osticket_api.features.tickets.service.message import Message, add_message
from osticket_api.features.tickets.service.new_ticket import Channel, NewTicket
from osticket_api.features.tickets.service.notes import Note, note
from osticket_api.features.tickets.service.reply import Reply, reply
from osticket_api.features.tickets.service.update import Update, update
from osticket_api.features.tickets.visitors import show_to_visitor
from osticket_api.web.call import Call
from osticket_api.web.captcha import Human
from osticket_api.web.file_urls import FileUrlsQuery, SignatureQuery, Urls
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Bytes, Created, Download
from osticket_api.web.router import Router

router = Router(tag="tickets", prefix="/tickets")

_ENTRY = "/tickets/{ticket}/thread/{id}"


@router.get("", access=READS_TICKETS)
def get_tickets(unit: Read, caller: Staff | User | ApiKey, query: TicketQuery) -> Page[TicketSummary]:
    """The tickets the caller may see, filtered, sorted, page by page."""
    return list_tickets(unit, caller, query)


@router.post("", access=OPENS_TICKETS)
def post_ticket(unit: Write, caller: Principal, body: TicketCreate, human: Human) -> Created[TicketDetail]:
    """Open a ticket: users their own, agents and keys one for a user.

    Visitors open tickets without signing in, where the help desk lets them. A link to the ticket reaches them by mail.

    Topic, department, priority, SLA, status and assignee follow osTicket's own order of precedence where they are
    not given: ticket filters, help topic, department, settings.
    """
    admit_visitor(unit, caller)
    ticket_id = create_ticket(unit, caller, _new_ticket(caller, body))
    if isinstance(caller, Anonymous):
        return Created(show_to_visitor(unit, ticket_id))
    return Created(get_detail(unit, caller, str(ticket_id), visible=True))


def _new_ticket(caller: Principal, body: TicketCreate) -> NewTicket:
    """The new ticket that the caller asks for. Raises: Forbidden naming the fields that the caller may not set."""
    forbidden = (_forbidden(caller) & body.model_fields_set) - _own_address(caller, body)
    if forbidden:
        raise Forbidden(*map(not_settable, sorted(forbidden)))
    values = body.model_dump(exclude={"attachments"})
    if isinstance(caller, User):
        values["user_id"] = caller.id
    return NewTicket(channel=_channel(caller), files=body.files(), **values)


def _own_address(caller: Principal, body: TicketCreate) -> frozenset[str]:
    """`email` where a user says what is known anyway, as a program does that opens tickets for everybody alike."""
    is_own = isinstance(caller, User) and body.email is not None and body.email.casefold() == caller.email.casefold()
    return frozenset({"email"} if is_own else ())


def _channel(caller: Principal) -> Channel:
    if isinstance(caller, Staff):
        return "staff"
    return "api" if isinstance(caller, ApiKey) else "web"


def _forbidden(caller: Principal) -> frozenset[str]:
    if isinstance(caller, User):
        return TicketCreate.NOT_FOR_USERS
    if isinstance(caller, Anonymous):
        return TicketCreate.NOT_FOR_VISITORS
    return TicketCreate.STAFF_ONLY if isinstance(caller, ApiKey) else frozenset()


@router.get("/{ticket}", access=READS_TICKETS)
def get_ticket_detail(
    unit: Read, caller: Staff | User | ApiKey, ticket: TicketRef, query: DetailQuery, urls: Urls
) -> TicketDetail:
    """A ticket by id, or by `number:<number>`."""
    return get_detail(unit, caller, ticket, parse_include(query.include), urls=urls)


@router.get("/{ticket}/form", access=SIGNED_IN)
def get_ticket_form(unit: Read, caller: Staff | User, ticket: TicketRef) -> FormSchema:
    """What can be changed in the answers of a ticket, as JSON Schema: of all forms that it was asked, whatever topic it
    has now.

    A property with `x-built-in` is a field of the ticket itself; all others go into `custom_fields`.
    """
    return get_form(unit, caller, ticket)


@router.patch("/{ticket}", access=SIGNED_IN)
def update_ticket(unit: Write, caller: Staff | User, ticket: TicketRef, body: TicketUpdate) -> TicketDetail:
    """Change a ticket. One field is osTicket's quick edit and counts as activity, several are its edit form.

    `department_id`, `staff_id`, `team_id` and `status_id` transfer, assign or release it and set its status, each with
    the permission, the event and the mails of that action; `parent` links it, and `note` is added last: all of them, or
    none. `include=allowed` tells which.
    Users change answers on their own tickets, as far as the forms let them, and reopen closed ones by `status_id`,
    where their status lets users do that.
    """
    parents = get_others(unit, caller, ticket, [body.parent], field="parent") if body.parent else []
    target = get_for_update(unit, caller, ticket)
    wanted = Update(
        fields=body.changes(),
        moves=body.moves(),
        comment=body.comment,
        parent=next(iter(parents), None),
        note=_note_of(body.note),
    )
    update(unit, caller, target, wanted)
    return show(unit, caller, target)


def _note_of(body: NoteOfUpdate | None) -> Note | None:
    if body is None:
        return None
    return Note(body=body.body, format=body.format, title=body.title, files=body.files("note.attachments"))


@router.post("/{ticket}/reply", access=STAFF, location=_ENTRY)
def post_reply(
    unit: Write, caller: Staff, ticket: TicketRef, body: ReplyCreate, query: FileUrlsQuery, urls: Urls
) -> Created[Entry]:
    """Answer the user. An unassigned ticket is claimed by the agent who answers, where the help desk is set up to do
    that.
    """
    target = get_for_update(unit, caller, ticket)
    new = Reply(
        body=body.body,
        format=body.format,
        reply_to=body.reply_to,
        collaborators=body.collaborators,
        status_id=body.status_id,
        canned_response_id=body.canned_response_id,
        files=body.files(),
        lock_code=body.lock_code,
        signature=body.signature,
        from_email_id=body.from_email_id,
        alert=body.alert,
    )
    posted = reply(unit, caller, target, new)
    return Created(show_entry(unit, caller, target, posted, urls), posted.warnings)


@router.post("/{ticket}/note", access=STAFF, location=_ENTRY)
def post_note(
    unit: Write, caller: Staff, ticket: TicketRef, body: NoteCreate, query: FileUrlsQuery, urls: Urls
) -> Created[Entry]:
    """Add an internal note. Every agent who sees the ticket may."""
    target = get_for_update(unit, caller, ticket)
    new = Note(
        body=body.body,
        format=body.format,
        title=body.title,
        status_id=body.status_id,
        files=body.files(),
        lock_code=body.lock_code,
        alert=body.alert,
    )
    posted = note(unit, caller, target, new)
    return Created(show_entry(unit, caller, target, posted, urls), posted.warnings)


@router.post("/{ticket}/message", access=ANSWERS_TICKETS, location=_ENTRY)
def post_message(
    unit: Write, caller: User, ticket: TicketRef, body: MessageCreate, query: FileUrlsQuery, urls: Urls
) -> Created[Entry]:
    """Write on a ticket as its user. A closed ticket is reopened where its status allows it."""
    target = get_for_update(unit, caller, ticket)
    posted = add_message(unit, caller, target, Message(body=body.body, format=body.format, files=body.files()))
    return Created(show_entry(unit, caller, target, posted, urls), posted.warnings)


@router.get("/{ticket}/thread", access=READS_TICKETS)
def get_thread(
    unit: Read, caller: Staff | User | ApiKey, ticket: TicketRef, query: ThreadQuery, urls: Urls
) -> Page[Entry]:
    """The conversation, oldest first. Users read no notes."""
    return threads.list_entries(unit, caller, ticket, query, urls)


@router.get("/{ticket}/thread/{entry}", access=READS_TICKETS)
def get_thread_entry(
    unit: Read, caller: Staff | User | ApiKey, ticket: TicketRef, entry: PathId, query: FileUrlsQuery, urls: Urls
) -> Entry:
    """One entry of a ticket's conversation."""
    return threads.get_entry(unit, caller, ticket, entry, urls)


@router.get("/{ticket}/events", access=READS_TICKETS)
def get_events(unit: Read, caller: Staff | User | ApiKey, ticket: TicketRef, query: EventsQuery) -> Page[Event]:
    """The events of the ticket, oldest first."""
    return threads.list_events(unit, caller, ticket, query)


@router.get("/{ticket}/timeline", access=READS_TICKETS)
def get_timeline(
    unit: Read, caller: Staff | User | ApiKey, ticket: TicketRef, query: CursorQuery, urls: Urls
) -> Page[TimelineItem]:
    """Entries and events in one order, oldest first: the conversation as a page shows it.

    `meta.next_cursor` and `meta.previous_cursor` lead on in both directions, null at the ends. `meta.after` as `after`
    gives only what has come since, so that a page can follow the conversation.
    """
    return threads.list_timeline(unit, caller, ticket, query, urls)


@router.get("/{ticket}/print", access=FETCHES_FILES)
async def get_print(call: Call, caller: Staff | User | ApiKey, ticket: TicketRef, query: PrintQuery) -> Download:
    """The ticket with its conversation for printing, as one page of HTML or as PDF. Without pictures.

    `format` says which, or else `Accept`, with its q-values; HTML is what comes where neither does. A ticket that is
    asked for with `urls=signed` has the address of this in `print_url`, without a header: `format` and `notes` are
    added to it.

    501 for PDF where the server lacks what makes it.
    """
    page = await call.database.read_anywhere(lambda unit: print_ticket(unit, caller, ticket, notes=query.notes))
    form = wanted_format(query, ",".join(call.request.headers.getlist("accept")))
    name = f"ticket-{ticket.removeprefix('number:')}.{form}"
    if form == "pdf":
        content = await to_thread(to_pdf, page)
        return Download(Bytes(content), name, PDF, is_made=True)
    return Download(Bytes(page.encode()), name, "text/html; charset=utf-8", is_made=True, policy=POLICY)


@router.get("/{ticket}/attachments", access=READS_TICKETS)
def get_attachments(
    unit: Read, caller: Staff | User | ApiKey, ticket: TicketRef, query: AttachmentsQuery, urls: Urls
) -> Page[Attachment]:
    """The files of the conversation."""
    return threads.list_attachments(unit, caller, ticket, query, urls)


@router.get("/{ticket}/attachments/{attachment}", access=FETCHES_FILES)
def get_attachment(
    unit: Read, caller: Staff | User | ApiKey, ticket: TicketRef, attachment: PathId, query: SignatureQuery
) -> Download:
    """A file's content, whole or in ranges."""
    return threads.open_attachment(unit, caller, ticket, attachment)


@router.get("/{ticket}/files/{file}", access=FETCHES_FILES)
def get_answer_file(
    unit: Read, caller: Staff | User | ApiKey, ticket: TicketRef, file: PathId, query: SignatureQuery
) -> Download:
    """A file in one of the ticket's custom fields, whole or in ranges."""
    return open_answer_file(unit, caller, ticket, file)
