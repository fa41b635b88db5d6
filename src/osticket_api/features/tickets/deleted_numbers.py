"""Numbers of tickets that were deleted lately.

Old clients name a ticket by its number, and osTicket tries the id next: who sends a deletion again must not delete the
ticket whose id happens to be the number of the one that is gone.
"""

from typing import Final

from osticket_api.db.stored_responses import find_stored, store_response
from osticket_api.db.unit import Read, Write

_OWNER: Final = "deleted"


def remember_number(tx: Write, number: str) -> None:
    """Keep in mind that this number is a ticket's no longer."""
    if not tx.has_own_tables or not number:
        return
    store_response(tx, _OWNER, number)


def was_deleted(tx: Read, number: str) -> bool:
    """Whether a ticket of this number was deleted within a day."""
    return tx.has_own_tables and find_stored(tx, _OWNER, number) is not None
