"""Texts of the help desk over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR
from osticket_api.db.unit import Read, Write
from osticket_api.features.pages import service
from osticket_api.features.pages.requests import PageCreate, PageQuery, PageUpdate
from osticket_api.features.pages.responses import SitePage
from osticket_api.features.pages.service import PAGES
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="pages", prefix="/pages")


@router.get("", access=ADMINISTRATOR)
def get_pages(unit: Read, caller: Staff, query: PageQuery) -> Page[SitePage]:
    """The texts of the help desk's pages, and of its mails about accounts and links."""
    return service.list_pages(unit, caller, query)


@router.get("/{page}", access=ADMINISTRATOR)
def get_site_page(unit: Read, caller: Staff, page: PathId) -> SitePage:
    """A text of the help desk."""
    return service.get_page(unit, caller, page)


@router.post("", access=ADMINISTRATOR)
def post_page(unit: Write, caller: Staff, body: PageCreate) -> Created[SitePage]:
    """Add a page."""
    return Created(PAGES.get(unit, caller, service.add_page(unit, caller, body.given())))


@router.patch("/{page}", access=ADMINISTRATOR)
def update_page(unit: Write, caller: Staff, page: PathId, body: PageUpdate) -> SitePage:
    """Change a page. The name of a mail's text is the subject of the mail."""
    service.edit_page(unit, caller, PAGES.get_for_update(unit, caller, page), body.given())
    return PAGES.get(unit, caller, page)


@router.delete("/{page}", access=ADMINISTRATOR)
def delete_page(unit: Write, caller: Staff, page: PathId) -> None:
    """Delete a page that nothing uses."""
    service.delete_page(unit, caller, PAGES.get_for_update(unit, caller, page))
    PAGES.note_deleted(unit, page)
