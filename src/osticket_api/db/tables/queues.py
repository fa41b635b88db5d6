"""Saved queues with their columns and sorts."""

from sqlalchemy import Table

from osticket_api.db.tables.columns import identifier, index, moment, number, plain, reference
from osticket_api.db.tables.metadata import metadata

queue = Table(
    "queue",
    metadata,
    identifier("id"),
    reference("parent_id", width=11),
    number("columns_id", width=11, nullable=True),
    number("sort_id", width=11, nullable=True),
    number("flags", width=11, default=0),
    reference("staff_id", width=11),
    number("sort", width=11, default=0),
    plain("title", 60, nullable=True),
    plain("config", nullable=True),
    plain("filter", 64, nullable=True),
    plain("root", 32, nullable=True),
    plain("path", 80, default="/"),
    moment("created"),
    moment("updated"),
    index("parent_id", "parent_id"),
    index("staff_id", "staff_id"),
)

queue_column = Table(
    "queue_column",
    metadata,
    identifier("id"),
    number("flags", default=0),
    plain("name", 64, default=""),
    plain("primary", 64, default=""),
    plain("secondary", 64, nullable=True),
    plain("filter", 32, nullable=True),
    plain("truncate", 16, nullable=True),
    plain("annotations", nullable=True),
    plain("conditions", nullable=True),
    plain("extra", nullable=True),
)

queue_columns = Table(
    "queue_columns",
    metadata,
    number("queue_id", width=11, primary_key=True),
    number("column_id", width=11, primary_key=True),
    number("staff_id", width=11, primary_key=True),
    number("bits", default=0),
    number("sort", default=1),
    plain("heading", 64, nullable=True),
    number("width", default=100),
)

queue_config = Table(
    "queue_config",
    metadata,
    number("queue_id", width=11, primary_key=True),
    number("staff_id", width=11, primary_key=True),
    plain("setting", nullable=True),
    moment("updated"),
)

queue_export = Table(
    "queue_export",
    metadata,
    identifier("id"),
    reference("queue_id", width=11, required=True),
    plain("path", 64, default=""),
    plain("heading", 64, nullable=True),
    number("sort", default=1),
    index("queue_id", "queue_id"),
)

queue_sort = Table(
    "queue_sort",
    metadata,
    identifier("id"),
    plain("root", 32, nullable=True),
    plain("name", 64, default=""),
    plain("columns", nullable=True),
    moment("updated", nullable=True),
)

queue_sorts = Table(
    "queue_sorts",
    metadata,
    number("queue_id", width=11, primary_key=True),
    number("sort_id", width=11, primary_key=True),
    number("bits", width=11, default=0),
    number("sort", default=0),
)
