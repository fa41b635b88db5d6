"""Files, their content, and what they are attached to."""

from sqlalchemy import Table

from osticket_api.db.tables.columns import blob, identifier, index, moment, number, plain, reference, switch, unique
from osticket_api.db.tables.metadata import metadata

file = Table(
    "file",
    metadata,
    identifier("id", signed=True),
    plain("ft", 1, fixed=True, default="T"),
    plain("bk", 1, fixed=True, default="D"),
    plain("type", 255, default="", collation="ascii_general_ci"),
    number("size", size="big", default=0),
    plain("key", 86, collation="ascii_general_ci"),
    plain("signature", 86, collation="ascii_bin"),
    plain("name", 255, default=""),
    plain("attrs", 255, nullable=True),
    moment("created"),
    index("created", "created"),
    index("ft", "ft"),
    index("key", "key"),
    index("signature", "signature"),
    index("size", "size"),
    index("type", "type"),
)

file_chunk = Table(
    "file_chunk",
    metadata,
    number("file_id", width=11, signed=True, primary_key=True),
    number("chunk_id", width=11, signed=True, primary_key=True),
    blob("filedata", long=True),
)

attachment = Table(
    "attachment",
    metadata,
    identifier("id", width=10),
    reference("object_id", width=11, required=True),
    plain("type", 1, fixed=True),
    reference("file_id", width=11, required=True),
    plain("name", 255, nullable=True),
    switch("inline", default=False),
    plain("lang", 16, nullable=True),
    unique("file-type", "object_id", "file_id", "type"),
    unique("file_object", "file_id", "object_id"),
)
