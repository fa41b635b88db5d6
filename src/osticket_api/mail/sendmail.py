"""Handing a mail to the sendmail of this machine, as PHP's mail() does where no account can be used.

Source: mail.md 6.3, 6.6
"""

import asyncio
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from osticket_api.mail import mime
from osticket_api.mail.connections import Receipt
from osticket_api.mail.letters import Letter

_SECONDS: Final = 60
_FINAL: Final = frozenset({os.EX_DATAERR, os.EX_NOUSER, os.EX_NOHOST})
"""The exit codes that say that another attempt would fail too."""


class Sendmail:
    """Sends mails by a program that takes a mail as its input, and the recipients as arguments."""

    def __init__(self, command: str) -> None:
        self._command = command.split()
        self._name = f"sendmail ({self._command[0]})"

    async def send_letter(
        self, letter: Letter, contents: Mapping[int, bytes], recipients: Sequence[str], moment: datetime
    ) -> Receipt:
        """Give a letter to the program."""
        return await self.hand_over(letter.sender.address, recipients, mime.to_bytes(letter, contents, moment))

    async def hand_over(self, sender: str, recipients: Sequence[str], content: bytes) -> Receipt:
        """Give the bytes of a mail to the program. It has it once the program has ended without an error."""
        try:
            code, said = await self._run(sender, recipients, content.replace(b"\r\n", b"\n"))
        except (OSError, TimeoutError) as error:
            return Receipt(self._name, "deferred", str(error) or "it did not end in time")
        if code == os.EX_OK:
            return Receipt(self._name, "accepted", "handed over")
        return Receipt(
            self._name, "refused" if code in _FINAL else "deferred", f"exit code {code}: {said}".rstrip(": ")
        )

    async def _run(self, sender: str, recipients: Sequence[str], content: bytes) -> tuple[int, str]:
        """Run the program. Returns its exit code and its output. Raises: OSError, TimeoutError."""
        pipe = asyncio.subprocess.PIPE
        arguments = [*self._command, "-i", "-f", sender, "--", *recipients]
        process = await asyncio.create_subprocess_exec(
            *arguments, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.STDOUT
        )
        try:
            async with asyncio.timeout(_SECONDS):
                output, _ = await process.communicate(content)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return process.returncode or 0, output.decode(errors="replace").strip()[:1000]
