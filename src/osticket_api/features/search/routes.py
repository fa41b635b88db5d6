"""Searching over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import ANYONE
from osticket_api.features.search.queries import search
from osticket_api.features.search.schemas import SearchQuery
from osticket_api.features.search.shapes import Found
from osticket_api.web.call import CallDependency
from osticket_api.web.input import query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="search", prefix="/search")


@router.read("", access=ANYONE, returns=Page[Found])
async def get_search(call: CallDependency, query: Annotated[SearchQuery, query(SearchQuery)]) -> Response:
    """Find tickets, tasks, users, organizations and FAQs by words, number or address.

    Exact numbers and addresses come first, then what matches best; at most the 1,000 best hits are looked at. Agents
    search what their lists show (users and organizations with `user.dir`), users their tickets and the public
    knowledge base, everybody else the latter.
    """
    return call.listed(await call.read(search, query))
