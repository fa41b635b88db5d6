"""The ban list over HTTP."""

from typing import Annotated
from urllib.parse import quote

from starlette.responses import Response

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal
from osticket_api.access.rules import STAFF
from osticket_api.db.engine import Write
from osticket_api.errors import Conflict, NotFound
from osticket_api.features.ban_list.queries import get_banned, list_banned
from osticket_api.features.ban_list.schemas import Ban, BannedAddress, BanQuery, BanUpdate
from osticket_api.features.ban_list.service import ban, edit_ban, unban
from osticket_api.kit.nearest import shortened
from osticket_api.web.call import CallDependency, Precondition
from osticket_api.web.fields import select_fields
from osticket_api.web.input import payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="ban list", prefix="/ban-list")


@router.read("", access=STAFF, returns=Page[BannedAddress])
async def get_ban_list(call: CallDependency, query: Annotated[BanQuery, query(BanQuery)]) -> Response:
    """The addresses that may open no tickets."""
    page = await call.read(list_banned, query)
    return call.listed(page, select_fields(page.items, BannedAddress, query.fields))


@router.create("", access=STAFF, returns=BannedAddress)
async def post_ban(call: CallDependency, body: Annotated[Ban, payload(Ban)]) -> Response:
    """Ban an address: whoever writes from it gets no ticket. What they have stays."""

    def answer(banned: BannedAddress) -> Response:
        return call.one(banned, status=201, location=f"/api/v2/ban-list/{quote(banned.email)}")

    return await call.change(answer, _ban, body)


def _ban(tx: Write, principal: Principal, body: Ban) -> BannedAddress:
    require_global(principal, GlobalPermission.emails_banlist)
    if not ban(tx, body.email, notes=body.notes):
        raise Conflict.because(f"{body.email} is banned already.", field="email", code="already_banned")
    tx.note_effect("ban", email=body.email)
    return get_banned(tx, principal, body.email)


@router.read("/{email}", access=STAFF, returns=BannedAddress)
async def get_ban(call: CallDependency, email: str) -> Response:
    """The entry of a banned address."""
    return call.one(await call.read(get_banned, email))


@router.update("/{email}", access=STAFF, returns=BannedAddress)
async def update_ban(call: CallDependency, email: str, body: Annotated[BanUpdate, payload(BanUpdate)]) -> Response:
    """Change the notes of an entry, or switch it off and on."""
    return await call.change(call.one, _edit, call.precondition, email, body)


def _edit(tx: Write, principal: Principal, precondition: Precondition, email: str, body: BanUpdate) -> BannedAddress:
    precondition.check(get_banned(tx, principal, email))
    edit_ban(tx, email, body.given())
    return get_banned(tx, principal, email)


@router.remove("/{email}", access=STAFF)
async def delete_ban(call: CallDependency, email: str) -> Response:
    """Lift a ban."""
    return await call.change(lambda _: call.nothing(), _unban, email)


def _unban(tx: Write, principal: Principal, email: str) -> None:
    require_global(principal, GlobalPermission.emails_banlist)
    if not unban(tx, email):
        raise NotFound.because(f"{shortened(email)} is not banned.")
    tx.note_effect("ban", lifted=email)
