"""`/problems/<code>`: a page for each kind of error, which the `type` of problem details leads to."""

from collections.abc import Iterator
from html import escape
from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from osticket_api.errors import ApiError
from osticket_api.web.envelope import TITLES

MEANINGS: Final = {
    400: "The request is malformed: its body, its form or a header cannot be read.",
    401: "There is no credential, or a bad one. A bad one is refused even beside a good one.",
    403: "The caller sees the thing but lacks a permission, which the message names; or may not use this at all.",
    404: "There is no such thing for this caller.",
    405: "The method is not possible here; `Allow` names those that are.",
    409: "The state of the thing forbids it, or a request with the same `Idempotency-Key` is still running.",
    412: "`If-Match` names an older state: read the thing again.",
    413: "The body is too large.",
    415: "The body is of a media type that is not taken here.",
    416: "No byte of the file lies in that range; `Content-Range` tells its length.",
    422: "Values are wrong: `errors` names every field and parameter at fault.",
    423: "Somebody else has locked the thing.",
    429: "Too many requests: `Retry-After` says how many seconds to wait.",
    500: "Something went wrong in the server. Its log knows more under the request id.",
    501: "This installation cannot do that.",
    503: "The database is away or busy: try again later.",
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


def serve_problems(app: FastAPI) -> None:
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
    told = f"<h1>{title}</h1><p><code>{kind.code}</code></p><p>{escape(MEANINGS[kind.status])}</p>"
    return _page(title, told, up="../")


def _page(title: str, content: str, *, up: str) -> Response:
    return HTMLResponse(_PAGE.format(title=title, content=content, up=up), headers=_POLICY)
