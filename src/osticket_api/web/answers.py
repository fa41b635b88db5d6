"""Turn the value that a handler returned into a response: tags, envelope, selected fields, links, location."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from osticket_api.access.field_rules import hide_from
from osticket_api.kit.etags import etag, is_known
from osticket_api.web.download import send_file
from osticket_api.web.effects import visible_effects
from osticket_api.web.envelope import encode, enveloped, own_address, request_id
from osticket_api.web.fields import select_fields
from osticket_api.web.handlers import Handler, item_of
from osticket_api.web.live import LiveResponse
from osticket_api.web.paging import Page, Slice
from osticket_api.web.results import Created, Done, Download, EventStream, Plain, Redirect, Secret

_IN_PATHS: Final = "/:@!$&'()*+,;="
_PLACE: Final = re.compile(r"{(\w+)}")
_PLACES: Final = ("page", "cursor", "after")
_PRIVATE: Final = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie, X-API-Key, Accept"}
_EVENT_STREAM: Final = "text/event-stream"
_NO_STORE: Final = {"Cache-Control": "no-store"}


def answer(
    request: Request,
    handler: Handler,
    result: Any,
    query: Any,
    status: int,
    location: str | None,
    warnings: Sequence[str] = (),
) -> Response:
    """The response for the value that a handler returned.

    Shapes: `query` is the parsed query string, if there is one; `location` a path with names of path values and fields;
    `warnings` are those of the unit of work.
    """
    hide_from(request.state.principal, _content(result))
    match result:
        case None | Redirect():
            return _without_body(result)
        case Page():
            return _page(request, handler, result, query)
        case Slice():
            return _json(request, encode(result.items), 200, _NO_STORE, result.meta())
        case EventStream():
            return _stream(request, result)
        case Download():
            return send_file(request, result)
        case Plain():
            return Response(encode(result.resource), status, _NO_STORE, "application/json")
        case Secret():
            return _json(request, encode(result.resource), status, _NO_STORE, {})
        case Created() | Done():
            warnings = (*warnings, *result.warnings)
            result = result.resource
    meta = {"warnings": warnings} if warnings else {}
    return _resource(request, handler, result, query, status, location, meta)


def _content(result: Any) -> Any:
    """Take the data to send out of its wrapper."""
    if isinstance(result, Page | Slice):
        return result.items
    return result.resource if isinstance(result, Created | Done | Plain | Secret) else result


def _without_body(result: Redirect | None) -> Response:
    if result is None:
        return Response(status_code=204)
    headers = {**_NO_STORE, "Location": result.address}
    return Response(status_code=302, headers=headers)


def dry_run(request: Request, effects: Sequence[Mapping[str, Any]]) -> Response:
    """The effects that the request would have had, as its caller may know them."""
    shown = visible_effects(request.state.principal, effects)
    return _json(request, encode({"effects": shown}), 200, _NO_STORE, {"dry_run": True})


def _resource(
    request: Request,
    handler: Handler,
    resource: Any,
    query: Any,
    status: int,
    location: str | None,
    meta: Mapping[str, Any],
) -> Response:
    fields, include = getattr(query, "fields", None), getattr(query, "include", None)
    if fields or include or getattr(query, "urls", None):
        whole = encode(select_fields([resource], handler.returns, fields)[0])
        tag = etag(encode(resource.plain() if hasattr(resource, "plain") else resource), whole)
    else:
        whole = encode(resource)
        tag = etag(whole)
    headers = {"ETag": tag, **_PRIVATE}
    if location is not None:
        headers["Location"] = _filled(location, request, resource)
    if status == 200 and is_known(tag, request.headers.get("if-none-match")):
        return Response(status_code=304, headers=headers)
    return _json(request, whole, status, headers, meta)


def _stream(request: Request, stream: EventStream) -> Response:
    headers = {**_NO_STORE, "X-Accel-Buffering": "no"}
    if request.method == "HEAD":
        return Response(headers=headers, media_type=_EVENT_STREAM)
    return LiveResponse(stream.listener, headers, _EVENT_STREAM)


def _page(request: Request, handler: Handler, page: Page[Any], query: Any) -> Response:
    data = encode(select_fields(page.items, item_of(handler.returns), getattr(query, "fields", None)))
    headers = {"ETag": etag(data + (encode(page.extra) if page.extra else b"")), **_PRIVATE, **_links(request, page)}
    if is_known(headers["ETag"], request.headers.get("if-none-match")):
        return Response(status_code=304, headers=headers)
    return _json(request, data, 200, headers, page.meta())


def _json(request: Request, data: bytes, status: int, headers: Mapping[str, str], meta: Mapping[str, Any]) -> Response:
    body = enveloped(data, {"request_id": request_id(request), **meta})
    return Response(body, status, dict(headers), "application/json")


def _filled(location: str, request: Request, resource: Any) -> str:
    """A path with its names replaced by the values in the request's path, and by fields of the resource."""
    values = request.path_params

    def value(place: re.Match[str]) -> str:
        name = place[1]
        return quote(str(values[name] if name in values else getattr(resource, name)), ":")

    return _PLACE.sub(value, location)


def _links(request: Request, page: Page[Any]) -> dict[str, str]:
    """Links to the other pages."""
    address = own_address(request) + quote(request.scope["path"], _IN_PATHS)
    kept = _without_place(request.scope["query_string"])
    links = [f'<{address}?{kept}{target}>; rel="{relation}"' for relation, target in page.links().items()]
    return {"Link": ", ".join(links)} if links else {}


@lru_cache(maxsize=256)
def _without_place(query_string: bytes) -> str:
    """The query string without the parameters of the page, which the caller appends."""
    given = QueryParams(query_string).multi_items()
    return "".join(urlencode({key: value}) + "&" for key, value in given if key not in _PLACES)
