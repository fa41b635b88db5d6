"""`/problems/<code>`: a page for each kind of error, linked from the `type` of problem details."""

from collections.abc import Iterator
from html import escape
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from osticket_api.errors import ApiError
from osticket_api.web.envelope import TITLES

MEANINGS: Final = {
    400: "The request is malformed: its body, its form or a header cannot be read.",
    401: "The credential is missing or not valid. A credential that is not valid is refused even beside a valid one.",
    403: "The caller lacks the permission that the message names, or may not use this route.",
    404: "The resource does not exist, or the caller may not see it.",
    405: "The path does not have this method; `Allow` names those that it has.",
    408: "The request did not arrive in time.",
    409: "The state of the resource forbids the change, or a request with the same `Idempotency-Key` is still running.",
    410: "This resource existed, and was deleted.",
    412: "`If-Match` names an older state: read the resource again.",
    413: "The body is too large.",
    414: "The address, with its query string, is too long.",
    415: "The route does not take the media type of the body.",
    416: "The range is beyond the end of the file; `Content-Range` has the file's length.",
    422: "Values are not valid: `errors` names every field and parameter at fault.",
    423: "Another agent has locked the resource.",
    429: "Too many requests: `Retry-After` says how many seconds to wait.",
    431: "There are too many headers, or they are too large.",
    500: "The server failed. Its log has the details under the request id.",
    501: "This installation does not support the request.",
    503: "The database or a plugin's storage is away, busy or slow, or changes are switched off: see `Retry-After`.",
    507: "The disk of the database is full.",
}

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<body style="font: 1rem/1.5 system-ui; max-width: 40rem; margin: 3rem auto; padding: 0 1rem">
{content}
<p><a href="{up}docs">The whole API</a></p>
</html>
"""
_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}


def serve_problems(app: Starlette) -> None:
    """Add the pages."""
    app.router.routes.append(Route("/problems", _list, methods=["GET"]))
    app.router.routes.append(Route("/problems/{code}", _one, methods=["GET"]))


def kinds(parent: type[ApiError] = ApiError) -> Iterator[type[ApiError]]:
    """Every kind of error there is."""
    for kind in parent.__subclasses__():
        yield kind
        yield from kinds(kind)


async def _list(request: Request) -> Response:
    found = {kind.code: kind.status for kind in kinds()}
    items = "".join(f'<li><a href="problems/{code}">{code}</a> ({found[code]})' for code in sorted(found))
    return _page("Problems", f"<h1>Problems</h1><ul>{items}</ul>", up="")


async def _one(request: Request) -> Response:
    kind = next((kind for kind in kinds() if kind.code == request.path_params["code"]), None)
    if kind is None:
        raise HTTPException(404)
    title = f"{kind.status} {TITLES[kind.status]}"
    body = f"<h1>{title}</h1><p><code>{kind.code}</code></p><p>{escape(MEANINGS[kind.status])}</p>"
    return _page(title, body, up="../")


def _page(title: str, content: str, *, up: str) -> Response:
    return HTMLResponse(_PAGE.format(title=title, content=content, up=up), headers=_POLICY)
