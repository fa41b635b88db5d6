"""`/docs`: Scalar's reference from files in this package, so that no internet is needed, and a form that signs in."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

ASSETS = Path(__file__).parent / "assets"

_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>osticket-api</title>
<link rel="icon" href="docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="docs/assets/docs.css">
<form id="sign-in">
<b>osticket-api</b>
<input name="username" aria-label="User name" placeholder="User name" autocomplete="username" required>
<input name="password" aria-label="Password" placeholder="Password" type="password" autocomplete="current-password">
<select name="kind" aria-label="Kind"><option value="staff">Agent</option><option value="user">User</option></select>
<output></output>
<button>Sign in</button>
</form>
<div id="reference"></div>
<script src="docs/assets/scalar.js"></script>
<script src="docs/assets/start.js"></script>
</html>
"""


def serve_docs(app: Starlette) -> None:
    """Add the page and its files."""
    app.router.routes.append(Route("/docs", _page, methods=["GET"]))
    app.router.routes.append(Mount("/docs/assets", StaticFiles(directory=ASSETS)))


async def _page(request: Request) -> Response:
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})
