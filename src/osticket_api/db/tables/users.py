"""Users, their addresses and accounts, organizations, quick notes."""

from sqlalchemy import Table

from osticket_api.db.tables.columns import NOW, ZERO, html, identifier, index, moment, number, plain, reference, unique
from osticket_api.db.tables.metadata import metadata

user = Table(
    "user",
    metadata,
    identifier("id", width=10),
    reference("org_id", required=True),
    reference("default_email_id", signed=True, required=True),
    number("status", width=11, default=0),
    plain("name", 128),
    moment("created"),
    moment("updated"),
    index("default_email_id", "default_email_id"),
    index("name", "name"),
    index("org_id", "org_id"),
)

user_email = Table(
    "user_email",
    metadata,
    identifier("id", width=10),
    reference("user_id", required=True),
    number("flags", default=0),
    plain("address", 255),
    unique("address", "address"),
    index("user_email_lookup", "user_id"),
)

user_account = Table(
    "user_account",
    metadata,
    identifier("id"),
    reference("user_id", required=True),
    number("status", width=11, default=0),
    plain("timezone", 64, nullable=True),
    plain("lang", 16, nullable=True),
    plain("username", 64, nullable=True),
    plain("passwd", 128, nullable=True, collation="ascii_bin"),
    plain("backend", 32, nullable=True),
    plain("extra", nullable=True),
    moment("registered", timestamp=True, nullable=True, default=NOW),
    unique("username", "username"),
    index("user_id", "user_id"),
)

user_cdata = Table(
    "user__cdata",
    metadata,
    number("user_id", width=11, primary_key=True),
    plain("email", size="mediumtext", nullable=True),
    plain("name", size="mediumtext", nullable=True),
    plain("phone", size="mediumtext", nullable=True),
    plain("notes", size="mediumtext", nullable=True),
)

organization = Table(
    "organization",
    metadata,
    identifier("id"),
    plain("name", 128, default=""),
    plain("manager", 16, default=""),
    number("status", width=11, default=0),
    plain("domain", 256, default=""),
    plain("extra", nullable=True),
    moment("created", timestamp=True, nullable=True),
    moment("updated", timestamp=True, nullable=True, touched=True),
)

organization_cdata = Table(
    "organization__cdata",
    metadata,
    number("org_id", width=11, primary_key=True),
    plain("name", size="mediumtext", nullable=True),
    plain("address", size="mediumtext", nullable=True),
    plain("phone", size="mediumtext", nullable=True),
    plain("website", size="mediumtext", nullable=True),
    plain("notes", size="mediumtext", nullable=True),
)

note = Table(
    "note",
    metadata,
    identifier("id"),
    number("pid", width=11, nullable=True),
    reference("staff_id", width=11),
    plain("ext_id", 10, nullable=True),
    html("body", nullable=True),
    number("status", width=11, default=0),
    number("sort", width=11, default=0),
    moment("created", timestamp=True, default=ZERO),
    moment("updated", timestamp=True, default=ZERO, touched=True),
    index("ext_id", "ext_id"),
)
