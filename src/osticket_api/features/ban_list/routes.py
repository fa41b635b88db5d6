"""The ban list over HTTP."""

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Staff
from osticket_api.access.rules import STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, NotFound
from osticket_api.features.ban_list.queries import get_banned, list_banned
from osticket_api.features.ban_list.requests import Ban, BannedAddress, BanQuery, BanUpdate
from osticket_api.features.ban_list.service import ban, edit_ban, unban
from osticket_api.kit.suggestions import shortened
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="ban list", prefix="/ban-list")


@router.get("", access=STAFF)
def get_ban_list(unit: Read, caller: Staff, query: BanQuery) -> Page[BannedAddress]:
    """The addresses that may open no tickets."""
    return list_banned(unit, caller, query)


@router.post("", access=STAFF, location="/ban-list/{email}")
def post_ban(unit: Write, caller: Staff, body: Ban) -> Created[BannedAddress]:
    """Ban an address: nobody can open a ticket from it. Existing tickets stay."""
    require_global(caller, GlobalPermission.emails_banlist)
    if not ban(unit, body.email, notes=body.notes):
        raise Conflict.because(f"{body.email} is banned already.", field="email", code="already_banned")
    unit.note_effect("ban", email=body.email)
    return Created(get_banned(unit, caller, body.email))


@router.get("/{email}", access=STAFF)
def get_ban(unit: Read, caller: Staff, email: str) -> BannedAddress:
    """The entry of a banned address."""
    return get_banned(unit, caller, email)


@router.patch("/{email}", access=STAFF)
def update_ban(unit: Write, caller: Staff, email: str, body: BanUpdate) -> BannedAddress:
    """Change the notes of an entry, or switch it off and on."""
    unit.precondition.check(get_banned(unit, caller, email))
    edit_ban(unit, email, body.given())
    return get_banned(unit, caller, email)


@router.delete("/{email}", access=STAFF)
def delete_ban(unit: Write, caller: Staff, email: str) -> None:
    """Delete a ban."""
    require_global(caller, GlobalPermission.emails_banlist)
    if not unban(unit, email):
        raise NotFound.because(f"{shortened(email)} is not banned.")
    unit.note_effect("ban", lifted=email)
