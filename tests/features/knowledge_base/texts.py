"""What tests of canned responses and FAQs have in common."""

from typing import Any

from sqlalchemy import func, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api, Caller

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PICTURE = f'<img src="data:image/png;base64,{PIXEL}">'


def uploaded(caller: Caller, name: str = "price list.txt") -> int:
    """The id of a file that the caller has just uploaded."""
    return int(caller.post(f"/files?name={name}", content=f"what {name} says".encode()).data["id"])


def attached(api: Api, kind: str, object_id: int) -> int:
    """How many files are attached to something."""
    wanted = (t.attachment.c.type == kind, t.attachment.c.object_id == object_id)
    return int(api.rows(select(func.count()).select_from(t.attachment).where(*wanted))[0][0])


def configure(api: Api, key: str, value: str) -> None:
    """Set one of the help desk's settings, whether there is a row for it or not."""

    def unit(tx: Write) -> None:
        config = t.config.c
        if not tx.change(update(t.config).where(config.namespace == "core", config.key == key).values(value=value)):
            tx.insert(t.config, namespace="core", key=key, value=value)

    api.write(unit)


def change(api: Api, table: Any, row_id: int, **values: Any) -> None:
    """Change a row as somebody else would."""
    (identity,) = table.primary_key.columns
    api.write(lambda tx: tx.change(update(table).where(identity == row_id).values(**values)))
