"""Health and readiness, for whoever keeps the server running."""

import msgspec
from starlette.responses import Response

from osticket_api import __version__
from osticket_api.access.rules import ANYONE
from osticket_api.db.connect import check_schema
from osticket_api.web.call import CallDependency
from osticket_api.web.router import Router

router = Router(tag="system")


class Health(msgspec.Struct):
    status: str
    version: str
    osticket: str | None = None


@router.read("/healthz", access=ANYONE, returns=Health)
async def get_health(call: CallDependency) -> Response:
    """Whether this process answers. Asks nothing of the database."""
    return call.secret(Health("ok", __version__))


@router.read("/readyz", access=ANYONE, returns=Health)
async def get_readiness(call: CallDependency) -> Response:
    """Whether requests can be served: the database is reachable and its schema is known."""
    osticket = await call.database.read(check_schema)
    return call.secret(Health("ready", __version__, osticket))
