"""New passwords that people choose for themselves. Checking and hashing take a while: that is done beside the loop."""

import asyncio

from osticket_api.access.passwords import hashed, is_correct
from osticket_api.errors import Invalid
from osticket_api.features.auth import strikes
from osticket_api.web.call import Call


async def chosen_by_oneself(call: Call, stored: str | None, password: str, current: str | None) -> str:
    """The hash of a password whose owner must know the current one, if there is one.

    Raises: Invalid for a wrong or an unchanged password, TooManyRequests after too many wrong guesses.
    """
    if stored:
        await _check(call, current or "", stored)
        if current is not None and current.lower() == password.lower():
            raise unchanged()
    return await asyncio.to_thread(hashed, password)


async def _check(call: Call, current: str, stored: str) -> None:
    async with strikes.guess(call.database, f"password:{call.principal.key}"):
        if not await asyncio.to_thread(is_correct, current, stored):
            raise Invalid.because("This is not your current password.", field="current_password", code="wrong_password")


def unchanged() -> Invalid:
    return Invalid.because("This is the password as it was.", field="password", code="unchanged")
