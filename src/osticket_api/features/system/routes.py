"""Health and readiness, for whoever keeps the server running."""

import asyncio
from contextlib import suppress
from typing import Final, Literal

import msgspec

from osticket_api import __version__
from osticket_api.access.rules import ANYONE
from osticket_api.db import own
from osticket_api.db.connect import check_schema
from osticket_api.db.engine import Database
from osticket_api.db.unit import Read
from osticket_api.errors import Unavailable
from osticket_api.settings import ConfigurationError
from osticket_api.web.call import Call
from osticket_api.web.results import Secret
from osticket_api.web.router import Router

router = Router(tag="system")

_READY_SECONDS: Final = 2
"""How long a readiness check waits for the database, and how long a caller should wait for the next one."""


class Health(msgspec.Struct):
    status: Literal["ok", "ready"]
    """ok: it runs; ready: its database answers too."""
    version: str
    osticket: str | None = None
    read_only: bool | None = None
    replica: str | None = None


@router.get("/healthz", access=ANYONE)
async def get_health() -> Secret[Health]:
    """Whether this process answers. The database is not asked."""
    return Secret(Health("ok", __version__))


@router.get("/readyz", access=ANYONE)
async def get_readiness(call: Call) -> Secret[Health]:
    """Whether requests can be served: the database answers within two seconds, and its tables are those that we need.

    `read_only` says whether changes are switched off. A server that is about to stop is not ready (`stopping`).
    `replica` tells how the replica of DB_READ_HOST stands: `in_use`, `behind`, `away` or `unfit`. Without it the
    database answers what reads, so that the server is ready all the same.

    With 503 the answer names what is wrong.
    """
    if call.is_draining:
        raise _not_ready(Unavailable.because("This server is about to stop.", code="stopping"))
    try:
        osticket = await asyncio.wait_for(call.database.read(_check_tables), _READY_SECONDS)
        is_read_only = call.database.read_only or await call.database.is_switched_read_only()
    except TimeoutError:
        raise _not_ready(Unavailable.because("The database does not answer in time.", code="database_slow")) from None
    except ConfigurationError as error:
        raise _not_ready(Unavailable.because(f"{error}.", code="database_unusable")) from None
    except Unavailable as error:
        raise _not_ready(error) from None
    return Secret(Health("ready", __version__, osticket, is_read_only, await _replica_standing(call.database)))


async def _replica_standing(database: Database) -> str | None:
    """How the replica stands after one more try, None without one. It has no part in whether requests are served."""
    if database.replica is None:
        return None
    with suppress(TimeoutError):
        await asyncio.wait_for(database.read_anywhere(lambda tx: None), _READY_SECONDS)
    return database.replica.standing.value


def _check_tables(tx: Read) -> str:
    """The version of osTicket. Raises: ConfigurationError for tables that are missing or of another version."""
    osticket = check_schema(tx)
    if tx.has_own_tables and not own.is_current(tx):
        raise ConfigurationError(own.sentence_about(own.version(tx)))
    return osticket


def _not_ready(error: Unavailable) -> Unavailable:
    error.headers.setdefault("Retry-After", str(_READY_SECONDS))
    return error
