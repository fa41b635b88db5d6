"""API keys over HTTP."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from starlette.responses import Response

from osticket_api.access.principal import Principal
from osticket_api.access.rules import ADMINISTRATOR
from osticket_api.db.engine import Write
from osticket_api.features.apikeys import service
from osticket_api.features.apikeys.schemas import ApiKey, KeyCreate, KeyUpdate, NewApiKey
from osticket_api.web.call import CallDependency, Precondition
from osticket_api.web.input import payload
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

R = TypeVar("R")

router = Router(tag="api keys", prefix="/api-keys")


@router.read("", access=ADMINISTRATOR, returns=Page[ApiKey])
async def get_api_keys(call: CallDependency) -> Response:
    """All keys, ours first, then those of osTicket's own table. There is one page of them."""
    keys = await call.read(service.list_keys)
    return call.listed(Page(keys, per_page=max(1, len(keys)), page=1, total=len(keys)))


@router.create("", access=ADMINISTRATOR, returns=NewApiKey)
async def post_api_key(call: CallDependency, body: Annotated[KeyCreate, payload(KeyCreate)]) -> Response:
    """Make a key. It is shown in this answer and never again."""
    return await call.tell_once(201, service.create_key, body)


@router.read("/{key}", access=ADMINISTRATOR, returns=ApiKey)
async def get_api_key(call: CallDependency, key: str) -> Response:
    """A key by its reference: `7`, or `osticket:7`."""
    return call.one(await call.read(service.get_key, key))


@router.update("/{key}", access=ADMINISTRATOR, returns=ApiKey)
async def update_api_key(call: CallDependency, key: str, body: Annotated[KeyUpdate, payload(KeyUpdate)]) -> Response:
    """Change what a key may do. `permissions` are given as a whole."""
    return await call.change(call.one, _as_read(call.precondition, service.update_key), key, body)


@router.remove("/{key}", access=ADMINISTRATOR)
async def delete_api_key(call: CallDependency, key: str) -> Response:
    """Revoke a key. A row of osTicket's table is deleted."""
    return await call.change(lambda _: call.nothing(), _as_read(call.precondition, service.revoke_key), key)


@router.act("/{key}/rotate", access=ADMINISTRATOR, returns=NewApiKey)
async def rotate_api_key(call: CallDependency, key: str) -> Response:
    """Replace a key by a new one with the same rights. The old one ends at once."""
    return await call.tell_once(200, service.rotate_key, key)


def _as_read(precondition: Precondition, function: Callable[..., R]) -> Callable[..., R]:
    """The function, after a look whether the key is still as the caller has read it."""

    def checked(tx: Write, principal: Principal, key: str, *args: Any) -> R:
        if precondition.is_set:
            precondition.check(service.get_key(tx, principal, key))
        return function(tx, principal, key, *args)

    return checked
