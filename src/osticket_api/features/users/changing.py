"""A user under change: found for the caller and locked."""

from osticket_api.access.principal import Principal
from osticket_api.db.unit import Write
from osticket_api.features.users.queries import get_user
from osticket_api.features.users.service import state
from osticket_api.features.users.service.state import UserState


def get_for_update(unit: Write, caller: Principal, user_id: int) -> UserState:
    """A user the caller may see, locked, their state compared with `If-Match`. Raises: NotFound."""
    user = state.get_user(unit, caller, user_id)
    if unit.precondition.is_set:
        unit.precondition.check(get_user(unit, caller, user_id))
    return user
