"""Reading the ban list."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, exists, select

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.identity import rows_named
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.ban_list.requests import BannedAddress, BanQuery
from osticket_api.features.ban_list.service import NAME
from osticket_api.kit.suggestions import shortened
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.web.paging import Page


def list_banned(tx: Read, principal: Principal, query: BanQuery) -> Page[BannedAddress]:
    """The page of banned addresses that the query asks for.

    Raises: Forbidden, Invalid.
    """
    require_global(principal, GlobalPermission.emails_banlist)
    rule = t.filter_rule.c
    wanted = [exists().where(t.filter_.c.id == rule.filter_id, t.filter_.c.name == NAME), rule.what == "email"]
    if query.email:
        wanted.append(rule.val.contains(query.email, autoescape=True))
    keys = sort_keys(query.sort, {"id": rule.id, "email": rule.val, "created_at": rule.created})
    listing = Listing(principal, query, rule.id, keys, wanted)
    page = listing.ids()
    rows = tx.rows(
        select(t.filter_rule, *listing.places(page))
        .join_from(page, t.filter_rule, rule.id == page.c.page_id)
        .order_by(*listing.order(page))
    )
    return listing.page(tx, rows, _to_response)


def _to_response(rows: Sequence[Row[Any]]) -> list[BannedAddress]:
    return [BannedAddress(row.id, row.val, row.notes, row.isactive, row.created) for row in rows]


def get_banned(tx: Read, principal: Principal, email: str) -> BannedAddress:
    """The entry of an address. Letter case does not count. Raises: Forbidden, NotFound."""
    require_global(principal, GlobalPermission.emails_banlist)
    rule = t.filter_rule.c
    of_list = exists().where(t.filter_.c.id == rule.filter_id, t.filter_.c.name == NAME)
    rows = rows_named(tx, select(t.filter_rule).where(of_list, rule.what == "email"), rule.val, email)
    if not rows:
        raise NotFound.because(f"{shortened(email)} is not banned.")
    return _to_response(rows)[0]
