"""Whose an address is: an agent's, the help desk's own.

Tables compare without regard to accents and, on MySQL, to blanks at the end; an address is somebody's only where it is
the same but for the case of ASCII letters.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, select

from osticket_api.db import tables as t
from osticket_api.db.identity import row_named
from osticket_api.db.unit import Read
from osticket_api.kit.identity import is_same


def find_agent(tx: Read, address: str) -> Row[Any] | None:
    """The agent with this address."""
    staff = t.staff.c
    return row_named(tx, select(staff.staff_id, staff.firstname, staff.lastname), staff.email, address)


def get_agent(tx: Read, staff_id: int) -> Row[Any] | None:
    staff = t.staff.c
    return tx.row(select(staff.staff_id, staff.firstname, staff.lastname).where(staff.staff_id == staff_id))


def own_mailboxes(tx: Read, addresses: Collection[str]) -> list[Row[Any]]:
    """The help desk's own mailboxes among these addresses, in the order of the addresses."""
    if not addresses:
        return []
    mailboxes = tx.rows(select(t.email).order_by(t.email.c.email_id))
    found = (row for address in addresses for row in mailboxes if is_same(row.email, address))
    return list(dict.fromkeys(found))


def default_mailbox(tx: Read, mailbox_id: int) -> Row[Any] | None:
    return tx.row(select(t.email).where(t.email.c.email_id == mailbox_id))
