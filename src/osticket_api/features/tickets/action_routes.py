"""Actions on a ticket over HTTP: whose it is, where it is, what state it is in."""

from collections.abc import Callable
from typing import Annotated

from starlette.responses import Response

from osticket_api.access.principal import Principal
from osticket_api.access.rules import STAFF
from osticket_api.db.engine import Write
from osticket_api.features.threads.schemas import PageQuery
from osticket_api.features.tickets.acting import find_to_change, on_ticket
from osticket_api.features.tickets.action_schemas import (
    Assign,
    ChangeOwner,
    ChangeStatus,
    Commented,
    MarkAs,
    Refer,
    Release,
    Transfer,
)
from osticket_api.features.tickets.action_shapes import OwnLock, Referral
from osticket_api.features.tickets.detail import get_detail
from osticket_api.features.tickets.referrals import list_referrals
from osticket_api.features.tickets.service.assignment import assign_to, claim
from osticket_api.features.tickets.service.locks import acquire_lock, drop_lock
from osticket_api.features.tickets.service.marks import mark
from osticket_api.features.tickets.service.owner import change_owner
from osticket_api.features.tickets.service.refer import refer, remove_referral
from osticket_api.features.tickets.service.release import release
from osticket_api.features.tickets.service.set_status import StatusChange, StatusOutcome, set_status
from osticket_api.features.tickets.service.transfer import transfer
from osticket_api.features.tickets.shapes import TicketDetail
from osticket_api.features.tickets.state import refresh_index
from osticket_api.web.call import Call, CallDependency, Precondition
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="ticket actions", prefix="/tickets")


@router.act("/{ticket}/assign", access=STAFF, returns=TicketDetail)
async def post_assign(call: CallDependency, ticket: str, body: Annotated[Assign, payload(Assign)]) -> Response:
    """Give the ticket to an agent or a team. A closed ticket is reopened, which decides anew which agent has it."""
    return await call.change(
        call.one, on_ticket, call.precondition, ticket, assign_to,
        staff_id=body.staff_id, team_id=body.team_id, comment=body.comment, keep_access=body.keep_access,
    )  # fmt: skip


@router.act("/{ticket}/claim", access=STAFF, returns=TicketDetail)
async def post_claim(
    call: CallDependency, ticket: str, body: Annotated[Commented, payload(Commented, optional=True)]
) -> Response:
    """Take an open ticket that no agent has. Of two who try at once, one gets it, the other 409."""
    return await call.change(call.one, on_ticket, call.precondition, ticket, claim, comment=body.comment)


@router.act("/{ticket}/release", access=STAFF, returns=TicketDetail)
async def post_release(
    call: CallDependency, ticket: str, body: Annotated[Release, payload(Release, optional=True)]
) -> Response:
    """Take the ticket from its agent, its team, or both."""
    return await call.change(
        call.one, on_ticket, call.precondition, ticket, release,
        staff=body.releases_staff, team=body.releases_team, comment=body.comment,
    )  # fmt: skip


@router.act("/{ticket}/transfer", access=STAFF, returns=TicketDetail)
async def post_transfer(call: CallDependency, ticket: str, body: Annotated[Transfer, payload(Transfer)]) -> Response:
    """Move the ticket to another department. A closed ticket is reopened there."""
    return await call.change(
        call.one, on_ticket, call.precondition, ticket, transfer, body.department_id,
        comment=body.comment, keep_access=body.keep_access,
    )  # fmt: skip


@router.act("/{ticket}/refer", access=STAFF, returns=TicketDetail)
async def post_refer(call: CallDependency, ticket: str, body: Annotated[Refer, payload(Refer)]) -> Response:
    """Let an agent, a team or a department see the ticket who would not otherwise."""
    return await call.change(
        call.one, on_ticket, call.precondition, ticket, refer,
        staff_id=body.staff_id, team_id=body.team_id, department_id=body.department_id, comment=body.comment,
    )  # fmt: skip


@router.read("/{ticket}/referrals", access=STAFF, returns=Page[Referral])
async def get_referrals(call: CallDependency, ticket: str, query: Annotated[PageQuery, query(PageQuery)]) -> Response:
    """Whom the ticket is referred to, oldest first."""
    return call.listed(await call.read(list_referrals, ticket, query))


@router.remove("/{ticket}/referrals/{referral}", access=STAFF)
async def delete_referral(call: CallDependency, ticket: str, referral: PathId) -> Response:
    """Take a referral back."""
    return await call.change(_done(call), on_ticket, call.precondition, ticket, remove_referral, referral)


@router.act("/{ticket}/status", access=STAFF, returns=TicketDetail)
async def post_status(
    call: CallDependency, ticket: str, body: Annotated[ChangeStatus, payload(ChangeStatus)]
) -> Response:
    """Close, reopen, or move between statuses. A status that means deletion deletes the ticket and answers 204.

    409 names everything that stands in the way of closing. Children that keep their status are told as warnings.
    """
    wanted = StatusChange(
        status_id=body.status_id, name=body.status, comment=body.comment, include_children=body.include_children
    )
    return await call.change(_changed_status(call), _set_status, call.precondition, ticket, wanted)


def _set_status(
    tx: Write, principal: Principal, precondition: Precondition, reference: str, wanted: StatusChange
) -> tuple[StatusOutcome, TicketDetail | None]:
    ticket = find_to_change(tx, principal, precondition, reference)
    outcome = set_status(tx, principal, ticket, wanted)
    refresh_index(tx)
    return outcome, None if outcome.is_deleted else get_detail(tx, principal, str(ticket.id), visible=True)


def _changed_status(call: Call) -> Callable[[tuple[StatusOutcome, TicketDetail | None]], Response]:
    def answer(changed: tuple[StatusOutcome, TicketDetail | None]) -> Response:
        outcome, detail = changed
        if detail is None:
            return call.nothing()
        return call.one(detail, meta={"warnings": outcome.warnings} if outcome.warnings else None)

    return answer


@router.act("/{ticket}/owner", access=STAFF, returns=TicketDetail)
async def post_owner(call: CallDependency, ticket: str, body: Annotated[ChangeOwner, payload(ChangeOwner)]) -> Response:
    """Make another user the one who asks."""
    return await call.change(call.one, on_ticket, call.precondition, ticket, change_owner, body.user_id)


@router.act("/{ticket}/mark", access=STAFF, returns=TicketDetail)
async def post_mark(call: CallDependency, ticket: str, body: Annotated[MarkAs, payload(MarkAs)]) -> Response:
    """Mark the ticket answered, unanswered or overdue; the last is for the department's manager."""
    return await call.change(call.one, on_ticket, call.precondition, ticket, mark, body.how, comment=body.comment)


@router.act("/{ticket}/lock", access=STAFF, returns=OwnLock)
async def post_lock(call: CallDependency, ticket: str) -> Response:
    """Lock the ticket for a few minutes, or make one's own lock last again. 423 says who has it otherwise."""
    return await call.change(call.one, _lock, call.precondition, ticket)


def _lock(tx: Write, principal: Principal, precondition: Precondition, reference: str) -> OwnLock:
    return acquire_lock(tx, principal, find_to_change(tx, principal, precondition, reference))


@router.remove("/{ticket}/lock", access=STAFF)
async def delete_lock(call: CallDependency, ticket: str) -> Response:
    """Give up one's own lock."""
    return await call.change(_done(call), on_ticket, call.precondition, ticket, drop_lock)


def _done(call: Call) -> Callable[[object], Response]:
    return lambda _: call.nothing()
