"""The read-only switch: while it is on, no request and no job of any server changes anything.

It is a row in the database, so that servers on every machine see it. `Database.write` looks at it, at most twice a
second; on the machine where it is turned, the change is seen at once.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from osticket_api.db.dialect import upsert
from osticket_api.db.tables.own import api_switch
from osticket_api.db.unit import Read, Write

_NAME: Final = "read_only"


def on_since(tx: Read) -> datetime | None:
    """When it was turned on, None while it is off. Not counted among the queries of the request that asks first."""
    found = select(api_switch.c.since).where(api_switch.c.name == _NAME)
    since: datetime | None = tx.connection.execute(found).scalar()
    return since


def turn_on(tx: Write) -> None:
    """Turn it on, or leave it on."""
    if on_since(tx) is None:
        upsert(tx, api_switch, {"name": _NAME}, {"since": tx.now})


def turn_off(tx: Write) -> None:
    """Turn it off, or leave it off."""
    tx.change(delete(api_switch).where(api_switch.c.name == _NAME))
