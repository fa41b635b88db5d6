"""What the mails of one occasion have in common, and the ways to tell somebody.

Source: mail.md 1.0, 2.2, 4 and 5
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Final

import structlog
from sqlalchemy import Row, select

from osticket_api.db import tables as t
from osticket_api.mail import message_ids
from osticket_api.mail.letters import Attached, Letter, Manner, Party, random_part
from osticket_api.mail.mailboxes import find_template
from osticket_api.mail.outbox import Occasion
from osticket_api.mail.plain_text import to_plain_text
from osticket_api.mail.variables.company import Company
from osticket_api.mail.variables.language import Value, Variables
from osticket_api.mail.variables.people import Scene
from osticket_api.mail.variables.records import Records
from osticket_api.mail.variables.scenes import scene_of
from osticket_api.mail.variables.tasks import Task
from osticket_api.mail.variables.tickets import Ticket

_log = structlog.get_logger("mail")

_INLINE: Final = re.compile(r"cid:([A-Za-z0-9_.-]{32})")

Roots = Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class Tied:
    """The conversation and entry that a mail belongs to, so that an answer finds them.

    Without an entry there is no separator.
    """

    entry_id: int = 0
    thread_id: int = 0
    in_reply_to: str | None = None


NOT_TIED: Final = Tied()


@dataclass(frozen=True, kw_only=True)
class Recipients:
    """The recipients of one mail. `kind` and `person_id` stand in its Message-ID. Source: mail.md 5.2"""

    to: Sequence[Party] = ()
    cc: Sequence[Party] = ()
    kind: str = "?"
    person_id: int = 0


@dataclass
class Telling:
    """One occasion, and the mails it has led to so far."""

    records: Records
    occasion: Occasion
    letters: list[Letter] = field(default_factory=list)
    served: set[str] = field(default_factory=set)
    """Addresses of agents who have been told already. Source: mail.md 1.0 (3)"""

    @cached_property
    def scene(self) -> Scene:
        """The rows and places from which variables are read, as the acting person sees them."""
        return scene_of(self.records, staff_id=self.occasion.staff_id, user_id=self.occasion.user_id)

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.occasion.facts

    def is_on(self, setting: str) -> bool:
        return self.records.config.flag(setting)

    @cached_property
    def ticket(self) -> Row[Any]:
        """The ticket as it was when it happened, as far as the occasion says.

        Raises: LookupError when it has been deleted meanwhile.
        """
        row = self._must(self.records.find(t.ticket, self.occasion.ticket_id))
        was: Any = SimpleNamespace(**{**row._mapping, **self.facts.get("was", {})})
        return was if "was" in self.facts else row

    @cached_property
    def task(self) -> Row[Any]:
        """Raises: LookupError when it has been deleted meanwhile."""
        return self._must(self.records.find(t.task, self.occasion.task_id))

    @cached_property
    def entry(self) -> Row[Any]:
        """Raises: LookupError when it has been deleted meanwhile."""
        return self._must(self.records.entry(self.occasion.entry_id))

    @cached_property
    def department(self) -> Row[Any] | None:
        subject = self.ticket if self.occasion.ticket_id else self.task
        return self.records.department(subject.dept_id)

    @cached_property
    def is_open(self) -> bool:
        status = self.records.find(t.ticket_status, self.ticket.status_id)
        return status is not None and status.state == "open"

    @cached_property
    def thread_id(self) -> int:
        kind, identifier = ("T", self.occasion.ticket_id) if self.occasion.ticket_id else ("A", self.occasion.task_id)
        return self.records.thread_id_of(kind, identifier or 0) or 0

    @staticmethod
    def _must(row: Row[Any] | None) -> Row[Any]:
        if row is None:
            raise LookupError
        return row

    def roots(self, scene: Scene) -> dict[str, Value]:
        """The variables that every template can name."""
        roots: dict[str, Value] = {"url": self.records.url, "company": Company(scene)}
        if self.occasion.ticket_id:
            roots["ticket"] = Ticket(scene, self.ticket)
        if self.occasion.task_id:
            roots["task"] = Task(scene, self.task)
        return roots

    def send(
        self,
        code: str,
        mailbox: Row[Any] | None,
        recipients: Recipients,
        scene: Scene,
        more: Roots,
        *,
        tied: Tied = NOT_TIED,
        manner: Manner = "",
        fixed: Mapping[str, str] | None = None,
        sender_name: str | None = None,
        file_ids: Sequence[int] = (),
    ) -> None:
        """Write one mail from a template. Where the help desk has none, or no address to send from, nobody is told."""
        template = find_template(self.records, self.department, code)
        if template is None or mailbox is None:
            lacking = "template" if template is None else "address"
            _log.warning("mail_not_made", template=code, lacks=lacking)
            return
        variables = Variables({**self.roots(scene), **more}, fixed or {})
        self.write(
            code,
            mailbox,
            recipients,
            variables,
            template.subject,
            template.body,
            tied=tied,
            manner=manner,
            sender_name=sender_name,
            file_ids=file_ids,
        )

    def write(
        self,
        code: str,
        mailbox: Row[Any],
        recipients: Recipients,
        variables: Variables,
        subject: str,
        body: str,
        *,
        tied: Tied = NOT_TIED,
        manner: Manner = "",
        sender_name: str | None = None,
        file_ids: Sequence[int] = (),
    ) -> None:
        """Write one mail from this subject and this HTML."""
        message_id = self.message_id(mailbox, recipients, tied)
        html = self._separator(message_id, tied) + variables.fill(body, as_html=True)
        text = f"{to_plain_text(html)}\nRef-Mid: {message_id}\n"
        is_rich = self.is_on("enable_richtext")
        html, images = self._with_images(html, mailbox.email) if is_rich else (html, {})
        others = [each for each in dict.fromkeys([*file_ids, *variables.file_ids]) if each not in images]
        filled_subject = variables.fill(subject, as_html=False)
        self.letters.append(
            Letter(
                template=code,
                email_id=mailbox.email_id,
                sender=Party(mailbox.email, mailbox.name if sender_name is None else sender_name),
                message_id=message_id,
                subject=re.sub(r"[\r\n]", "", filled_subject.strip()),
                to=list(recipients.to),
                cc=list(recipients.cc),
                html=html if is_rich else None,
                text=text,
                manner=manner,
                in_reply_to=tied.in_reply_to,
                files=[*images.values(), *self._attached(others)],
                secrets=list(dict.fromkeys(variables.secrets)),
                ticket_id=self.occasion.ticket_id,
                task_id=self.occasion.task_id,
                entry_id=tied.entry_id or None,
            )
        )

    def write_plain(self, mailbox: Row[Any] | None, address: str, subject: str, text: str) -> None:
        """Write one mail of plain text to an administrator."""
        if mailbox is None or not address:
            return
        recipients = Recipients(to=[Party(address)])
        self.letters.append(
            Letter(
                template="plain",
                email_id=mailbox.email_id,
                sender=Party(mailbox.email, mailbox.name),
                message_id=self.message_id(mailbox, recipients, NOT_TIED),
                subject=subject,
                to=list(recipients.to),
                text=f"{text}\n\n{self.records.url}",
                manner="alert",
                ticket_id=self.occasion.ticket_id,
            )
        )

    def message_id(self, mailbox: Row[Any], recipients: Recipients, tied: Tied) -> str:
        tag = message_ids.Tag(recipients.person_id, tied.entry_id, tied.thread_id, recipients.kind)
        return message_ids.write(tag, self.records.salt, sender=mailbox.email, random=random_part())

    def _separator(self, message_id: str, tied: Tied) -> str:
        """The hidden block by which an answer is told from what it quotes. Source: mail.md 4.2"""
        if not tied.entry_id:
            return ""
        line = self.records.config.text("reply_separator")
        shown = f"{line}<br/><br/>" if self.is_on("strip_quoted_reply") else ""
        return f'<div style="display:none" class="mid-{message_id.strip("<>")}">{shown}</div>'

    def _with_images(self, html: str, sender: str) -> tuple[str, dict[int, Attached]]:
        """The HTML with its images named as the mail names them, and the images."""
        domain = sender.rpartition("@")[2] or "localhost"
        keys = list(dict.fromkeys(_INLINE.findall(html)))
        files = self._files(t.file.c.key.in_(keys)) if keys else []
        images: dict[int, Attached] = {}
        for key in keys:
            file = next((each for each in files if each.key.lower() == key.lower()), None)
            if file is not None:
                name = self._names().get(file.id, file.name)
                images[file.id] = Attached(file.id, name, file.type, f"{key}@{domain}")
                html = html.replace(f"cid:{key}", f"cid:{key}@{domain}")
        return html, images

    def _attached(self, file_ids: Sequence[int]) -> list[Attached]:
        """Files by id, with the names they have in the entry."""
        if not file_ids:
            return []
        names = self._names()
        found = {file.id: file for file in self._files(t.file.c.id.in_(file_ids))}
        chosen = [found[file_id] for file_id in file_ids if file_id in found]
        return [Attached(file.id, names.get(file.id, file.name), file.type) for file in chosen]

    def _names(self) -> Mapping[int, str]:
        """The names of the entry's files in the conversation."""
        entry_id = self.occasion.entry_id
        return {each.file_id: each.name for each in self.records.attachments_of(entry_id)} if entry_id else {}

    def _files(self, wanted: Any) -> Sequence[Row[Any]]:
        file = t.file.c
        return self.records.tx.rows(select(file.id, file.key, file.name, file.type).where(wanted))

    def entry_files(self, *entries: Row[Any] | None) -> list[int]:
        """What is attached to entries, where the help desk mails attachments. Source: mail.md 4.4"""
        if not self.is_on("email_attachments"):
            return []
        attached = [self.records.attachments_of(entry.id) for entry in entries if entry is not None]
        return [each.file_id for files in attached for each in files]


Tell = Callable[[Telling], None]


def distinct(rows: Iterable[Row[Any] | None]) -> list[Row[Any]]:
    """The given rows, without missing ones."""
    return [row for row in rows if row is not None]
