"""Our own tables for outgoing mail: what happened, the mails that follow from it, and what came of each attempt."""

from sqlalchemy import Column, Integer, String, Table, Text

from osticket_api.db.tables.columns import index, unique
from osticket_api.db.tables.metadata import own_metadata
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, large, row_id, utc_moment

api_mail_occasion = Table(
    "api_mail_occasion",
    own_metadata,
    row_id(),
    exact("kind", 32),
    Column("ticket_id", Integer(), nullable=True),
    Column("task_id", Integer(), nullable=True),
    Column("entry_id", Integer(), nullable=True),
    Column("staff_id", Integer(), nullable=True),
    Column("user_id", Integer(), nullable=True),
    large("facts"),
    Column("attempts", Integer(), nullable=False, server_default="0"),
    utc_moment("due_at"),
    utc_moment("created_at"),
    exact("request_id", 64, nullable=True),
    index("due_at", "due_at"),
    **TABLE_OPTIONS,
)
"""Occasions for mails, deleted once their mails are made.

`staff_id` or `user_id` acted. `facts` is JSON: what cannot be read later, such as who had the ticket before.
`request_id` is that of the request that led to it, where one did.
"""

api_outgoing_mail = Table(
    "api_outgoing_mail",
    own_metadata,
    row_id(),
    exact("state", 16),
    exact("template", 32),
    Column("ticket_id", Integer(), nullable=True),
    Column("task_id", Integer(), nullable=True),
    Column("entry_id", Integer(), nullable=True),
    Column("email_id", Integer(), nullable=False),
    exact("message_id", 255),
    Column("recipients", Text(), nullable=False),
    Column("waiting", Text(), nullable=True),
    Column("subject", Text(), nullable=False),
    large("content"),
    Column("attempts", Integer(), nullable=False, server_default="0"),
    utc_moment("due_at", nullable=True),
    exact("worker", 36, nullable=True),
    utc_moment("leased_until", nullable=True),
    utc_moment("created_at"),
    utc_moment("done_at", nullable=True),
    exact("request_id", 64, nullable=True),
    unique("message_id", "message_id"),
    index("due_at", "state", "due_at"),
    index("ticket_id", "ticket_id"),
    index("created_at", "created_at"),
    **TABLE_OPTIONS,
)
"""One mail. `state` is queued, sent, failed, cancelled or stored; `content` is JSON, see `mail.letters`.

`worker` may deliver it until `leased_until`. `waiting` are the addresses that have not got it, where others have.
"""

api_mail_attempt = Table(
    "api_mail_attempt",
    own_metadata,
    row_id(),
    Column("mail_id", Integer(), nullable=False),
    utc_moment("at"),
    Column("through", String(255), nullable=False),
    exact("outcome", 16),
    Column("answer", Text(), nullable=False),
    index("mail_id", "mail_id"),
    **TABLE_OPTIONS,
)
"""The receipt of one attempt to deliver a mail: accepted, deferred or refused, and what the server said."""
