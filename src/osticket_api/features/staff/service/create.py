"""Adding an agent.

What is asked for is written: osTicket makes a locked agent an active one, and a hidden one visible.
Source: people.md 0.1, 3.2, golden cases 299, 300, 377.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict
from osticket_api.features.auth.api import mail_to_agent
from osticket_api.features.staff.service.identity import check_free, check_identity, username_taken
from osticket_api.features.staff.service.memberships import set_memberships
from osticket_api.features.staff.service.passwords import new_password
from osticket_api.features.staff.service.places import check_places
from osticket_api.features.staff.service.rights import rights
from osticket_api.features.staff.service.state import as_columns


def add_staff(tx: Write, actor: Principal, given: Mapping[str, Any], password_hash: str | None) -> int:
    """Add an agent. Without a password they can sign in only when they have chosen one. Returns the id.

    Raises: Invalid, Conflict naming the agent who has the user name or the address.
    """
    check_places(tx, given)
    check_identity(tx, actor, given)
    staff_id = _insert(tx, given, password_hash)
    if given.get("send_email"):
        mail_to_agent(tx, actor, "registration-staff", staff_id)
    return staff_id


def add_vouched_for(tx: Write, given: Mapping[str, Any]) -> int:
    """Add an agent whom an identity provider vouches for, without a password. Returns the id.

    Raises: Invalid, Conflict where the user name or the address is taken, without telling by whom.
    """
    check_places(tx, given)
    check_free(tx, given["username"], given["email"])
    return _insert(tx, given, None)


def _insert(tx: Write, given: Mapping[str, Any], password_hash: str | None) -> int:
    must_change = given.get("must_change_password", False)
    values = {"signature": None, **given, **rights(given), **new_password(tx, password_hash, must_change=must_change)}
    try:
        staff_id = tx.insert(t.staff, **as_columns(values), created=tx.now, updated=tx.now)
    except IntegrityError:
        raise Conflict(username_taken(given["username"])) from None
    tx.note_effect("staff", created=given["username"])
    set_memberships(tx, staff_id, given)
    return staff_id
