"""New passwords that people choose for themselves. Checking and hashing take a while: that is done beside the loop."""

import asyncio
from collections.abc import Collection
from typing import Annotated, Protocol

from osticket_api.access.passwords import hashed, is_correct
from osticket_api.access.principal import Principal, Staff, User
from osticket_api.access.rules import password_is_due
from osticket_api.errors import Invalid
from osticket_api.features.auth import login_throttle
from osticket_api.web.call import Call
from osticket_api.web.handlers import Prepared


class _WithPassword(Protocol):
    password: str | None


async def hash_password(body: _WithPassword) -> str | None:
    """The hash of the password in a body, if there is one."""
    return await asyncio.to_thread(hashed, body.password) if body.password else None


PasswordHash = Annotated[str | None, Prepared(hash_password)]
"""The hash of the body's `password`."""


async def chosen_by_oneself(call: Call, stored: str | None, password: str, current: str | None) -> str:
    """The hash of a password whose owner must know the current one, if there is one.

    Raises: Invalid for a wrong or an unchanged password, TooManyRequests after too many wrong guesses.
    """
    if stored:
        await confirm(call, stored, current)
        if current is not None and current.lower() == password.lower():
            raise unchanged()
    return await asyncio.to_thread(hashed, password)


async def confirm(call: Call, stored: str | None, current: str | None) -> None:
    """Hold somebody to their current password, before they change how they sign in.

    Raises: Invalid for a wrong one, TooManyRequests after too many wrong guesses.
    """
    caller = call.principal
    attempt = login_throttle.LoginAttempt(caller.kind, caller.key, None, call.ip, "password")
    async with login_throttle.counted(call.database, attempt):
        if not await asyncio.to_thread(is_correct, current or "", stored):
            raise Invalid.because("This is not your current password.", field="current_password", code="wrong_password")


def check_due(principal: Principal, fields: Collection[str]) -> None:
    """Refuse every other change to a caller who must change the password first. Raises: Forbidden."""
    is_due = isinstance(principal, Staff | User) and principal.must_change_password
    if is_due and not {"password"} <= set(fields) <= {"password", "current_password"}:
        raise password_is_due()


def unchanged() -> Invalid:
    return Invalid.because("The new password is the same as the current one.", field="password", code="unchanged")
