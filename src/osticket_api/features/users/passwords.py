"""New passwords as requests bring them. Hashing takes a while, so it is done beside the event loop."""

import asyncio
from typing import Annotated

from osticket_api.access.passwords import hashed, is_correct
from osticket_api.access.principal import User
from osticket_api.features.auth.api import passwords
from osticket_api.features.users.requests import AccountUpdate, ProfileUpdate
from osticket_api.features.users.service.accounts import password_of, stored_password
from osticket_api.web.call import Call
from osticket_api.web.handlers import Prepared


async def _chosen_for(call: Call, user: int, body: AccountUpdate) -> str | None:
    """The hash of a password that an agent sets. Raises: Forbidden, Invalid when it is the old one."""
    if body.password is None:
        return None
    stored = await call.database.read(stored_password, call.principal, user)
    if await asyncio.to_thread(is_correct, body.password, stored):
        raise passwords.unchanged()
    return await asyncio.to_thread(hashed, body.password)


async def _chosen_by_oneself(call: Call, caller: User, body: ProfileUpdate) -> str | None:
    """The hash of a password that a user sets, who must know the current one, if there is one.

    Raises: Invalid, TooManyRequests after too many wrong guesses, Forbidden for other changes while that is due.
    """
    passwords.check_due(caller, body.model_fields_set)
    if body.password is None:
        return None
    stored = await call.database.read(password_of, caller.id)
    return await passwords.chosen_by_oneself(call, stored, body.password, body.current_password)


SetPasswordHash = Annotated[str | None, Prepared(_chosen_for)]
OwnPasswordHash = Annotated[str | None, Prepared(_chosen_by_oneself)]
