"""Tickets, their statuses and priorities, and what is locked or numbered."""

from sqlalchemy import Table

from osticket_api.db.tables.columns import choice, identifier, index, moment, number, plain, reference, switch, unique
from osticket_api.db.tables.metadata import metadata

ticket = Table(
    "ticket",
    metadata,
    identifier("ticket_id"),
    number("ticket_pid", width=11, nullable=True),
    plain("number", 20, nullable=True),
    reference("user_id", width=11),
    reference("user_email_id", width=11),
    reference("status_id"),
    reference("dept_id"),
    reference("sla_id"),
    reference("topic_id"),
    reference("staff_id"),
    reference("team_id"),
    reference("email_id", width=11),
    reference("lock_id", width=11),
    number("flags", default=0),
    number("sort", width=11, default=0),
    plain("ip_address", 64, default=""),
    choice("source", "Web", "Email", "Phone", "API", "Other", default="Other"),
    plain("source_extra", 40, nullable=True),
    switch("isoverdue", default=False),
    switch("isanswered", default=False),
    moment("duedate", nullable=True),
    moment("est_duedate", nullable=True),
    moment("reopened", nullable=True),
    moment("closed", nullable=True),
    moment("lastupdate", nullable=True),
    moment("created"),
    moment("updated"),
    index("closed", "closed"),
    index("created", "created"),
    index("dept_id", "dept_id"),
    index("duedate", "duedate"),
    index("sla_id", "sla_id"),
    index("staff_id", "staff_id"),
    index("status_id", "status_id"),
    index("team_id", "team_id"),
    index("ticket_pid", "ticket_pid"),
    index("topic_id", "topic_id"),
    index("user_id", "user_id"),
)

ticket_cdata = Table(
    "ticket__cdata",
    metadata,
    number("ticket_id", width=11, primary_key=True),
    plain("subject", size="mediumtext", nullable=True),
    plain("priority", size="mediumtext", nullable=True),
)

ticket_status = Table(
    "ticket_status",
    metadata,
    identifier("id", signed=True),
    plain("name", 60, default=""),
    plain("state", 16, nullable=True),
    number("mode", width=11, default=0),
    number("flags", width=11, default=0),
    number("sort", width=11, default=0),
    plain("properties"),
    moment("created"),
    moment("updated"),
    unique("name", "name"),
    index("state", "state"),
)

ticket_priority = Table(
    "ticket_priority",
    metadata,
    identifier("priority_id", tiny=True),
    plain("priority", 60, default=""),
    plain("priority_desc", 30, default=""),
    plain("priority_color", 7, default=""),
    number("priority_urgency", size="tiny", width=1, default=0),
    switch("ispublic", default=True, signed=True),
    index("ispublic", "ispublic"),
    unique("priority", "priority"),
    index("priority_urgency", "priority_urgency"),
)

lock = Table(
    "lock",
    metadata,
    identifier("lock_id"),
    reference("staff_id"),
    moment("expire", nullable=True),
    plain("code", 20, nullable=True),
    moment("created"),
    index("staff_id", "staff_id"),
)

sequence = Table(
    "sequence",
    metadata,
    identifier("id"),
    plain("name", 64, nullable=True),
    number("flags", nullable=True),
    number("next", size="big", default=1),
    number("increment", width=11, signed=True, nullable=True, default=1),
    plain("padding", 1, fixed=True, nullable=True, default="0"),
    moment("updated"),
)
