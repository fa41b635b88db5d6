"""FAQs, canned responses, pages."""

from sqlalchemy import Table

from osticket_api.db.tables.columns import (
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

faq = Table(
    "faq",
    metadata,
    identifier("faq_id", width=10),
    reference("category_id"),
    number("ispublished", size="tiny", width=1, default=0),
    plain("question", 255),
    html("answer"),
    plain("keywords", size="tinytext", nullable=True),
    plain("notes", nullable=True),
    moment("created"),
    moment("updated"),
    index("category_id", "category_id"),
    index("ispublished", "ispublished"),
    unique("question", "question"),
)

faq_category = Table(
    "faq_category",
    metadata,
    identifier("category_id", width=10),
    number("category_pid", nullable=True),
    number("ispublic", size="tiny", width=1, default=0),
    plain("name", 125, nullable=True),
    html("description"),
    plain("notes", size="tinytext"),
    moment("created"),
    moment("updated"),
    index("ispublic", "ispublic"),
)

faq_topic = Table(
    "faq_topic",
    metadata,
    number("faq_id", primary_key=True),
    number("topic_id", primary_key=True),
)

canned_response = Table(
    "canned_response",
    metadata,
    identifier("canned_id", width=10),
    reference("dept_id"),
    switch("isenabled", default=True),
    plain("title", 255, default=""),
    html("response"),
    plain("lang", 16, default="en_US"),
    plain("notes", nullable=True),
    moment("created"),
    moment("updated"),
    index("active", "isenabled"),
    index("dept_id", "dept_id"),
    unique("title", "title"),
)

content = Table(
    "content",
    metadata,
    identifier("id", width=10),
    switch("isactive", default=False),
    plain("type", 32, default="other"),
    plain("name", 255),
    html("body"),
    plain("notes", nullable=True),
    moment("created"),
    moment("updated"),
    unique("name", "name"),
)

translation = Table(
    "translation",
    metadata,
    identifier("id"),
    plain("object_hash", 16, fixed=True, nullable=True, collation="ascii_general_ci"),
    choice("type", "phrase", "article", "override", nullable=True),
    number("flags", default=0),
    number("revision", width=11, nullable=True),
    reference("agent_id"),
    plain("lang", 16, default=""),
    plain("text", size="mediumtext"),
    plain("source_text", nullable=True),
    moment("updated", timestamp=True, nullable=True, touched=True),
    index("object_hash", "object_hash"),
    index("type", "type", "lang"),
)
