"""One mail as it is stored and sent: who it is from and for, what it says, what it answers."""

import secrets
import string
from typing import Final, Literal

import msgspec

from osticket_api.db.secrets import Secret
from osticket_api.kit.vault import Vault

Manner = Literal["", "auto_reply", "alert"]

AUTOMATIC_HEADERS: Final[dict[Manner, dict[str, str]]] = {
    "": {},
    "auto_reply": {
        "Precedence": "auto_reply",
        "X-Autoreply": "yes",
        "X-Auto-Response-Suppress": "DR, RN, OOF, AutoReply",
        "Auto-Submitted": "auto-replied",
    },
    "alert": {"X-Auto-Response-Suppress": "OOF, AutoReply", "Auto-Submitted": "auto-generated"},
}
"""What keeps other programs from answering mails that a program wrote. Source: mail.md 5.1"""

_RANDOM: Final = string.ascii_letters.replace("j", "") + string.digits + "_="


class Party(msgspec.Struct, frozen=True):
    """Somebody with a mailbox."""

    address: str
    name: str = ""


class Attached(msgspec.Struct, frozen=True):
    """A file that goes with the mail. `content_id`: an image in the text, shown there."""

    file_id: int
    name: str
    type: str
    content_id: str | None = None


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A mail, all but the content of its files."""

    template: str
    """The code name of its template, `page:<type>`, or `plain`."""
    email_id: int
    sender: Party
    message_id: str
    subject: str
    to: list[Party] = []
    cc: list[Party] = []
    html: str | None = None
    """The HTML of the mail; None for a mail of plain text only."""
    text: str = ""
    manner: Manner = ""
    in_reply_to: str | None = None
    files: list[Attached] = []
    secrets: list[str] = []
    """Codes in its texts that nobody but its recipients may see: `masking` hides them."""
    ticket_id: int | None = None
    task_id: int | None = None
    entry_id: int | None = None

    @property
    def recipients(self) -> list[str]:
        """The addresses it goes to, each once."""
        return list(dict.fromkeys(party.address for party in (*self.to, *self.cc)))


def to_stored(vault: Vault, letter: Letter) -> bytes:
    """A mail as it is stored: encrypted where it is made of a page, which has a link or a code for one person."""
    content = msgspec.json.encode(letter)
    return vault.seal(content, Secret.mail) if letter.template.startswith("page:") else content


def from_stored(vault: Vault, content: bytes) -> Letter:
    """A mail that was stored."""
    return msgspec.json.decode(vault.open(bytes(content), Secret.mail), type=Letter)


def random_part() -> str:
    """Five characters that make each Message-ID another one."""
    return "".join(secrets.choice(_RANDOM) for _ in range(5))
