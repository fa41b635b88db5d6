"""Ticket filters and the ban list."""

from sqlalchemy import Table

from osticket_api.db.tables.columns import choice, identifier, index, moment, number, plain, reference, switch, unique
from osticket_api.db.tables.metadata import metadata

filter_ = Table(
    "filter",
    metadata,
    identifier("id"),
    number("execorder", default=99),
    switch("isactive", default=True),
    number("flags", nullable=True, default=0),
    number("status", width=11, default=0),
    switch("match_all_rules", default=False),
    switch("stop_onmatch", default=False),
    choice("target", "Any", "Web", "Email", "API", default="Any"),
    reference("email_id"),
    plain("name", 32, default=""),
    plain("notes", nullable=True),
    moment("created"),
    moment("updated"),
    index("email_id", "email_id"),
    index("target", "target"),
)

filter_rule = Table(
    "filter_rule",
    metadata,
    identifier("id"),
    reference("filter_id"),
    plain("what", 32),
    choice("how", "equal", "not_equal", "contains", "dn_contain", "starts", "ends", "match", "not_match"),
    plain("val", 255),
    switch("isactive", default=True),
    plain("notes", size="tinytext"),
    moment("created"),
    moment("updated"),
    unique("filter", "filter_id", "what", "how", "val"),
    index("filter_id", "filter_id"),
)

filter_action = Table(
    "filter_action",
    metadata,
    identifier("id"),
    reference("filter_id", required=True),
    number("sort", default=0),
    plain("type", 24),
    plain("configuration", nullable=True),
    moment("updated"),
    index("filter_id", "filter_id"),
)
