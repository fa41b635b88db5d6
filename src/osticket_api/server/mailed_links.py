"""osTicket's own addresses, as its mails have them, lead to the front ends.

osTicket makes links out of `helpdesk_url`. A fresh help desk has no PHP behind that address; a desk with PHP may point
it at the portal.
Source: mail.md 8.1, 8.2
"""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from osticket_api.settings import Settings

Page = Callable[[QueryParams], str]
"""Makes the page of a front end from the query of osTicket's address."""


def _ticket(query: QueryParams) -> str:
    if "auth" in query:
        return _page("/ticket-link", token=query["auth"])
    if "t" in query:
        return _page("/check", number=query["t"])
    return _numbered("/tickets", query)


def _numbered(path: str, query: QueryParams) -> str:
    identifier = query.get("id", "")
    return f"{path}/{identifier}" if identifier.isascii() and identifier.isdigit() else path


def _file(query: QueryParams) -> str:
    """A file is where its ticket is, for those who may open that."""
    return _numbered("/tickets", QueryParams({"id": query.get("ticket", "")}))


def _by_token(path: str, query: QueryParams) -> str:
    return _page(path, token=query["token"]) if query.get("token") else "/forgotten-password"


def _page(path: str, **query: str) -> str:
    given = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


_PORTAL: Final[Mapping[str, Page]] = {
    "/view.php": _ticket,
    "/tickets.php": _ticket,
    "/file.php": _file,
    "/open.php": lambda query: "/open",
    "/login.php": lambda query: "/sign-in",
    "/account.php": lambda query: "/register",
    "/pwreset.php": lambda query: _by_token("/confirm", query),
}
_CONSOLE: Final[Mapping[str, Page]] = {
    "/scp/tickets.php": lambda query: _numbered("/tickets", query) if "id" in query else "/",
    "/scp/tasks.php": lambda query: _numbered("/tasks", query),
    "/scp/login.php": lambda query: "/",
    "/scp/pwreset.php": lambda query: _by_token("/reset-password", query),
}


def serve_mailed_links(app: Starlette, settings: Settings) -> None:
    """Lead from osTicket's addresses to the front ends that are switched on."""
    if settings.features_portal:
        _serve(app, "portal", _PORTAL)
    if settings.features_console:
        _serve(app, "console", _CONSOLE)


def _serve(app: Starlette, front_end: str, pages: Mapping[str, Page]) -> None:
    for path, page in pages.items():
        app.router.routes.append(Route(path, _leading_to(front_end, path, page), methods=["GET"]))


def _leading_to(front_end: str, path: str, page: Page) -> Callable[[Request], Response]:
    up = "../" * (path.count("/") - 1)  # Relative, so that it holds below any path.

    def lead(request: Request) -> Response:
        address = f"{up}{front_end}#{page(request.query_params)}"
        return RedirectResponse(address, status_code=302, headers={"Cache-Control": "no-store"})

    return lead
