"""System addresses, mailboxes, templates."""

from sqlalchemy import Table

from osticket_api.db.tables.columns import (
    ZERO,
    choice,
    html,
    identifier,
    index,
    moment,
    number,
    plain,
    reference,
    switch,
    unique,
)
from osticket_api.db.tables.metadata import metadata

email = Table(
    "email",
    metadata,
    identifier("email_id"),
    switch("noautoresp", default=False),
    number("priority_id", width=11, default=2),
    reference("dept_id", width=11),
    reference("topic_id", width=11),
    plain("email", 255, default=""),
    plain("name", 255, default=""),
    plain("notes", nullable=True),
    moment("created"),
    moment("updated"),
    index("dept_id", "dept_id"),
    unique("email", "email"),
    index("priority_id", "priority_id"),
)

email_account = Table(
    "email_account",
    metadata,
    identifier("id"),
    reference("email_id", width=11, required=True),
    choice("type", "mailbox", "smtp", default="mailbox"),
    plain("auth_bk", 128),
    plain("auth_id", 16, nullable=True),
    switch("active", default=False),
    plain("host", 128, default=""),
    number("port", width=11, signed=True),
    plain("folder", 255, nullable=True),
    choice("protocol", "IMAP", "POP", "SMTP", "OTHER", default="OTHER"),
    choice("encryption", "NONE", "AUTO", "SSL", default="AUTO"),
    number("fetchfreq", size="tiny", width=3, default=5),
    number("fetchmax", size="tiny", nullable=True, default=30),
    choice("postfetch", "archive", "delete", "nothing", default="nothing"),
    plain("archivefolder", 255, nullable=True),
    switch("allow_spoofing", default=False, nullable=True),
    number("num_errors", width=11, default=0),
    plain("last_error_msg", size="tinytext", nullable=True),
    moment("last_error", nullable=True),
    moment("last_activity", nullable=True),
    moment("created"),
    moment("updated", default=ZERO),
    index("email_id", "email_id"),
    index("type", "type"),
)

email_template = Table(
    "email_template",
    metadata,
    identifier("id"),
    reference("tpl_id", width=11, required=True),
    plain("code_name", 32),
    plain("subject", 255, default=""),
    html("body"),
    plain("notes", nullable=True),
    moment("created"),
    moment("updated"),
    unique("template_lookup", "tpl_id", "code_name"),
)

email_template_group = Table(
    "email_template_group",
    metadata,
    identifier("tpl_id", signed=True),
    switch("isactive", default=False),
    plain("name", 32, default=""),
    plain("lang", 16, default="en_US"),
    plain("notes", nullable=True),
    moment("created"),
    moment("updated", timestamp=True),
)
