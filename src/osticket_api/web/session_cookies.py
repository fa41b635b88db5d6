"""The cookies of browser sessions, and what keeps pages of other sites from using them."""

import hmac
from collections.abc import Sequence
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import Request

from osticket_api.errors import Forbidden
from osticket_api.web.envelope import host_address

CSRF_HEADER: Final = "X-CSRF-Token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_SESSION: Final = "osticket-session"
_CSRF: Final = "osticket-csrf"
_SIGN_ON: Final = "osticket-sign-on"
_SIGN_ON_SECONDS: Final = 900
_OF_THIS_HOST: Final = "__Host-"
"""Browsers take a cookie of such a name over HTTPS alone, from no other host and for no other path."""


def session_secret(request: Request) -> str | None:
    """The secret in the cookie, if there is one."""
    return request.cookies.get(_named(request, _SESSION)) or None


def osticket_session_id(request: Request) -> str | None:
    """The id of a session of osTicket itself, where its cookie counts here."""
    name: str = request.app.state.settings.osticket_cookie
    return (request.cookies.get(name) or None) if name else None


def session_cookies(request: Request, secret: str, csrf: str, seconds: int) -> Sequence[str]:
    """The headers that give a browser its session, and its pages the CSRF token."""
    return (
        _cookie(request, _SESSION, secret, seconds, httponly=True, samesite="Lax"),
        _cookie(request, _CSRF, csrf, seconds, samesite="Strict"),
    )


def cleared_cookies(request: Request) -> Sequence[str]:
    """The headers that take the session from a browser."""
    return session_cookies(request, "", "", 0)


def sign_on_secret(request: Request) -> str:
    """The secret of a browser that is signing in at an identity provider; empty where it has none."""
    return request.cookies.get(_named(request, _SIGN_ON), "")


def sign_on_cookie(request: Request, secret: str) -> str:
    """The header that gives a browser this secret: who began a sign-in is the only one to finish it."""
    return _cookie(request, _SIGN_ON, secret, _SIGN_ON_SECONDS, httponly=True, samesite="Lax")


def _cookie(request: Request, name: str, value: str, seconds: int, **attributes: Any) -> str:
    named = _named(request, name)
    cookie: SimpleCookie = SimpleCookie({named: value})
    cookie[named].update({"path": "/", "max-age": seconds, "secure": is_secure(request), **attributes})
    return cookie.output(header="").strip()


def _named(request: Request, name: str) -> str:
    return _OF_THIS_HOST + name if is_secure(request) else name


def is_secure(request: Request) -> bool:
    """Whether the browser reaches this server over HTTPS."""
    address: str = request.app.state.settings.app_url
    return request.scope["scheme"] == "https" or address.startswith("https:")


def check_page(request: Request, tokens: Sequence[str]) -> None:
    """Hold a request that a cookie stands for to a page of ours. Raises: Forbidden."""
    if request.method in SAFE_METHODS:
        return
    check_site(request)
    sent = request.headers.get(CSRF_HEADER, "").encode()
    if not any(hmac.compare_digest(sent, token.encode()) for token in tokens):
        message = f"Send the CSRF token of this session as {CSRF_HEADER}."
        raise Forbidden.because(message, code="csrf_token_invalid")


def check_site(request: Request) -> None:
    """Refuse a request that a page of another site makes. Raises: Forbidden.

    Programs other than browsers send no Sec-Fetch-Site.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site in ("same-origin", "none") or (site is None and origin is None):
        return
    if site in (None, "same-site") and origin is not None and _lowered(origin) in _own_origins(request):
        return
    raise Forbidden.because("Pages of other sites cannot use a browser session.", code="foreign_origin")


def _own_origins(request: Request) -> set[str]:
    configured = urlsplit(request.app.state.settings.app_url)
    return {_lowered(host_address(request)), _lowered(f"{configured.scheme}://{configured.netloc}")}


def _lowered(origin: str) -> str:
    return origin.lower()
