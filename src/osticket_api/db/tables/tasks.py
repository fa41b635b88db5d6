"""Tasks."""

from sqlalchemy import Table

from osticket_api.db.tables.columns import identifier, index, moment, number, plain, reference
from osticket_api.db.tables.metadata import metadata

task = Table(
    "task",
    metadata,
    identifier("id"),
    reference("object_id", width=11, signed=True),
    plain("object_type", 1, fixed=True),
    plain("number", 20, nullable=True),
    reference("dept_id"),
    reference("staff_id"),
    reference("team_id"),
    reference("lock_id", width=11),
    number("flags", default=0),
    moment("duedate", nullable=True),
    moment("closed", nullable=True),
    moment("created"),
    moment("updated"),
    index("created", "created"),
    index("dept_id", "dept_id"),
    index("flags", "flags"),
    index("object", "object_id", "object_type"),
    index("staff_id", "staff_id"),
    index("team_id", "team_id"),
)

task_cdata = Table(
    "task__cdata",
    metadata,
    number("task_id", width=11, primary_key=True),
    plain("title", size="mediumtext", nullable=True),
)
