"""Who calls: a person who signs in, or a key."""

from collections.abc import Generator
from typing import Any

import httpx

_LOGIN = "/api/v2/auth/login"
_REFRESH = "/api/v2/auth/refresh"


class Key(httpx.Auth):
    """An API key."""

    def __init__(self, key: str) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["X-API-Key"] = self._key
        yield request


class SignIn(httpx.Auth):
    """An agent (`kind="staff"`) or a user. Signs in at the first request, and refreshes the token when it has ended."""

    requires_response_body = True

    def __init__(self, username: str, password: str, kind: str = "staff") -> None:
        self._login = {"username": username, "password": password, "kind": kind}
        self._access = ""
        self._refresh = ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if not self._access:
            yield from self._sign_in(request)
        used = self._access
        request.headers["Authorization"] = f"Bearer {used}"
        response = yield request
        if response.status_code != httpx.codes.UNAUTHORIZED:
            return
        if used == self._access:
            yield from self._renew(request)
        request.headers["Authorization"] = f"Bearer {self._access}"
        yield request

    def _renew(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._refresh:
            response = yield _asking(request, _REFRESH, {"refresh_token": self._refresh})
            if response.is_success:
                self._keep(response)
                return
        yield from self._sign_in(request)

    def _sign_in(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield _asking(request, _LOGIN, self._login)
        response.raise_for_status()
        self._keep(response)

    def _keep(self, response: httpx.Response) -> None:
        data = response.json()["data"]
        self._access, self._refresh = data["access_token"], data["refresh_token"] or ""


def _asking(request: httpx.Request, path: str, body: dict[str, Any]) -> httpx.Request:
    return httpx.Request("POST", request.url.copy_with(raw_path=path.encode()), json=body)
