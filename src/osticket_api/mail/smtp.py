"""Handing a mail to a server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import aiosmtplib
from aiosmtplib import errors

from osticket_api.kit.trust import USUAL_TRUST, Trust
from osticket_api.mail.accounts import Account

_CONNECT_SECONDS: Final = 30
_NOT_NOW: Final = 451
_PERMANENT: Final = range(500, 600)


@dataclass(frozen=True)
class Refused(Exception):
    """The server will not take it: now (4xx), or ever (5xx)."""

    code: int
    answer: str

    @property
    def is_permanent(self) -> bool:
        return self.code in _PERMANENT

    def __str__(self) -> str:
        return f"{self.code} {self.answer}"


@dataclass
class Taken:
    """The answer of a server that accepted a mail. `refused`: recipients whom the server refused."""

    answer: str
    refused: dict[str, Refused] = field(default_factory=dict)


class Connection:
    """A connection to one account's server, for many mails."""

    def __init__(self, account: Account, *, trust: Trust = USUAL_TRUST, seconds: float = 60) -> None:
        self._account = account
        self._seconds = seconds
        self._smtp = aiosmtplib.SMTP(
            hostname=account.host,
            port=account.port,
            use_tls=account.encryption == "tls",
            start_tls=account.encryption == "starttls",
            tls_context=None if account.encryption == "plain" else trust.context(account.host),
            timeout=min(seconds, _CONNECT_SECONDS),
        )

    async def open(self) -> None:
        """Connect and log in.

        Raises: Refused; OSError and TimeoutError when there is nobody.
        """
        try:
            await self._smtp.connect()
            if self._account.token:
                await self._smtp.auth_xoauth2(self._account.username, self._account.token)
            elif self._account.password:
                await self._smtp.login(self._account.username, self._account.password)
        except errors.SMTPResponseException as error:
            # Wrong credentials can be put right, so mails wait for that, whatever the server says.
            raise Refused(_NOT_NOW, f"login: {error.code} {error.message}") from error
        except errors.SMTPTimeoutError as error:
            raise TimeoutError(str(error)) from error
        except errors.SMTPException as error:
            raise ConnectionError(str(error)) from error
        self._smtp.timeout = self._seconds

    async def send(self, sender: str, recipients: Sequence[str], content: bytes) -> Taken:
        """Give one mail to the server. Recipients that it refuses do not keep the others from getting it.

        Raises: Refused when it takes the mail for nobody; ConnectionError and TimeoutError when it is not known
            whether it did.
        """
        try:
            await self._smtp.mail(sender)
            refused = {}
            for recipient in recipients:
                try:
                    await self._smtp.rcpt(recipient)
                except errors.SMTPResponseException as error:
                    refused[recipient] = Refused(error.code, error.message)
            if len(refused) == len(recipients):
                await self._smtp.rset()
                raise next((each for each in refused.values() if not each.is_permanent), next(iter(refused.values())))
            response = await self._smtp.data(content)
        except errors.SMTPServerDisconnected as error:
            raise ConnectionError(str(error) or "the connection was cut") from error
        except errors.SMTPTimeoutError as error:
            raise TimeoutError(str(error) or "no answer") from error
        except errors.SMTPResponseException as error:
            await self._reset()
            raise Refused(error.code, error.message) from error
        return Taken(f"{response.code} {response.message}", refused)

    async def _reset(self) -> None:
        try:
            await self._smtp.rset()
        except errors.SMTPException:
            self._smtp.close()

    @property
    def is_open(self) -> bool:
        return self._smtp.is_connected

    async def close(self) -> None:
        """End the connection properly, if the server is still there."""
        try:
            if self._smtp.is_connected:
                await self._smtp.quit(timeout=2)
        except (errors.SMTPException, OSError, TimeoutError):
            self._smtp.close()
