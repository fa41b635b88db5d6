"""Actions on a ticket over HTTP: whose it is, where it is, what state it is in, who has read it."""

from osticket_api.access.principal import Staff, User
from osticket_api.access.rules import SIGNED_IN, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.threads.api import PageQuery
from osticket_api.features.tickets.action_requests import (
    Assign,
    ChangeOwner,
    ChangeStatus,
    Commented,
    MarkAs,
    ReadUpTo,
    Refer,
    Release,
    Transfer,
)
from osticket_api.features.tickets.action_responses import OwnLock, Referral
from osticket_api.features.tickets.changing import get_for_update, show
from osticket_api.features.tickets.choices import AssigneeChoice, AssigneesQuery, list_assignees
from osticket_api.features.tickets.read_marks import ReadMark, mark_read, mark_unread
from osticket_api.features.tickets.reference import TicketRef
from osticket_api.features.tickets.referrals import list_referrals
from osticket_api.features.tickets.responses import TicketDetail
from osticket_api.features.tickets.service.assignment import assign_to, claim
from osticket_api.features.tickets.service.locks import acquire_lock, drop_lock
from osticket_api.features.tickets.service.marks import mark
from osticket_api.features.tickets.service.owner import change_owner
from osticket_api.features.tickets.service.refer import refer, remove_referral
from osticket_api.features.tickets.service.release import release
from osticket_api.features.tickets.service.set_status import StatusChange, set_status
from osticket_api.features.tickets.service.transfer import transfer
from osticket_api.features.tickets.state import refresh_index
from osticket_api.web.input import OptionalBody, PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Done
from osticket_api.web.router import Router

router = Router(tag="ticket actions", prefix="/tickets")


@router.get("/{ticket}/assignees", access=STAFF)
def get_assignees(unit: Read, caller: Staff, ticket: TicketRef, query: AssigneesQuery) -> Page[AssigneeChoice]:
    """The agents and teams that the caller can give the ticket to, with their load; those who are away come last."""
    return list_assignees(unit, caller, ticket, query)


@router.post("/{ticket}/assign", access=STAFF)
def post_assign(unit: Write, caller: Staff, ticket: TicketRef, body: Assign) -> TicketDetail:
    """Assign the ticket to an agent or a team. A closed ticket is reopened, which may give it to another agent."""
    target = get_for_update(unit, caller, ticket)
    assign_to(
        unit, caller, target,
        staff_id=body.staff_id, team_id=body.team_id, comment=body.comment, keep_access=body.keep_access,
    )  # fmt: skip
    return show(unit, caller, target)


@router.post("/{ticket}/claim", access=STAFF)
def post_claim(unit: Write, caller: Staff, ticket: TicketRef, body: OptionalBody[Commented]) -> TicketDetail:
    """Take an open ticket that no agent has. Of two who try at once, one gets it, the other 409."""
    target = get_for_update(unit, caller, ticket)
    claim(unit, caller, target, comment=body.comment)
    return show(unit, caller, target)


@router.post("/{ticket}/release", access=STAFF)
def post_release(unit: Write, caller: Staff, ticket: TicketRef, body: OptionalBody[Release]) -> TicketDetail:
    """Unassign the ticket from its agent, its team, or both."""
    target = get_for_update(unit, caller, ticket)
    release(unit, caller, target, staff=body.releases_staff, team=body.releases_team, comment=body.comment)
    return show(unit, caller, target)


@router.post("/{ticket}/transfer", access=STAFF)
def post_transfer(unit: Write, caller: Staff, ticket: TicketRef, body: Transfer) -> TicketDetail:
    """Move the ticket to another department. A closed ticket is reopened there."""
    target = get_for_update(unit, caller, ticket)
    transfer(unit, caller, target, body.department_id, comment=body.comment, keep_access=body.keep_access)
    return show(unit, caller, target)


@router.post("/{ticket}/refer", access=STAFF)
def post_refer(unit: Write, caller: Staff, ticket: TicketRef, body: Refer) -> TicketDetail:
    """Refer the ticket to an agent, a team or a department, who then see the ticket."""
    target = get_for_update(unit, caller, ticket)
    refer(
        unit, caller, target,
        staff_id=body.staff_id, team_id=body.team_id, department_id=body.department_id, comment=body.comment,
    )  # fmt: skip
    return show(unit, caller, target)


@router.get("/{ticket}/referrals", access=STAFF)
def get_referrals(unit: Read, caller: Staff, ticket: TicketRef, query: PageQuery) -> Page[Referral]:
    """The agents, teams and departments to whom the ticket is referred, oldest first."""
    return list_referrals(unit, caller, ticket, query)


@router.delete("/{ticket}/referrals/{referral}", access=STAFF)
def delete_referral(unit: Write, caller: Staff, ticket: TicketRef, referral: PathId) -> None:
    """Remove a referral."""
    target = get_for_update(unit, caller, ticket)
    remove_referral(unit, caller, target, referral)
    refresh_index(unit)


@router.post("/{ticket}/status", access=STAFF)
def post_status(unit: Write, caller: Staff, ticket: TicketRef, body: ChangeStatus) -> Done[TicketDetail] | None:
    """Close, reopen, or move between statuses. A status that means deletion deletes the ticket and answers 204.

    409 names everything that stands in the way of closing. Children whose status cannot be set are reported as
    warnings.
    """
    target = get_for_update(unit, caller, ticket)
    wanted = StatusChange(
        status_id=body.status_id, name=body.status, comment=body.comment, include_children=body.include_children
    )
    outcome = set_status(unit, caller, target, wanted)
    refresh_index(unit)
    return None if outcome.is_deleted else Done(show(unit, caller, target), outcome.warnings)


@router.post("/{ticket}/owner", access=STAFF)
def post_owner(unit: Write, caller: Staff, ticket: TicketRef, body: ChangeOwner) -> TicketDetail:
    """Make another user the owner of the ticket."""
    target = get_for_update(unit, caller, ticket)
    change_owner(unit, caller, target, body.user_id)
    return show(unit, caller, target)


@router.post("/{ticket}/mark", access=STAFF)
def post_mark(unit: Write, caller: Staff, ticket: TicketRef, body: MarkAs) -> TicketDetail:
    """Mark the ticket answered, unanswered or overdue. Only the department's manager may mark it overdue."""
    target = get_for_update(unit, caller, ticket)
    mark(unit, caller, target, body.how, comment=body.comment)
    return show(unit, caller, target)


@router.post("/{ticket}/lock", access=STAFF)
def post_lock(unit: Write, caller: Staff, ticket: TicketRef) -> OwnLock:
    """Lock the ticket for a few minutes, or renew one's own lock. 423 names the agent who has the lock otherwise."""
    return acquire_lock(unit, caller, get_for_update(unit, caller, ticket))


@router.delete("/{ticket}/lock", access=STAFF)
def delete_lock(unit: Write, caller: Staff, ticket: TicketRef) -> None:
    """Give up one's own lock."""
    drop_lock(unit, caller, get_for_update(unit, caller, ticket))


@router.post("/{ticket}/read", access=SIGNED_IN)
def post_read(unit: Write, caller: Staff | User, ticket: TicketRef, body: OptionalBody[ReadUpTo]) -> ReadMark:
    """Mark the ticket as read by the caller, up to `entry_id` or as a whole. Nobody else sees the mark.

    A ticket is unread as soon as somebody else has written what the caller may read.
    """
    return mark_read(unit, caller, ticket, body.entry_id)


@router.post("/{ticket}/unread", access=SIGNED_IN)
def post_unread(unit: Write, caller: Staff | User, ticket: TicketRef, body: OptionalBody[ReadUpTo]) -> ReadMark:
    """Mark the ticket as unread by the caller, from `entry_id` on or as a whole."""
    return mark_unread(unit, caller, ticket, body.entry_id)
