"""`/console` and `/portal`: the front ends out of this package, as plain ES modules and style sheets.

A page names its files below `/frontends/<digest>/`, where the digest stands for the content of all of them: browsers
keep each file for ever, and the relative imports of a module stay inside the digest.
"""

import gzip
import hashlib
import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from osticket_api.kit.etags import etag, is_known
from osticket_api.settings import Environment, Settings

_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".LICENSE": "text/plain"}
_CAPTCHAS: Final = {
    "turnstile": "https://challenges.cloudflare.com",
    "hcaptcha": "https://hcaptcha.com https://*.hcaptcha.com",
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"


@dataclass(frozen=True)
class Bundle:
    """The files of all front ends, by their path."""

    contents: Mapping[str, bytes]
    _packed: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        digest = hashlib.sha256()
        for path, content in sorted(self.contents.items()):
            digest.update(f"{path}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()[:20]

    def packed(self, path: str) -> bytes:
        """A file as gzip, made once."""
        if path not in self._packed:
            self._packed[path] = gzip.compress(self.contents[path], mtime=0)
        return self._packed[path]

    def page(self, name: str) -> str:
        """The page of one front end. It tells the browser of all its modules at once, before the first one has run."""
        base = f"frontends/{self.digest}"
        needed = ("vendor/", "shared/", f"{name}/")
        modules = (path for path in sorted(self.contents) if path.endswith(".js") and path.startswith(needed))
        links = "\n".join(f'<link rel="modulepreload" href="{base}/{html.escape(path)}">' for path in modules)
        page = self.contents[f"{name}/index.html"].decode()
        return page.replace("{{base}}", base).replace("{{modules}}", links)


def policy(captcha: str = "") -> str:
    """The Content-Security-Policy of a page: our own files, and the captcha's provider."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {captcha}",
            f"style-src 'self' {captcha}",
            "img-src 'self' blob: data:",
            "media-src 'self' blob:",
            f"connect-src 'self' {captcha}",
            f"frame-src 'self' blob: {captcha}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def read_bundle() -> Bundle:
    """All files as they are in the package now."""
    return Bundle(dict(_contents(files("osticket_api") / "frontends", "")))


def _contents(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _contents(entry, f"{path}{entry.name}/")
        else:
            yield f"{path}{entry.name}", entry.read_bytes()


class Frontends:
    """The routes of the front ends that are switched on."""

    def __init__(self, settings: Settings) -> None:
        self.names = [name for name in ("console", "portal") if name in settings.features]
        self.is_developing = settings.app_env is Environment.development
        self.captcha = _CAPTCHAS[settings.captcha_provider] if settings.captcha_provider else ""
        self.bundle = read_bundle()

    def serve(self, app: Starlette) -> None:
        """Add the pages and their files."""
        if self.names:
            app.router.routes.append(Route("/frontends/{digest}/{path:path}", self.file, methods=["GET"]))
        for name in self.names:
            app.router.routes.append(Route(f"/{name}", self.page, methods=["GET"]))
            app.router.routes.append(Route(f"/{name}/", self.without_slash, methods=["GET"]))

    async def page(self, request: Request) -> Response:
        if self.is_developing:
            self.bundle = read_bundle()  # A changed file is seen at the next loading of the page.
        name = request.scope["path"].strip("/")
        page = self.bundle.page(name)
        headers = {"ETag": etag(page.encode()), "Cache-Control": _ASK_AGAIN}
        headers["Content-Security-Policy"] = policy(self.captcha)
        if is_known(headers["ETag"], request.headers.get("if-none-match")):
            return Response(status_code=304, headers=headers)
        return HTMLResponse(page, headers=headers)

    async def without_slash(self, request: Request) -> Response:
        """The addresses in a page are relative, so that it can be served below any path."""
        return RedirectResponse(f"../{request.scope['path'].strip('/')}", status_code=308)

    async def file(self, request: Request) -> Response:
        """Answer one file. A page of an older version gets the file of today, uncached."""
        path = request.path_params["path"]
        content = self.bundle.contents.get(path)
        media_type = _TYPES.get(PurePosixPath(path).suffix)
        if content is None or media_type is None:
            raise HTTPException(404)
        is_current = request.path_params["digest"] == self.bundle.digest
        headers = {"Cache-Control": _FOR_EVER if is_current else "no-store", "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(
                self.bundle.packed(path), media_type=media_type, headers={**headers, "Content-Encoding": "gzip"}
            )
        return Response(content, media_type=media_type, headers=headers)


def serve_frontends(app: Starlette, settings: Settings) -> None:
    """Add the console and the portal, as far as the settings switch them on."""
    Frontends(settings).serve(app)
