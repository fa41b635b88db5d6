"""A mail at this help desk: what of it is stored, which of the help desk's mailboxes it came to, and who else got it.

Source: tickets.md 2.4, 2.5, 2.7 and 13.3.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Row

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read, Write
from osticket_api.features.inbound_mail.addresses import default_mailbox, own_mailboxes
from osticket_api.features.inbound_mail.content import Body, Format, is_blank
from osticket_api.features.inbound_mail.reading import Mail, Recipient
from osticket_api.features.threads.api import NOTHING, Addressees, NewFile
from osticket_api.kit import utf8mb3
from osticket_api.kit.identity import folded, is_same
from osticket_api.kit.mime.headers import Mailbox

_MAX_MID: Final = 255
_COLUMN_BYTES: Final = 65_535
_MAX_ADDRESSEES: Final = 200
_MAX_ADDRESSEE: Final = 300
_SOURCE: Final = re.compile(r"""(\bsrc\s*=\s*)(["'])([^"'<>]{1,500})\2""", re.IGNORECASE)


@dataclass(frozen=True)
class Arrival:
    """A mail, seen with the settings and mailboxes of this help desk."""

    tx: Read
    mail: Mail

    @cached_property
    def _whole(self) -> Body:
        is_rich = load_config(self.tx).flag("enable_richtext")
        body, format = self.mail.rich_body if is_rich else self.mail.plain_body
        return body.replace("\0", " "), format

    @property
    def format(self) -> Format:
        return self._whole[1]

    @cached_property
    def text(self) -> str:
        """The body down to the line that osTicket puts into its mails, if anything is above that line."""
        whole, format = self._whole
        config = load_config(self.tx)
        separator = config.text("reply_separator")
        if not config.flag("strip_quoted_reply") or not separator:
            return whole
        above, found, _ = whole.partition(separator)
        is_empty = is_blank(above) if format == "html" else not above.strip()
        return above if found and not is_empty else whole

    @cached_property
    def body(self) -> str:
        """The text to store: images name their files as HTML should, and nothing at all is a dash."""
        if self.format == "text":
            return self.text if self.text.strip() else NOTHING
        if is_blank(self.text):
            return NOTHING
        ids = {file.content_id for file in self.mail.files if file.content_id}

        def named(match: re.Match[str]) -> str:
            scheme = "cid:" if match[3] in ids else ""
            return f"{match[1]}{match[2]}{scheme}{match[3]}{match[2]}"

        return _SOURCE.sub(named, self.text)

    @cached_property
    def files(self) -> Sequence[NewFile]:
        """Every file with anything in it, but for the pictures of a text that is no longer there."""
        gone = self._whole[0][len(self.text) :]
        return [
            file
            for file in self.mail.files
            if file.content and not (file.content_id and file.content_id in gone and file.content_id not in self.text)
        ]

    @cached_property
    def own(self) -> Sequence[Row[Any]]:
        """The help desk's mailboxes that the mail went to. Those that only a hidden copy went to are the last."""
        seen = [each.mailbox.address for each in self.mail.recipients]
        return own_mailboxes(self.tx, [*seen, *(each.address for each in self.mail.hidden_recipients)])

    @property
    def mailbox(self) -> Row[Any] | None:
        """The one it came to, else the help desk's default one."""
        if self.own:
            return self.own[0]
        return default_mailbox(self.tx, load_config(self.tx).number("default_email_id"))

    @cached_property
    def others(self) -> Sequence[Recipient]:
        """All other visible recipients of the mail. Addresses from the envelope alone do not count."""
        own = [row.email for row in self.own]
        servers = [each.mailbox.address for each in self.mail.recipients if each.header == "delivered-to"]
        found = [each for each in self.mail.recipients if each.header != "delivered-to"]
        return [each for each in found if not _is_among(each.mailbox.address, [*own, *servers])]

    @property
    def addressees(self) -> Addressees:
        """Whom the entry names as its recipients: the first of them, where there are more than the column holds."""
        own = {folded(row.email): row for row in self.own}
        to: dict[str, None] = {}
        cc: list[str] = []
        for each in self.mail.recipients:
            row = own.get(folded(each.mailbox.address))
            if row is not None:
                to.setdefault(str(Mailbox(row.name or "", row.email)))
            elif each.header == "to":
                to.setdefault(str(each.mailbox))
            elif each.header == "cc":
                cc.append(str(each.mailbox))
        return Addressees(_numbered(to), _numbered(cc))

    def keep_headers(self, tx: Write, entry_id: int) -> None:
        """Note with an entry which mail it came in, and its headers, as many as there is room for."""
        headers = utf8mb3.to_names(self.mail.headers).encode("utf-8", "replace")[:_COLUMN_BYTES]
        tx.insert(
            t.thread_entry_email,
            thread_entry_id=entry_id,
            email_id=None,
            mid=self.mail.message_id[:_MAX_MID],
            headers=headers.decode("utf-8", "ignore"),
        )


def _is_among(address: str, addresses: Sequence[str]) -> bool:
    return any(is_same(address, each) for each in addresses)


def _numbered(boxes: Any) -> dict[int, str]:
    return dict(enumerate(_shortened(boxes)))


def _shortened(boxes: Any) -> Iterator[str]:
    for position, box in enumerate(boxes):
        if position == _MAX_ADDRESSEES:
            return
        yield box[:_MAX_ADDRESSEE]
