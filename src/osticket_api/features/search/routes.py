"""Searching over HTTP."""

from osticket_api.access.principal import Principal
from osticket_api.access.rules import PORTAL
from osticket_api.db.unit import Read
from osticket_api.features.search.queries import search
from osticket_api.features.search.requests import SearchQuery
from osticket_api.features.search.responses import Found
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="search", prefix="/search")


@router.get("", access=PORTAL)
def get_search(unit: Read, caller: Principal, query: SearchQuery) -> Page[Found]:
    """Find tickets, tasks, users, organizations and FAQs by words, number or address.

    Exact numbers and addresses come first, then what matches best; at most the 1,000 best hits are looked at, and for
    an agent the newest of words in more than 12,000 texts. Agents search what their lists show (users and organizations
    with `user.dir`), users their tickets and the public knowledge base, everybody else the latter.
    """
    return search(unit, caller, query)
