"""Conversations: threads, entries, events, collaborators, referrals, drafts."""

from sqlalchemy import Table

from osticket_api.db.tables.columns import (
    NOW,
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

thread = Table(
    "thread",
    metadata,
    identifier("id"),
    reference("object_id", width=11, required=True),
    plain("object_type", 1, fixed=True),
    plain("extra", nullable=True),
    moment("lastresponse", nullable=True),
    moment("lastmessage", nullable=True),
    moment("created"),
    index("object_id", "object_id"),
    index("object_type", "object_type"),
)

thread_entry = Table(
    "thread_entry",
    metadata,
    identifier("id"),
    reference("pid", width=11),
    reference("thread_id", width=11),
    reference("staff_id", width=11),
    reference("user_id", width=11),
    plain("type", 1, fixed=True, default=""),
    number("flags", width=11, default=0),
    plain("poster", 128, default=""),
    number("editor", nullable=True),
    plain("editor_type", 1, fixed=True, nullable=True),
    plain("source", 32, default=""),
    plain("title", 255, nullable=True),
    html("body"),
    plain("format", 16, default="html"),
    plain("ip_address", 64, default=""),
    plain("extra", nullable=True),
    plain("recipients", nullable=True),
    moment("created"),
    moment("updated"),
    index("pid", "pid"),
    index("staff_id", "staff_id"),
    index("thread_id", "thread_id"),
    index("type", "type"),
)

thread_entry_email = Table(
    "thread_entry_email",
    metadata,
    identifier("id"),
    reference("thread_entry_id", width=11, required=True),
    number("email_id", width=11, nullable=True),
    plain("mid", 255),
    plain("headers", nullable=True),
    index("email_id", "email_id"),
    index("mid", "mid"),
    index("thread_entry_id", "thread_entry_id"),
)

thread_entry_merge = Table(
    "thread_entry_merge",
    metadata,
    identifier("id"),
    reference("thread_entry_id", width=11, required=True),
    plain("data", nullable=True),
    index("thread_entry_id", "thread_entry_id"),
)

thread_event = Table(
    "thread_event",
    metadata,
    identifier("id", width=10),
    reference("thread_id", width=11),
    plain("thread_type", 1, fixed=True, default=""),
    number("event_id", width=11, nullable=True),
    reference("staff_id", width=11, required=True),
    reference("team_id", width=11, required=True),
    reference("dept_id", width=11, required=True),
    reference("topic_id", width=11, required=True),
    plain("data", 1024, nullable=True),
    plain("username", 128, default="SYSTEM"),
    number("uid", width=11, nullable=True),
    plain("uid_type", 1, fixed=True, default="S"),
    switch("annulled", default=False),
    moment("timestamp"),
    index("ticket_state", "thread_id", "event_id", "timestamp"),
    index("ticket_stats", "timestamp", "event_id"),
)

event = Table(
    "event",
    metadata,
    identifier("id", width=10),
    plain("name", 60),
    plain("description", 60, nullable=True),
    unique("name", "name"),
)

thread_collaborator = Table(
    "thread_collaborator",
    metadata,
    identifier("id"),
    number("flags", default=1),
    reference("thread_id", width=11),
    reference("user_id", width=11),
    plain("role", 1, fixed=True, default="M"),
    moment("created"),
    moment("updated"),
    unique("collab", "thread_id", "user_id"),
    index("user_id", "user_id"),
)

thread_referral = Table(
    "thread_referral",
    metadata,
    identifier("id", width=10),
    reference("thread_id", width=11, required=True),
    reference("object_id", width=11, required=True),
    plain("object_type", 1, fixed=True),
    moment("created"),
    unique("ref", "object_id", "object_type", "thread_id"),
    index("thread_id", "thread_id"),
)

draft = Table(
    "draft",
    metadata,
    identifier("id"),
    reference("staff_id", width=11, required=True),
    plain("namespace", 32, default=""),
    html("body"),
    plain("extra", nullable=True),
    moment("created", timestamp=True, default=NOW),
    moment("updated", timestamp=True, nullable=True),
    index("namespace", "namespace"),
    index("staff_id", "staff_id"),
)
