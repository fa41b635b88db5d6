"""Help topics, SLA plans, schedules."""

from sqlalchemy import Table

from osticket_api.db.tables.columns import (
    day,
    escaped,
    identifier,
    index,
    moment,
    number,
    plain,
    reference,
    seconds,
    switch,
    unique,
)
from osticket_api.db.tables.metadata import metadata

help_topic = Table(
    "help_topic",
    metadata,
    identifier("topic_id"),
    number("topic_pid", default=0),
    switch("ispublic", default=True),
    switch("noautoresp", default=False, width=3),
    number("flags", nullable=True, default=0),
    reference("status_id"),
    reference("priority_id"),
    reference("dept_id"),
    reference("staff_id"),
    reference("team_id"),
    reference("sla_id"),
    reference("page_id"),
    reference("sequence_id"),
    number("sort", default=0),
    plain("topic", 128, default=""),
    plain("number_format", 32, nullable=True),
    plain("notes", nullable=True),
    moment("created"),
    moment("updated"),
    index("dept_id", "dept_id"),
    index("page_id", "page_id"),
    index("priority_id", "priority_id"),
    index("sla_id", "sla_id"),
    index("staff_id", "staff_id", "team_id"),
    unique("topic", "topic", "topic_pid"),
    index("topic_pid", "topic_pid"),
)

help_topic_form = Table(
    "help_topic_form",
    metadata,
    identifier("id"),
    reference("topic_id", width=11),
    reference("form_id"),
    number("sort", default=1),
    plain("extra", nullable=True),
    index("topic-form", "topic_id", "form_id"),
)

sla = Table(
    "sla",
    metadata,
    identifier("id"),
    reference("schedule_id"),
    number("flags", default=3),
    number("grace_period", default=0),
    escaped("name", 64, default=""),
    plain("notes", nullable=True),
    moment("created"),
    moment("updated"),
    unique("name", "name"),
)

schedule = Table(
    "schedule",
    metadata,
    identifier("id"),
    number("flags", width=11, default=0),
    plain("name", 255),
    plain("timezone", 64, nullable=True),
    plain("description", 255),
    moment("created"),
    moment("updated"),
)

schedule_entry = Table(
    "schedule_entry",
    metadata,
    identifier("id"),
    reference("schedule_id", width=11),
    number("flags", width=11, default=0),
    number("sort", size="tiny", width=3, default=0),
    plain("name", 255),
    plain("repeats", 16, default="never"),
    day("starts_on"),
    seconds("starts_at"),
    day("ends_on"),
    seconds("ends_at"),
    moment("stops_on", nullable=True),
    number("day", size="tiny", signed=True, nullable=True),
    number("week", size="tiny", signed=True, nullable=True),
    number("month", size="tiny", signed=True, nullable=True),
    moment("created"),
    moment("updated"),
    index("repeats", "repeats"),
    index("schedule_id", "schedule_id"),
)
