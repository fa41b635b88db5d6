"""Run the unit of work of a request: read or write, with `If-Match` and `Idempotency-Key`."""

from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from osticket_api.access.field_rules import hide_from
from osticket_api.db.precondition import Precondition
from osticket_api.db.unit import Write
from osticket_api.errors import ApiError, Forbidden, NotFound, Unauthenticated
from osticket_api.web.call import Call
from osticket_api.web.idempotency import IdempotencyGuard, fingerprint

Work = Callable[[Write], Response]

_TOLD_FIRST = (Unauthenticated, Forbidden, NotFound)
"""Errors that come before 412: a caller who may not change a resource gets 403 or 404."""


def conditional(request: Request, work: Callable[[Write], Any]) -> Callable[[Write], Any]:
    """Check `If-Match` during the work, and refuse at its end. Raises: Stale."""
    if_match = request.headers.get("if-match")
    if if_match is None:
        return work

    def held(unit: Write) -> Any:
        unit.precondition = Precondition(if_match, partial(hide_from, request.state.principal))
        try:
            result = work(unit)
        except _TOLD_FIRST:
            raise
        except ApiError:
            unit.precondition.raise_if_stale()
            raise
        unit.precondition.raise_if_stale()
        return result

    return held


async def write_once(call: Call, work: Work, key: str | None) -> Response:
    """Run the work in one transaction. A request with a known `Idempotency-Key` gets the stored response again.

    The response is encoded inside the transaction, so that it is stored together with the change.
    """
    if key is None or not call.database.has_own_tables:
        return await call.database.write(work)
    sent = await fingerprint(call.request, call.body_digest)
    return await IdempotencyGuard(call.principal, key, sent).answer(call.database, work)
