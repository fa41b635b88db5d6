"""A help desk with an identity provider, and a browser that signs in there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2

from tests.fixtures.api import Answer, Api
from tests.fixtures.identity_provider import CLIENT, SECRET, Provider

ADDRESS = "http://testserver"
_CLIENT = httpx2.Client(verify=False)
"""How the browser reaches the provider, without TLS."""


def table(provider: Provider, **settings: Any) -> dict[str, Any]:
    """What the settings say of a provider."""
    return {
        "title": "Company",
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "allowed_networks": ["127.0.0.0/8"],
        **settings,
    }


def written(path: Path, **tables: Mapping[str, Any]) -> dict[str, Any]:
    """Write a file of providers. Returns the settings that name it."""
    path.write_text("\n".join(_lines(tables)))
    return {"oidc_providers": path, "app_url": ADDRESS}


def _lines(tables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    lines = []
    for name, settings in tables.items():
        groups = settings.get("agents", ())
        lines += [f"[{name}]", *(f"{key} = {_value(value)}" for key, value in settings.items() if key != "agents")]
        for group in groups:
            lines += [f"[[{name}.agents]]", *(f"{key} = {_value(value)}" for key, value in group.items())]
    return lines


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return str(value).lower() if isinstance(value, bool) else f"'{value}'"


@dataclass
class Desk:
    """The application, and the provider that it knows as `company`."""

    api: Api
    provider: Provider

    def browser(self) -> "Browser":
        """A browser that has been nowhere yet."""
        return Browser(self)


class Browser:
    """Keeps the cookies that it is given, as one does."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.cookies: dict[str, str] = {}

    def request(self, method: str, path: str, **options: Any) -> Answer:
        self.desk.api.client.cookies.clear()
        headers = {**options.pop("headers", {})}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.desk.api.anonymous().request(method, path, headers=headers, follow_redirects=False, **options)
        self.cookies.update(answer.response.cookies)
        return answer

    def start(self, kind: str = "user", name: str = "company", **query: str) -> Answer:
        return self.request("GET", f"/auth/oidc/{name}/start", params={"kind": kind, **query})

    def at_provider(self, start: Answer) -> str:
        """Sign in there. Returns the address that the provider sends the browser back to."""
        assert start.status == 302, start.content
        return str(_CLIENT.get(start.headers["location"]).headers["location"])

    def come_back(self, address: str) -> Answer:
        assert address.startswith(f"{ADDRESS}/api/v2/auth/oidc/")
        return self.request("GET", address.removeprefix(f"{ADDRESS}/api/v2"))

    def code_after(self, answer: Answer) -> str:
        """The code with which the page is called that hears of the outcome."""
        return page_of(answer)["code"]

    def exchange(self, code: str, **options: Any) -> Answer:
        return self.request("POST", "/auth/oidc/exchange", json={"code": code}, **options)

    def sign_in(self, kind: str = "user", **query: str) -> Answer:
        """The whole way. Returns what the exchange answers."""
        return self.exchange(self.code_after(self.come_back(self.at_provider(self.start(kind, **query)))))


def page_of(answer: Answer) -> dict[str, str]:
    """What the page of the front end is told."""
    assert answer.status == 302, answer.content
    path, _, query = urlsplit(answer.headers["location"]).fragment.partition("?")
    assert path == "/single-sign-on"
    return dict(parse_qsl(query))
