"""`/mail`: the mails that the embedded help desk captured, for the person who tries it on this machine.

Mails hold links that sign people in, so the pages answer to browsers on this machine alone.
"""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from email import message_from_bytes
from email.policy import default as default_policy
from html import escape
from ipaddress import ip_address
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from osticket_api.features.files.api import read_all
from osticket_api.mail.capture import find_captured, newest_captured
from osticket_api.mail.letters import Letter

_SHOWN: Final = 200
_FORWARDING: Final = ("forwarded", "x-forwarded-for", "x-real-ip")
_SAFE_IMAGES: Final = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
}
_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
td, th {{ text-align: left; vertical-align: top; padding: 0 1rem 0 0 }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere }}
iframe {{ width: 100%; height: 28rem; border: 1px solid #999; background: #fff }}
</style>
<body>
{content}
</html>
"""


def serve_captured_mails(app: Starlette) -> None:
    """Add the pages."""
    for path, show in (("/mail", _list), ("/mail/{mail:int}", _one), ("/mail/{mail:int}/source", _source)):
        app.router.routes.append(Route(path, _on_this_machine(show), methods=["GET"]))


def _on_this_machine(show: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Answer 404 to everybody else, and to pages of other sites that lead a name of their own to this machine."""

    async def guarded(request: Request) -> Response:
        client = request.client.host if request.client else ""
        is_forwarded = any(name in request.headers for name in _FORWARDING)
        if is_forwarded or not (_is_loopback(client) and _is_loopback(request.url.hostname or "")):
            raise HTTPException(404)
        return await show(request)

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


async def _list(request: Request) -> Response:
    rows = await request.app.state.database.read(newest_captured, _SHOWN)
    lines = "".join(
        f'<tr><td>{row.created_at:%Y-%m-%d %H:%M:%S}<td>{escape(row.recipients)}<td><a href="mail/{row.id}">'
        f"{escape(row.subject) or '(no subject)'}</a>"
        for row in rows
    )
    table = f"<table><tr><th>Made (UTC)<th>To<th>Subject{lines}</table>" if rows else "<p>There is no mail yet.</p>"
    return _page("Captured mail", f"<h1>Captured mail</h1><p>Nobody gets these mails. Newest first.</p>{table}")


async def _one(request: Request) -> Response:
    letter, source = await _find(request)
    message = message_from_bytes(source, policy=default_policy)
    headers = "".join(f"<tr><th>{escape(name)}<td>{escape(str(value))}" for name, value in message.items())
    files = "".join(f"<li>{escape(file.name)} ({escape(file.type)})" for file in letter.files)
    content = (
        f'<p><a href="../mail">All mails</a> <a href="{request.path_params["mail"]}/source">Source</a></p>'
        f"<h1>{escape(letter.subject)}</h1><table>{headers}</table>"
        f"{_framed(letter, source)}<h2>Text</h2><pre>{escape(letter.text)}</pre>"
        f"{f'<h2>Files</h2><ul>{files}</ul>' if files else ''}"
    )
    return _page(letter.subject, content)


def _framed(letter: Letter, source: bytes) -> str:
    """The HTML in a frame of its own origin, without scripts and forms. A link in it opens a new tab."""
    if letter.html is None:
        return ""
    html = letter.html
    for part in message_from_bytes(source, policy=default_policy).walk():
        content_id = str(part.get("Content-ID", "")).strip("<> ")
        if content_id and part.get_content_type() in _SAFE_IMAGES:
            image = b64encode(part.get_payload(decode=True) or b"").decode()  # type: ignore[arg-type]
            html = html.replace(f"cid:{content_id}", f"data:{part.get_content_type()};base64,{image}")
    sandbox = "allow-popups allow-popups-to-escape-sandbox"
    shown = escape(f'<base target="_blank">{html}')
    return f'<h2>HTML</h2><iframe title="HTML" sandbox="{sandbox}" srcdoc="{shown}"></iframe>'


async def _source(request: Request) -> Response:
    _, source = await _find(request)
    return Response(source, media_type="text/plain; charset=utf-8", headers=_HEADERS)


async def _find(request: Request) -> tuple[Letter, bytes]:
    mail_id = request.path_params["mail"]
    if mail_id >= 2**31:
        raise HTTPException(404)
    found: tuple[Letter, bytes] | None = await request.app.state.database.read(find_captured, mail_id, read_all)
    if found is None:
        raise HTTPException(404)
    return found


def _page(title: str, content: str) -> Response:
    return HTMLResponse(_PAGE.format(title=escape(title), content=content), headers=_HEADERS)
