"""How a request acts on one user."""

from typing import Final

from osticket_api.features.users import queries
from osticket_api.features.users.service.state import get_user
from osticket_api.web.acting import Acting

USERS: Final = Acting(get_user, queries.get_user)
on_user, find_to_change = USERS.on, USERS.to_change
