"""Creating a ticket, in the order in which osTicket does it: the order decides which event comes first.

Source: tickets.md 1.2 to 1.14 and the golden cases of `ticket.create`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final, Literal

from sqlalchemy import Select, bindparam, exists, select

from osticket_api.access.field_rules import Limits, limits_on
from osticket_api.access.permissions import GlobalPermission, Permission
from osticket_api.access.principal import ApiKey, Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import OrganizationStatus, UserStatus
from osticket_api.db.unit import Read, Write
from osticket_api.errors import ApiError, Fault, Faults, Forbidden, Invalid
from osticket_api.events.recording import SYSTEM, TICKET_FILTER, record
from osticket_api.features.collaborators import api as collaborators
from osticket_api.features.filters import api as filters
from osticket_api.features.filters.api import FilterOutcome
from osticket_api.features.forms import api as forms
from osticket_api.features.sequences.api import draw
from osticket_api.features.slas.api import due_at
from osticket_api.features.threads.api import Author, NewEntry, add_entry, create_thread
from osticket_api.features.tickets.numbering import ticket_numbering
from osticket_api.features.tickets.service.assignees import Assignee, choose_assignee
from osticket_api.features.tickets.service.assignment import assign, assign_automatically
from osticket_api.features.tickets.service.canned_reply import add_canned_reply
from osticket_api.features.tickets.service.comments import add_note
from osticket_api.features.tickets.service.denials import TicketDenied, check_destination
from osticket_api.features.tickets.service.departments import check_in_sight
from osticket_api.features.tickets.service.drafts import discard_opening_drafts
from osticket_api.features.tickets.service.new_ticket import Channel, NewTicket
from osticket_api.features.tickets.service.open_limit import check_limit, log_limit
from osticket_api.features.tickets.service.opening_response import answer_as_opener
from osticket_api.features.tickets.service.routing import Routing, default_priority, find_topic, load_topic, route
from osticket_api.features.tickets.service.status import change_status, find_status
from osticket_api.features.tickets.state import TicketState, index_ticket, load_ticket
from osticket_api.features.users.api import KnownUser, create_user, find_named_user, find_user
from osticket_api.kit.addresses import is_email
from osticket_api.kit.names import shown
from osticket_api.mail import outbox

_OPTIONAL = (
    "department_id", "due_at", "priority_id", "sla_id", "source", "staff_id", "status_id", "team_id", "topic_id",
)  # fmt: skip
_TARGETS: Mapping[str, Literal["API", "Email"]] = {"api": "API", "mail": "Email"}
_ACTORS: Mapping[Channel, Literal["staff", "user", "api"]] = {
    "staff": "staff",
    "web": "user",
    "api": "api",
    "mail": "api",
}


def create_ticket(tx: Write, actor: Principal, new: NewTicket) -> int:
    """Create a ticket with its thread, answers, events and search rows. Returns its id.

    Raises: Invalid naming every field at fault, Forbidden for permissions, ban list and filters, Conflict when the
    user has as many open tickets as allowed.
    """
    faults = Faults()
    _check_agent(actor, new)
    limits_on(actor, "ticket", new.department_id).require_settable(_chosen(new))
    topic = find_topic(tx, new, faults)
    _check_references(tx, new, faults)
    known = _find_owner(tx, actor, new)
    _check_owner(tx, actor, new, known, faults)
    asked = forms.topic_forms(tx, topic.topic_id if topic else None)
    given = {**new.custom_fields, "subject": new.subject, "priority": default_priority(tx, new, topic)}
    answers = _answers(tx, actor, new, asked, given, faults, limits_on(actor, "ticket", new.department_id))
    user_answers = _user_answers(tx, actor, new, known, faults)
    faults.raise_if_any()
    outcome = _filter(tx, new, known, answers)
    if outcome.topic_id is not None and topic is None:
        topic = load_topic(tx, outcome.topic_id)
    known = _find_filtered(tx, new, outcome) if outcome.email else known
    owner = known or create_user(
        tx, email=outcome.email or new.email or "", name=outcome.name or new.name or "", answers=user_answers
    )
    check_limit(tx, new, owner)
    routing = route(tx, new, topic, outcome, owner)
    check_destination(actor, new, routing.department_id)
    if outcome.priority_id and (new.channel == "mail" or not new.priority_id):
        answers |= _priority_answer(tx, asked, outcome.priority_id)
    ticket = _insert(tx, actor, new, routing, asked, answers, owner)
    _invite(tx, actor, new, ticket, owner)
    _note_lost_files(tx, new, ticket)
    message_id = _add_first_message(tx, actor, new, ticket, owner)
    _tell_of_filters(tx, actor, ticket, outcome)
    _set_status(tx, actor, ticket, routing, new)
    _assign(tx, actor, ticket, routing, new)
    canned_id = None
    if outcome.canned_response_id is not None:
        canned_id = add_canned_reply(tx, actor, ticket, outcome.canned_response_id)
    outbox.post(
        tx,
        "ticket.created",
        actor,
        ticket_id=ticket.id,
        entry_id=message_id,
        response_id=canned_id,
        origin=new.channel,
        was={"staff_id": ticket.staff_id, "team_id": ticket.team_id, "status_id": ticket.status_id},
        alert=new.alert,
        autorespond=new.autorespond and outcome.auto_respond and new.channel != "staff",
        is_auto_reply=new.is_automatic,
        **log_limit(tx, owner),
    )
    if new.channel == "staff":
        answer_as_opener(tx, actor, ticket, new, message_id)
    discard_opening_drafts(tx, actor)
    index_ticket(tx, ticket.id)
    return ticket.id


def _check_agent(actor: Principal, new: NewTicket) -> None:
    """Check that an agent may open a ticket.

    In a department chosen by hand, the agent's role there counts. Source: tickets.md 1.14.
    """
    if isinstance(actor, ApiKey) and actor.agent is not None:
        actor = actor.agent
    if not isinstance(actor, Staff):
        return
    where = " in any department"
    if new.department_id is not None:
        if actor.limited_to is not None:  # Agents themselves open tickets in departments that they do not see, too.
            check_in_sight(actor, new.department_id)
        where = " in the chosen department"
    if not _has(actor, Permission.ticket_create, new.department_id):
        raise Forbidden.lacking(Permission.ticket_create, where)
    if (new.staff_id or new.team_id) and not _has(actor, Permission.ticket_assign, new.department_id):
        raise Forbidden.lacking(Permission.ticket_assign, where)


def _chosen(new: NewTicket) -> list[str]:
    """The fields that were given and could have been left out."""
    return [name for name in _OPTIONAL if getattr(new, name) is not None]


def _has(staff: Staff, permission: Permission, department_id: int | None) -> bool:
    if department_id is None:
        return staff.may_anywhere(permission)
    return permission in staff.permissions_in(department_id)


def _check_references(tx: Read, new: NewTicket, faults: Faults) -> None:
    """Whatever is named by id must be there."""
    columns = {
        "department_id": (t.department.c.id, new.department_id),
        "sla_id": (t.sla.c.id, new.sla_id),
        "priority_id": (t.ticket_priority.c.priority_id, new.priority_id),
        "status_id": (t.ticket_status.c.id, new.status_id),
    }
    for name, (column, wanted) in columns.items():
        if wanted is not None and not tx.scalar(select(exists().where(column == wanted))):
            faults.add(name, f"There is no {name.removesuffix('_id')} {wanted}.")
    if new.due_at is not None and new.due_at <= tx.now:
        faults.add("due_at", "The due date must lie in the future.")
    if new.subject.strip() == "":
        faults.add("subject", "subject is required.", code="required")
    if new.message_text.strip() == "" and "<img" not in new.message:
        faults.add("message", "message is required.", code="required")


def _find_owner(tx: Read, actor: Principal, new: NewTicket) -> KnownUser | None:
    if new.user_id is not None:
        return find_named_user(tx, actor, new.user_id)
    return find_user(tx, email=new.email) if new.email else None


def _check_owner(tx: Read, actor: Principal, new: NewTicket, known: KnownUser | None, faults: Faults) -> None:
    if new.user_id is not None and known is None:
        faults.add("user_id", f"There is no user {new.user_id}.")
    elif known is None and not new.email:
        field = "email" if new.channel == "web" else "user_id"
        faults.add(field, "Give the e-mail address of the ticket's owner.", code="required")
    elif known is None and not is_email(new.email or ""):
        faults.add("email", "This is not a valid e-mail address.")
    elif known is None and isinstance(actor, Staff) and not actor.may(GlobalPermission.user_create):
        raise Forbidden.lacking(GlobalPermission.user_create, ", since no user has this address")


def _user_answers(tx: Read, actor: Principal, new: NewTicket, known: KnownUser | None, faults: Faults) -> forms.Answers:
    """The contact form of somebody new. Faults name its fields as they were sent, in `user_fields`."""
    if known is not None:
        return {}
    given = {**new.user_fields, "email": new.email, "name": new.name or (new.email or "").partition("@")[0]}
    own = Faults()
    answers = _answers(tx, actor, new, [forms.load_form(tx, "U")], given, own, limits_on(actor, "user"))
    faults.found += [replace(each, field=(each.field or "").replace(*_AS_SENT)) for each in own.found]
    return answers


_AS_SENT: Final = ("custom_fields.", "user_fields.", 1)


def _answers(
    tx: Read,
    actor: Principal,
    new: NewTicket,
    asked: Sequence[forms.Form | forms.TopicForm],
    given: Mapping[str, Any],
    faults: Faults,
    limits: Limits,
) -> forms.Answers:
    # Nobody is there to be asked for what a mail does not say.
    faults_of_forms = Faults() if new.channel == "mail" else faults
    return forms.validate(
        tx, asked, given, actor=_ACTORS[new.channel], faults=faults_of_forms, caller=actor, limits=limits
    )


def _filter(tx: Read, new: NewTicket, known: KnownUser | None, answers: Mapping[int, Any]) -> FilterOutcome:
    """Apply the ban list and the filters. Raises: Forbidden when they refuse the ticket."""
    email = (known.email if known else new.email) or ""
    source = filters.FilterSource(
        name=known.name if known else new.name or "",
        email=email,
        subject=new.subject,
        body=new.message_text,
        reply_to=new.reply_address.address if new.reply_address else "",
        reply_to_name=new.reply_address.name if new.reply_address else "",
        addressee=new.recipient_text,
        fields={f"field.{field_id}": answer.search or answer.value or "" for field_id, answer in answers.items()},
    )
    outcome = filters.apply(tx, source, target=_TARGETS.get(new.channel, "Web"), email_id=new.email_id)
    if outcome.rejected:
        fault = Fault(
            "ticket_denied", "This help desk refuses this ticket, because of its address or of what is in it."
        )
        raise TicketDenied(fault, filter_name=outcome.rejected_by or "", email=email)
    return outcome


def _find_filtered(tx: Read, new: NewTicket, outcome: FilterOutcome) -> KnownUser | None:
    """Whose ticket it is where a filter took the address that answers shall go to."""
    if not is_email(outcome.email or ""):
        raise Invalid(Fault("invalid", "The address that answers shall go to is not a valid e-mail address.", "email"))
    return find_user(tx, email=outcome.email)


def _priority_answer(tx: Read, asked: Sequence[forms.TopicForm], priority_id: int) -> dict[int, forms.Answer]:
    """The ticket form's answer with the priority that a filter decided on."""
    fields = [field for each in asked if each.form.type == "T" and (field := each.form.field("priority"))]
    return {field.id: forms.parse(field, priority_id, forms.References(tx)) for field in fields}


def _insert(
    tx: Write,
    actor: Principal,
    new: NewTicket,
    routing: Routing,
    asked: Any,
    answers: Mapping[int, Any],
    owner: KnownUser,
) -> TicketState:
    """The ticket's row with thread, answers and the `created` event."""
    due = due_at(tx, sla_id=routing.sla_id, department_id=routing.department_id, start=tx.now, actor=actor)
    ticket_id = tx.insert(
        t.ticket,
        number=draw(tx, ticket_numbering(tx, routing.topic_id), t.ticket.c.number),
        user_id=owner.id,
        status_id=load_config(tx).number("default_ticket_status_id"),
        dept_id=routing.department_id,
        topic_id=routing.topic_id,
        sla_id=routing.sla_id,
        email_id=new.email_id,
        source=_source(new),
        ip_address=(tx.client_ip if new.ip is None else new.ip)[:64],
        duedate=new.due_at,
        est_duedate=due,
        lastupdate=tx.now,
        created=tx.now,
        updated=tx.now,
    )
    create_thread(tx, "T", ticket_id)
    forms.create_entries(tx, asked, object_type="T", object_id=ticket_id, answers=answers)
    ticket = load_ticket(tx, ticket_id)
    record(tx, "created", ticket.subject, actor, user_id=owner.id)
    return ticket


def _source(new: NewTicket) -> str:
    return new.source or {"staff": "Phone", "web": "Web", "api": "API", "mail": "Email"}[new.channel]


def _invite(tx: Write, actor: Principal, new: NewTicket, ticket: TicketState, owner: KnownUser) -> None:
    """Collaborators that were asked for, then those that the organization adds."""
    collaborators.add_named(tx, ticket.subject, actor, owner.id, new.collaborators)
    if owner.organization_id is None:
        return
    user = t.user.c
    status = tx.prepared_scalar(_select_organization_status(), {"organization_id": owner.organization_id}) or 0
    if not status & (OrganizationStatus.ADDS_MEMBERS | OrganizationStatus.ADDS_PRIMARY_CONTACTS):
        return
    members = select(user.id).where(user.org_id == owner.organization_id).order_by(user.id)
    if not status & OrganizationStatus.ADDS_MEMBERS:
        members = members.where(user.status.bitwise_and(UserStatus.PRIMARY_CONTACT) != 0)
    collaborators.add_all(tx, ticket.subject, actor, owner.id, tx.scalars(members))
    record(tx, "collab", ticket.subject, actor, data={"org": owner.organization_id})


@cache
def _select_organization_status() -> Select[tuple[int]]:
    organization = t.organization.c
    return select(organization.status).where(organization.id == bindparam("organization_id"))


def _note_lost_files(tx: Write, new: NewTicket, ticket: TicketState) -> None:
    """Leave a note about files that came with the ticket and were not stored.

    Source: tickets.md 1.15, golden case 024.
    """
    if new.lost_files:
        text = "\n".join(f"{name}: {reason}" for name, reason in new.lost_files)
        note = NewEntry(
            kind="N", author=Author(SYSTEM), body=text, format="text", title="File Import Error", ip="", signed_in=False
        )
        add_entry(tx, ticket.thread_id, note)


def _add_first_message(tx: Write, actor: Principal, new: NewTicket, ticket: TicketState, owner: KnownUser) -> int:
    """The message that opens the thread. What agents open is addressed to the owner too."""
    is_staff = new.channel == "staff"
    addressed = collaborators.recipients(
        tx, ticket.thread_id, owner, new.reply_to if is_staff else "all", without=None if is_staff else owner.id
    )
    author = Author(shown(owner.name, load_config(tx).text("client_name_format")), user_id=owner.id)
    entry = NewEntry(
        kind="M",
        author=author,
        body=new.message,
        format=new.format,
        title=new.subject,
        source="" if new.channel == "web" else _source(new),
        ip=new.ip,
        recipients=new.addressees or addressed,
        files=new.files,
        limits_files=new.channel != "mail",
        sender=actor,
        is_original=True,
        signed_in=new.channel in ("staff", "web"),
    )
    return add_entry(tx, ticket.thread_id, entry)


def _tell_of_filters(tx: Write, actor: Principal, ticket: TicketState, outcome: FilterOutcome) -> None:
    for matched in outcome.matched:
        for edit in matched.edits:
            record(tx, "edited", ticket.subject, actor, data=edit, label=TICKET_FILTER)
    for wanted in outcome.mails_wanted:
        outbox.post(tx, "filter.mail", actor, ticket_id=ticket.id, **_filter_mail(wanted.configuration))


def _filter_mail(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the mail that a filter's `email` action sends. Source: mail.md 1.9"""
    sender = str(configuration.get("from") or "")
    return {
        "from_email_id": int(sender) if sender.isdecimal() else None,
        "recipients": configuration.get("recipients"),
        "subject": configuration.get("subject"),
        "message": configuration.get("message"),
    }


def _set_status(tx: Write, actor: Principal, ticket: TicketState, routing: Routing, new: NewTicket) -> None:
    """A status other than the default one, through all its rules; one that is refused leaves the default."""
    status = find_status(tx, routing.status_id)
    if status is None or status.id == ticket.status_id:
        return
    try:
        change_status(tx, actor, ticket, status, closing_agent=new.channel == "staff")
    except ApiError:
        if new.status_id is not None:
            raise


def _assign(tx: Write, actor: Principal, ticket: TicketState, routing: Routing, new: NewTicket) -> None:
    """Give the ticket to whom the agent named, else to whom filters, topic and organization say."""
    wanted: Assignee | None = None
    if new.channel == "staff" and (new.staff_id or new.team_id):
        wanted = choose_assignee(tx, actor, staff_id=new.staff_id, team_id=new.team_id)
    if ticket.is_open and wanted is not None:
        assign(tx, actor, ticket, wanted, comment=new.note)
    elif ticket.is_open:
        staff_id, team_id = new.staff_id or routing.staff_id, new.team_id or routing.team_id
        assign_automatically(tx, actor, ticket, staff_id=staff_id, team_id=team_id)
    if new.note and wanted is None:
        add_note(tx, actor, ticket, new.note, title="New Ticket")
