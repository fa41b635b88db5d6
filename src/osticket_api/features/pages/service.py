"""Reading and setting up pages. Source: mail.md 7.1."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, delete, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, NotFound
from osticket_api.features.pages.requests import PageQuery
from osticket_api.features.pages.responses import SitePage
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.resource import Resource
from osticket_api.query.small_lists import matching, read_page
from osticket_api.web.paging import Page

CHOSEN: Final = ("landing", "offline", "thank-you", "other")
"""Types of which there may be many. Of any other there is one page, which a mail is made from."""

_page: Final = t.content.c
_SETTINGS: Final = ("landing_page_id", "offline_page_id", "thank-you_page_id")
_COLUMNS: Final = {"type": "type", "name": "name", "body": "body", "is_active": "isactive", "notes": "notes"}


def list_pages(tx: Read, principal: Principal, query: PageQuery) -> Page[SitePage]:
    """The page of texts that the query asks for. Raises: Invalid."""
    wanted = matching(query, _page.name, _page.isactive == 1)
    if query.type is not None:
        wanted.append(_page.type == query.type)
    columns = {"id": _page.id, "name": _page.name, "created_at": _page.created, "updated_at": _page.updated}
    listing = Listing(principal, query, _page.id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, select(t.content), lambda rows: _to_responses(tx, rows))


def get_page(tx: Read, principal: Principal, page_id: int) -> SitePage:
    """Raises: NotFound."""
    rows = tx.rows(select(t.content).where(_page.id == page_id))
    if not rows:
        raise NotFound.because(f"There is no page {page_id}.")
    return _to_responses(tx, rows)[0]


PAGES: Final = Resource("page", t.content, get_page)


def add_page(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Add a page. Returns its id. Raises: Conflict for a name that is taken."""
    PAGES.check_unique(tx, "name", given["name"], field="name")
    return PAGES.insert(tx, **{"isactive": True, **_columns(given)})


def edit_page(tx: Write, actor: Principal, page: Row[Any], given: Mapping[str, Any]) -> None:
    """Change a page. Raises: Conflict for a name that is taken, and for switching off a page that is used."""
    if "name" in given:
        PAGES.check_unique(tx, "name", given["name"], field="name", but=page.id)
    if given.get("is_active") is False:
        _refuse_used(tx, page)
    PAGES.save(tx, page, _columns(given))


def delete_page(tx: Write, actor: Principal, page: Row[Any]) -> None:
    """Delete a page. Raises: Conflict for one that is used."""
    _refuse_used(tx, page)
    tx.change(delete(t.content).where(_page.id == page.id))


def _refuse_used(tx: Read, page: Row[Any]) -> None:
    if page.id in _used(tx, [page]):
        message = "This page is used by the help desk, by a help topic, or for a mail. Choose another page there first."
        raise Conflict.because(message, code="in_use")


def _columns(given: Mapping[str, Any]) -> dict[str, Any]:
    return {column: given[name] for name, column in _COLUMNS.items() if name in given}


def _used(tx: Read, rows: Sequence[Row[Any]]) -> set[int]:
    """The ids of those among these pages that something needs."""
    config = load_config(tx)
    ids = [row.id for row in rows]
    topic = t.help_topic.c
    by_topics = set(tx.scalars(select(topic.page_id).where(topic.page_id.in_(ids)).distinct()))
    by_settings = {config.number(key) for key in _SETTINGS}
    for_mails = {row.id for row in rows if row.type not in CHOSEN}
    return {each for each in (by_topics | by_settings | for_mails) if each in ids}


def _to_responses(tx: Read, rows: Sequence[Row[Any]]) -> list[SitePage]:
    used = _used(tx, rows)
    return [
        SitePage(
            id=row.id,
            type=row.type,
            name=row.name,
            body=row.body,
            is_active=row.isactive,
            is_used=row.id in used,
            notes=row.notes,
            created_at=row.created,
            updated_at=row.updated,
        )
        for row in rows
    ]
