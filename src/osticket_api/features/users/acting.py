"""How a request acts on one user: find them, hold the caller to what they read, act, and show what came of it."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from osticket_api.access.principal import Principal
from osticket_api.db.engine import Write
from osticket_api.features.users import queries
from osticket_api.features.users.service.state import UserState, get_user
from osticket_api.features.users.shapes import UserDetail
from osticket_api.web.call import Precondition

P = ParamSpec("P")


def on_user(
    tx: Write,
    principal: Principal,
    precondition: Precondition,
    user_id: int,
    verb: Callable[Concatenate[Write, Principal, UserState, P], object],
    *args: P.args,
    **kwargs: P.kwargs,
) -> UserDetail:
    """Do something to a user the caller may see. Returns the user as they are then.

    Raises: NotFound, Stale, and whatever the verb raises.
    """
    user = find_to_change(tx, principal, precondition, user_id)
    verb(tx, principal, user, *args, **kwargs)
    return queries.get_user(tx, principal, user_id)


def find_to_change(tx: Write, principal: Principal, precondition: Precondition, user_id: int) -> UserState:
    """A user the caller may see, locked, and as they have read them. Raises: NotFound, Stale."""
    user = get_user(tx, principal, user_id)
    if precondition.is_set:
        precondition.check(queries.get_user(tx, principal, user_id))
    return user
