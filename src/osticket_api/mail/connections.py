"""Connections to mail servers, used again from mail to mail.

A connection that cannot be opened is not tried again for each mail of a round.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from osticket_api.kit.trust import Trust
from osticket_api.mail import mime
from osticket_api.mail.accounts import Account
from osticket_api.mail.letters import Letter
from osticket_api.mail.smtp import Connection, Refused, Taken

Outcome = Literal["accepted", "deferred", "refused"]


class Receipt(msgspec.Struct, frozen=True):
    """The outcome of one attempt.

    `waiting`: recipients for whom the server asked to try again. `lost_files`: files that the mail lacks.
    """

    through: str
    outcome: Outcome
    answer: str
    waiting: list[str] = []
    refused: dict[str, str] = {}
    lost_files: list[str] = []


class Transport:
    """An account and the connection to its server, opened when the first mail goes there."""

    def __init__(self, account: Account, trust: Trust) -> None:
        self.account = account
        self._trust = trust
        self._connection: Connection | None = None
        self._trouble: Receipt | None = None
        """Why there is no connection: it is not tried again for each mail."""

    async def send_letter(
        self, letter: Letter, contents: Mapping[int, bytes], recipients: Sequence[str], moment: datetime
    ) -> Receipt:
        """Give a letter to the server."""
        if self._trouble is not None:
            return self._trouble
        try:
            connection = await self._connected()
        except (Refused, OSError, TimeoutError) as error:
            self._trouble = Receipt(self.account.name, "deferred", str(error) or type(error).__name__)
            return self._trouble
        pretends = self.account.may_spoof or self.account.address.lower() == letter.sender.address.lower()
        envelope = letter.sender.address if pretends else self.account.address
        content = mime.to_bytes(letter, contents, moment, account=None if pretends else self.account.address)
        return await self._sent(connection, envelope, recipients, content)

    async def _sent(self, connection: Connection, envelope: str, recipients: Sequence[str], content: bytes) -> Receipt:
        try:
            return self._receipt(await connection.send(envelope, recipients, content))
        except Refused as error:
            return Receipt(self.account.name, "refused" if error.is_permanent else "deferred", str(error))
        except (OSError, TimeoutError) as error:
            await self.close()
            return Receipt(self.account.name, "deferred", str(error) or type(error).__name__)

    def _receipt(self, taken: Taken) -> Receipt:
        waiting = [address for address, refused in taken.refused.items() if not refused.is_permanent]
        refused = {address: str(why) for address, why in taken.refused.items() if why.is_permanent}
        return Receipt(self.account.name, "accepted", taken.answer, waiting, refused)

    async def is_reachable(self) -> bool:
        """Whether the server takes this connection, beside others that it has already."""
        try:
            await self._connected()
        except (Refused, OSError, TimeoutError):
            return False
        return True

    async def _connected(self) -> Connection:
        if self._connection is None or not self._connection.is_open:
            self._connection = Connection(self.account, trust=self._trust)
            await self._connection.open()
        return self._connection

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None


class Connections:
    """The connections of one round of deliveries."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._idle: dict[Account, list[Transport]] = defaultdict(list)

    def take(self, account: Account) -> Transport:
        """A connection that nobody uses at the moment."""
        idle = self._idle[account]
        return idle.pop() if idle else Transport(account, self._trust)

    def give_back(self, transport: Transport) -> None:
        self._idle[transport.account].append(transport)

    async def close(self) -> None:
        for transports in self._idle.values():
            for transport in transports:
                await transport.close()
        self._idle.clear()
