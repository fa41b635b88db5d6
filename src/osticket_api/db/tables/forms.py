"""Forms, fields, answers, custom lists."""

from sqlalchemy import Table

from osticket_api.db.tables.columns import choice, escaped, html, identifier, index, moment, number, plain, reference
from osticket_api.db.tables.metadata import metadata

form = Table(
    "form",
    metadata,
    identifier("id"),
    number("pid", nullable=True),
    plain("type", 8, default="G"),
    number("flags", default=1),
    plain("title", 255),
    plain("instructions", 512, nullable=True),
    plain("name", 64, default=""),
    plain("notes", nullable=True),
    moment("created"),
    moment("updated"),
    index("type", "type"),
)

form_field = Table(
    "form_field",
    metadata,
    identifier("id"),
    reference("form_id", width=11, required=True),
    number("flags", nullable=True, default=1),
    plain("type", 255, default="text"),
    plain("label", 255),
    plain("name", 64),
    plain("configuration", nullable=True),
    number("sort", width=11),
    plain("hint", 512, nullable=True),
    moment("created"),
    moment("updated"),
    index("form_id", "form_id"),
    index("sort", "sort"),
)

form_entry = Table(
    "form_entry",
    metadata,
    identifier("id"),
    reference("form_id", width=11, required=True),
    number("object_id", width=11, nullable=True),
    plain("object_type", 1, fixed=True, default="T"),
    number("sort", width=11, default=1),
    plain("extra", nullable=True),
    moment("created"),
    moment("updated"),
    index("entry_lookup", "object_type", "object_id"),
)

form_entry_values = Table(
    "form_entry_values",
    metadata,
    number("entry_id", width=11, primary_key=True),
    number("field_id", width=11, primary_key=True),
    html("value", nullable=True),
    number("value_id", width=11, signed=True, nullable=True),
)

list_ = Table(
    "list",
    metadata,
    identifier("id"),
    escaped("name", 255),
    escaped("name_plural", 255, nullable=True),
    choice("sort_mode", "Alpha", "-Alpha", "SortCol", default="Alpha"),
    number("masks", width=11, default=0),
    plain("type", 16, nullable=True),
    plain("configuration", default=""),
    plain("notes", nullable=True),
    moment("created"),
    moment("updated"),
    index("type", "type"),
)

list_items = Table(
    "list_items",
    metadata,
    identifier("id"),
    number("list_id", width=11, signed=True, nullable=True),
    number("status", width=11, default=1),
    plain("value", 255),
    plain("extra", 255, nullable=True),
    number("sort", width=11, signed=True, default=1),
    plain("properties", nullable=True),
    index("list_item_lookup", "list_id"),
)
