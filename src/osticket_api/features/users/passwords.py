"""New passwords as requests bring them. Hashing takes a while, so it is done beside the event loop."""

import asyncio

from osticket_api.access.passwords import hashed, is_correct
from osticket_api.access.principal import Principal
from osticket_api.db.engine import Read
from osticket_api.features.auth import passwords
from osticket_api.features.users.service.accounts import password_of, stored_password
from osticket_api.web.call import Call


async def chosen_for(call: Call, user_id: int, password: str | None) -> str | None:
    """The hash of a password that an agent sets. Raises: Forbidden, Invalid when it is the old one."""
    if password is None:
        return None
    stored = await call.read(stored_password, user_id)
    if await asyncio.to_thread(is_correct, password, stored):
        raise passwords.unchanged()
    return await asyncio.to_thread(hashed, password)


async def chosen_by_oneself(call: Call, password: str | None, current: str | None) -> str | None:
    """The hash of a password that a user sets, who must know the current one, if there is one.

    Raises: Invalid, TooManyRequests after too many wrong guesses.
    """
    if password is None:
        return None
    return await passwords.chosen_by_oneself(call, await call.read(_own_password), password, current)


def _own_password(tx: Read, principal: Principal) -> str | None:
    return password_of(tx, principal.id)  # type: ignore[union-attr]
