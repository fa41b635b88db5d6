"""Changes over HTTP."""

import time

from osticket_api.access.rules import FOLLOWS_CHANGES
from osticket_api.errors import NotAvailable
from osticket_api.features.changes.following import changes_since
from osticket_api.features.changes.requests import ChangesQuery
from osticket_api.features.changes.responses import ResourceChange
from osticket_api.web.call import Call
from osticket_api.web.paging import Slice
from osticket_api.web.router import Router

router = Router(tag="stream")


@router.get("/changes", access=FOLLOWS_CHANGES)
async def get_changes(call: Call, query: ChangesQuery) -> Slice[ResourceChange]:
    """The resources that changed since a cursor, for a program that keeps a copy: each whole, as its list shows it now.

    Ask once without `since`, which gives a cursor and nothing else; then read the lists; then ask again and again with
    `since` set to `meta.next_cursor`. What was deleted or left the caller's sight comes with `is_deleted`. 410 says
    that the copy has to be made anew: the cursor is too old, or the caller may see other things than before. What is
    counted or merely noted, such as `ticket_counts` or `last_login_at`, makes no change by itself.
    """
    if not call.database.has_own_tables:
        raise NotAvailable.because("This server is attached read-only and keeps no feed.")
    changes = await call.database.read(changes_since, call.principal, query)
    if changes.items or not query.wait or query.since is None:
        return changes
    return await _wait(call, query, changes)


async def _wait(call: Call, query: ChangesQuery, changes: Slice[ResourceChange]) -> Slice[ResourceChange]:
    """Wait for the first changes, for as long as the caller asks."""
    until = time.monotonic() + query.wait
    while not changes.items and (left := until - time.monotonic()) > 0 and not call.hub.is_ending:
        number = int(changes.next_cursor.partition(".")[0])
        if changes.has_more or await call.hub.grown_beyond(number, left):
            onwards = query.model_copy(update={"since": changes.next_cursor})
            changes = await call.database.read(changes_since, call.principal, onwards)
    return changes
