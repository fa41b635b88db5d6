"""One action on many tickets: each for itself, in a transaction of its own, with an outcome of its own."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any, Final

import msgspec
import structlog
from starlette.responses import Response

from osticket_api.access.principal import Principal
from osticket_api.db.unit import Write
from osticket_api.errors import ApiError, Fault, Internal, Invalid
from osticket_api.features.tickets.action_requests import (
    Assign,
    ChangeOwner,
    ChangeStatus,
    Commented,
    MarkAs,
    Refer,
    Release,
    Transfer,
)
from osticket_api.features.tickets.changing import get_for_update
from osticket_api.features.tickets.relation_requests import DeleteTicket
from osticket_api.features.tickets.service.assignment import assign_to, claim
from osticket_api.features.tickets.service.delete import delete_ticket
from osticket_api.features.tickets.service.marks import mark
from osticket_api.features.tickets.service.owner import change_owner
from osticket_api.features.tickets.service.refer import refer
from osticket_api.features.tickets.service.release import release
from osticket_api.features.tickets.service.set_status import StatusChange, set_status
from osticket_api.features.tickets.service.transfer import transfer
from osticket_api.features.tickets.state import TicketState, refresh_index
from osticket_api.web.call import Call
from osticket_api.web.effects import visible_effects
from osticket_api.web.idempotency import IdempotencyGuard, fingerprint, key_of
from osticket_api.web.input import Input, is_dry_run, validated
from osticket_api.web.paging import Page
from osticket_api.web.units import conditional

_log = structlog.get_logger("bulk")

Verb = Callable[[Write, Principal, TicketState], object]
Unit = Callable[[Write], Response]


class BulkProblem(msgspec.Struct, omit_defaults=True):
    """An error, as in the envelope."""

    code: str
    message: str
    field: str | None = None
    detail: Any = None


class BulkOutcome(msgspec.Struct):
    """The outcome of one ticket. `status` is the HTTP status that the action alone would have answered."""

    ticket: int | str
    ok: bool
    status: int
    errors: list[BulkProblem] | None = None
    effects: list[Mapping[str, Any]] | msgspec.UnsetType = msgspec.UNSET
    """The effects of a dry run."""


@dataclass(frozen=True)
class Action:
    """An action, with the model of its body and the function that does it."""

    body: type[Input]
    verb: Callable[[Any], Verb]
    status: int = 200


def _assign(body: Assign) -> Verb:
    return partial(
        assign_to, staff_id=body.staff_id, team_id=body.team_id, comment=body.comment, keep_access=body.keep_access
    )


def _release(body: Release) -> Verb:
    return partial(release, staff=body.releases_staff, team=body.releases_team, comment=body.comment)


def _transfer(body: Transfer) -> Verb:
    return partial(transfer, department_id=body.department_id, comment=body.comment, keep_access=body.keep_access)


def _set_status(body: ChangeStatus) -> Verb:
    wanted = StatusChange(
        status_id=body.status_id, name=body.status, comment=body.comment, include_children=body.include_children
    )
    return partial(set_status, wanted=wanted)


ACTIONS: Final[Mapping[str, Action]] = {
    "assign": Action(Assign, _assign),
    "claim": Action(Commented, lambda body: partial(claim, comment=body.comment)),
    "delete": Action(DeleteTicket, lambda body: partial(delete_ticket, comment=body.comment), 204),
    "mark": Action(MarkAs, lambda body: partial(mark, how=body.how, comment=body.comment)),
    "owner": Action(ChangeOwner, lambda body: partial(change_owner, user_id=body.user_id)),
    "refer": Action(Refer, lambda body: partial(refer, **body.model_dump())),
    "release": Action(Release, _release),
    "status": Action(ChangeStatus, _set_status),
    "transfer": Action(Transfer, _transfer),
}
"""The actions, by the name of the route that does each of them to one ticket."""


@dataclass(frozen=True)
class Bulk:
    """An action with its parameters, and the tickets it is for."""

    tickets: Sequence[str]
    verb: Verb
    status: int


def to_bulk(tickets: Sequence[str], action: str, parameters: Mapping[str, Any]) -> Bulk:
    """Raises: Invalid naming the parameters at fault."""
    chosen = ACTIONS[action]
    try:
        body = validated(chosen.body, parameters)
    except Invalid as error:
        raise Invalid(*(_below_parameters(fault) for fault in error.faults)) from None
    return Bulk(tickets, chosen.verb(body), chosen.status)


def _below_parameters(fault: Fault) -> Fault:
    field = "parameters" if fault.field is None else f"parameters.{fault.field}"
    return Fault(fault.code, fault.message, field, fault.detail)


async def run(call: Call, bulk: Bulk) -> Page[BulkOutcome]:
    """Do it to one ticket after the other. A failure leaves that ticket as it was, and the others their turn.

    With an `Idempotency-Key` the request may be sent again, also after an interruption: what is done is not repeated.
    """
    is_tried_only = is_dry_run(call.request, has_query=False)
    key = key_of(call.request)
    guard = None if key is None or is_tried_only else await _guard(call, key)
    if guard is not None and await _is_replayed(call, guard):
        call.answer_headers["Idempotency-Replayed"] = "true"
    outcomes = []
    for place, reference in enumerate(bulk.tickets):
        work = conditional(call.request, partial(_act, call.principal, reference, bulk))
        attempt: Awaitable[Any]
        if is_tried_only:
            attempt = _effects(call, work)
        elif guard is not None:
            attempt = _guard_for(call, guard, place).answer(call.database, work)
        else:
            attempt = call.database.write(work)
        outcomes.append(await _outcome(reference, bulk.status, attempt, is_tried_only))
    extra = {"dry_run": True} if is_tried_only else {}
    return Page(outcomes, per_page=len(outcomes), total=len(outcomes), extra=extra)


async def _effects(call: Call, work: Unit) -> list[Mapping[str, Any]]:
    return visible_effects(call.principal, await call.database.dry_run(work, call.principal))


async def _guard(call: Call, key: str) -> IdempotencyGuard | None:
    if not call.database.has_own_tables:
        return None
    return IdempotencyGuard(call.principal, key, await fingerprint(call.request))


async def _is_replayed(call: Call, guard: IdempotencyGuard) -> bool:
    """Whether this request came before. Raises: Invalid when another one came with the same key."""
    marker = await guard.answer(call.database, lambda unit: Response())
    return "idempotency-replayed" in marker.headers


def _guard_for(call: Call, guard: IdempotencyGuard, place: int) -> IdempotencyGuard:
    """Guards one ticket's part of the request, in the ticket's own transaction."""
    return IdempotencyGuard(call.principal, f"{sha256(guard.key.encode()).hexdigest()}/{place}", guard.fingerprint)


def _act(caller: Principal, reference: str, bulk: Bulk, unit: Write) -> Response:
    ticket = get_for_update(unit, caller, reference)
    bulk.verb(unit, caller, ticket)
    refresh_index(unit)
    return Response(status_code=bulk.status)


async def _outcome(reference: str, status: int, attempt: Awaitable[Any], is_tried_only: bool) -> BulkOutcome:
    """The outcome of one ticket. In a dry run, `attempt` returns the effects."""
    ticket = int(reference) if reference.isdecimal() else reference
    error: ApiError
    try:
        result = await attempt
    except ApiError as known:
        error = known
    except Exception:
        _log.exception("action failed", ticket=reference)
        error = Internal.because("Something went wrong here.")
    else:
        return BulkOutcome(ticket, ok=True, status=status, effects=result if is_tried_only else msgspec.UNSET)
    problems = [BulkProblem(fault.code, fault.message, fault.field, fault.detail) for fault in error.faults]
    return BulkOutcome(ticket, ok=False, status=error.status, errors=problems)
