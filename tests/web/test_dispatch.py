"""Requests reach the route that they would reach if all routes were asked in their order."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Match, Route, Router

from osticket_api.server.app import create_app
from osticket_api.settings import load
from osticket_api.web.dispatch import Dispatcher
from osticket_api.web.route import HandlerRoute


@pytest.fixture
def router(tmp_path: Path) -> Router:
    return create_app(load(_env_file=None, data_dir=tmp_path)).router


def asked(route: HandlerRoute) -> Iterator[dict[str, Any]]:
    for value in ("12", "me", "mine"):
        path = re.sub(r"\{[^}]*\}", value, route.path)
        for method in ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"):
            yield {"type": "http", "path": path, "method": method, "root_path": "", "headers": []}


def first_of_all(router: Router, scope: dict[str, Any]) -> Any:
    return next((route for route in router.routes if route.matches(scope)[0] is Match.FULL), None)


def test_every_path_and_method_finds_its_route(router: Router, monkeypatch: pytest.MonkeyPatch) -> None:
    async def note(self: Any, scope: Any, receive: Any, send: Any) -> None:
        reached.append((self, scope["path_params"]))

    async def ask_all(self: Any, scope: Any, receive: Any, send: Any) -> None:
        reached.append((None, {}))

    reached: list[Any] = []
    monkeypatch.setattr(Route, "handle", note)
    monkeypatch.setattr(Router, "app", ask_all)
    found = 0
    for route in router.routes:
        if isinstance(route, HandlerRoute):
            for scope in asked(route):
                expected = first_of_all(router, scope)
                asyncio.run(router.app(dict(scope), None, None))  # type: ignore[arg-type]
                assert reached.pop()[0] is expected, (scope["method"], scope["path"])
                found += expected is not None
    assert found > 1000


def test_a_path_below_a_prefix_is_found_by_asking_all(router: Router, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask_all(self: Any, scope: Any, receive: Any, send: Any) -> None:
        asked_all.append(scope["path"])

    asked_all: list[str] = []
    monkeypatch.setattr(Router, "app", ask_all)
    scope = {"type": "http", "path": "/desk/api/v2/tickets", "root_path": "/desk", "method": "GET", "headers": []}
    assert isinstance(router, Dispatcher)
    asyncio.run(router.app(scope, None, None))  # type: ignore[arg-type]
    assert asked_all == ["/desk/api/v2/tickets"]
