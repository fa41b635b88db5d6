"""Which rows are about a user, in osTicket's tables and in ours."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, literal, or_, select

from osticket_api.db import tables as t
from osticket_api.db.tables import own
from osticket_api.db.tables.own_attention import api_read_mark
from osticket_api.db.tables.own_audit import api_audit
from osticket_api.db.tables.own_events import api_copy, api_event, api_trace
from osticket_api.db.tables.own_mail import api_mail_attempt, api_mail_occasion, api_outgoing_mail
from osticket_api.db.tables.own_sign_on import api_identity
from osticket_api.db.tables.own_webhooks import api_delivery, api_stream_ticket
from osticket_api.db.unit import Read


@dataclass(frozen=True)
class Records:
    """The rows about one user. `addresses` are the user's."""

    user_id: int
    addresses: tuple[str, ...]

    @property
    def key(self) -> str:
        """The user's key in our own tables."""
        return f"user:{self.user_id}"

    @cached_property
    def tickets(self) -> Select[Any]:
        return select(t.ticket.c.ticket_id).where(t.ticket.c.user_id == self.user_id)

    @cached_property
    def tasks(self) -> Select[Any]:
        return select(t.task.c.id).where(t.task.c.object_type == "T", t.task.c.object_id.in_(self.tickets))

    @cached_property
    def threads(self) -> Select[Any]:
        thread = t.thread.c
        return select(thread.id).where(
            or_(
                and_(thread.object_type.in_(("T", "C")), thread.object_id.in_(self.tickets)),
                and_(thread.object_type == "A", thread.object_id.in_(self.tasks)),
            )
        )

    @cached_property
    def entries(self) -> Select[Any]:
        """The entries that the user wrote anywhere, and all entries on the user's tickets."""
        entry = t.thread_entry.c
        return select(entry.id).where(or_(entry.user_id == self.user_id, entry.thread_id.in_(self.threads)))

    @cached_property
    def answers(self) -> Select[Any]:
        entry = t.form_entry.c
        return select(entry.id).where(
            or_(
                and_(entry.object_type == "U", entry.object_id == self.user_id),
                and_(entry.object_type == "T", entry.object_id.in_(self.tickets)),
                and_(entry.object_type == "A", entry.object_id.in_(self.tasks)),
            )
        )

    @cached_property
    def mails(self) -> Select[Any]:
        mail = api_outgoing_mail.c
        return select(mail.id).where(or_(mail.ticket_id.in_(self.tickets), *map(_is_recipient, self.addresses)))

    @cached_property
    def events(self) -> ColumnElement[bool]:
        event = api_event.c
        return or_(
            and_(event.actor_kind == "user", event.actor_id == self.user_id),
            and_(event.kind == "user", event.subject_id == self.user_id),
            event.ticket_id.in_(self.tickets),
        )

    def osticket(self) -> dict[Table, ColumnElement[bool]]:
        """For each table of osTicket's, which of its rows are about the user."""
        entry, event = t.thread_entry.c, t.thread_event.c
        return {
            t.user: t.user.c.id == self.user_id,
            t.user_email: t.user_email.c.user_id == self.user_id,
            t.user_account: t.user_account.c.user_id == self.user_id,
            t.note: t.note.c.ext_id == f"U{self.user_id}",
            t.ticket: t.ticket.c.ticket_id.in_(self.tickets),
            t.task: t.task.c.id.in_(self.tasks),
            t.thread: t.thread.c.id.in_(self.threads),
            t.thread_entry: entry.id.in_(self.entries),
            t.thread_entry_email: t.thread_entry_email.c.thread_entry_id.in_(self.entries),
            t.thread_event: or_(
                event.thread_id.in_(self.threads), and_(event.uid_type == "U", event.uid == self.user_id)
            ),
            t.thread_collaborator: t.thread_collaborator.c.user_id == self.user_id,
            t.form_entry: t.form_entry.c.id.in_(self.answers),
            t.form_entry_values: t.form_entry_values.c.entry_id.in_(self.answers),
            t.attachment: and_(t.attachment.c.type == "H", t.attachment.c.object_id.in_(self.entries)),
            t.draft: and_(t.draft.c.staff_id == self.user_id, t.draft.c.namespace.like("ticket.client.%")),
        }

    def ours(self) -> dict[Table, ColumnElement[bool]]:
        """For each table of ours, which of its rows are about the user."""
        session, events = own.api_session.c, select(api_event.c.number).where(self.events)
        identity = api_identity.c
        occasion = api_mail_occasion.c
        return {
            own.api_session: and_(session.principal_kind == "U", session.principal_id == self.user_id),
            api_identity: and_(identity.principal_kind == "U", identity.principal_id == self.user_id),
            own.api_idempotency: own.api_idempotency.c.principal == self.key,
            own.api_upload: own.api_upload.c.principal == self.key,
            api_read_mark: api_read_mark.c.principal == self.key,
            api_stream_ticket: api_stream_ticket.c.subject == self.key,
            api_trace: api_trace.c.actor == self.key,
            api_audit: api_audit.c.actor == self.key,
            api_copy: and_(api_copy.c.kind == "user", api_copy.c.id == self.user_id),
            api_delivery: api_delivery.c.number.in_(events),
            api_event: self.events,
            api_mail_occasion: or_(occasion.user_id == self.user_id, occasion.ticket_id.in_(self.tickets)),
            api_mail_attempt: api_mail_attempt.c.mail_id.in_(self.mails),
            api_outgoing_mail: api_outgoing_mail.c.id.in_(self.mails),
        }


NOT_ABOUT_USERS = frozenset(
    {
        "api_challenge", "api_code_use", "api_passkey", "api_presence",  # agents
        "api_credential", "api_credential_use", "api_webhook",  # programs
        "api_strike",  # nothing but hashes
        "api_provider_logout", "api_provider_session", "api_sign_on",  # encrypted or hashes, and gone with the sign-in
        "api_feed", "api_relay", "api_audit_seal",  # places in a sequence
        "api_field_permission", "api_switch",  # how the server is set up
    }
)  # fmt: skip
"""Our own tables without a row that is about a user."""


def records_of(tx: Read, user_id: int) -> Records:
    """The rows about a user."""
    mine = select(t.user_email.c.address).where(t.user_email.c.user_id == user_id)
    return Records(user_id, tuple(tx.scalars(mine)))


def _is_recipient(address: str) -> ColumnElement[bool]:
    return literal(" ").concat(api_outgoing_mail.c.recipients).concat(" ").icontains(f" {address} ", autoescape=True)
