"""Searching everything at once."""

from osticket_api.access.principal import Principal
from osticket_api.db.unit import Read
from osticket_api.errors import Invalid
from osticket_api.features.search.allowed import types_wanted
from osticket_api.features.search.finding import NUMBER, Candidate, find
from osticket_api.features.search.requests import SearchQuery
from osticket_api.features.search.responses import Found
from osticket_api.features.search.showing import show
from osticket_api.kit.cursor import encode_cursor
from osticket_api.query.ordering import read_cursor
from osticket_api.search_index.terms import MIN_BYTES, is_too_short, parse
from osticket_api.web.paging import Page


def search(tx: Read, principal: Principal, query: SearchQuery) -> Page[Found]:
    """The page of what matches, among what the caller may see: exact numbers and addresses, then the best.

    Raises: Invalid, Forbidden and Unauthenticated for types that are not the caller's.
    """
    types = types_wanted(tx, principal, query.type)
    if is_too_short(query.q) and not NUMBER.fullmatch(query.q.strip()):
        raise Invalid.because(f"At least {MIN_BYTES} characters are needed.", field="q")
    question = parse(query.q)
    found = find(tx, principal, query.q, types)
    start = _after(found, query.cursor) if query.cursor else ((query.page or 1) - 1) * query.per_page
    shown = found[start : start + query.per_page]
    has_more = start + query.per_page < len(found)
    return Page(
        items=show(tx, principal, shown, () if question is None else question.wanted),
        per_page=query.per_page,
        page=None if query.cursor else query.page or 1,
        total=len(found),
        next_cursor=encode_cursor(shown[-1].place) if has_more else None,
    )


def _after(found: list[Candidate], cursor: str) -> int:
    """How many come no later than the cursor's place."""
    place = read_cursor(cursor, tuple[bool, float, int, int])
    return sum(each.place <= place for each in found)
