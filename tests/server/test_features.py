"""`FEATURES_<NAME>=off`: no routes, nothing in the description, no jobs."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from osticket_api.cli.mcp import mcp
from osticket_api.db.engine import Database
from osticket_api.db.tables.own_events import api_trace
from osticket_api.server.jobs import jobs_for
from osticket_api.server.registry import SWITCHED, V2
from osticket_api.settings import ConfigurationError, Settings, load
from osticket_api.web.router import Router
from tests.fixtures.api import running_api, settings_for_tests
from tests.fixtures.templates import Template

EVENTS_OFF = {"features_events": False, "features_webhooks": False}
ROUTES = {
    "console": ("GET", "/console"),
    "portal": ("GET", "/portal"),
    "docs": ("GET", "/docs"),
    "metrics": ("GET", "/metrics"),
    "events": ("GET", "/api/v2/events"),
    "webhooks": ("POST", "/api/v2/webhooks"),
    "inbound_mail": ("POST", "/api/v2/inbound-mail/postmark"),
    "registration": ("POST", "/api/v2/auth/register"),
    "legacy": ("POST", "/api/tickets.json"),
}
"""One route of each feature that has any."""


def switched_off(name: str) -> dict[str, Any]:
    return EVENTS_OFF if name == "events" else {f"features_{name}": False}


def paths_of(router: Router) -> set[str]:
    return {f"/api/v2{route.path}" for route in router._routes}


@pytest.mark.parametrize("name", ROUTES)
def test_what_is_off_has_no_routes(name: str, demo_sqlite: Template, tmp_path: Path) -> None:
    method, path = ROUTES[name]
    with running_api(demo_sqlite.copy(), tmp_path, inbound_postmark_login="postmark:a long password") as api:
        assert api.client.request(method, path).status_code != 404
        assert name in api.anonymous().get("/settings").data["features"]
    with running_api(demo_sqlite.copy(), tmp_path, runs_jobs=False, **switched_off(name)) as api:
        assert api.client.request(method, path).status_code == 404
        assert api.anonymous().get("/settings").data["features"] == [
            each for each in Settings(_env_file=None).features if f"features_{each}" not in switched_off(name)
        ]


@pytest.mark.parametrize("name", SWITCHED)
def test_what_is_off_is_not_in_the_description(name: str, demo_sqlite: Template, tmp_path: Path) -> None:
    with running_api(demo_sqlite.copy(), tmp_path, runs_jobs=False, **switched_off(name)) as api:
        described = api.client.get("/openapi.json").json()
    routers = [router for each in SWITCHED if f"features_{each}" in switched_off(name) for router in SWITCHED[each]]
    elsewhere = set().union(*(paths_of(router) for router in V2 if router not in routers))
    gone = set().union(*map(paths_of, routers)) - elsewhere
    assert gone
    assert gone.isdisjoint(described["paths"])
    assert len(described["paths"]) > 100
    used = {tag for item in described["paths"].values() for operation in item.values() for tag in operation["tags"]}
    assert {tag["name"] for tag in described["tags"]} == used
    assert ("webhooks" in described) == (name not in ("events", "webhooks"))


def test_without_docs_the_index_leads_nowhere_that_is_not_there(demo_sqlite: Template, tmp_path: Path) -> None:
    with running_api(demo_sqlite.copy(), tmp_path, runs_jobs=False, features_docs=False) as api:
        data = api.client.get("/").json()["data"]
        assert api.client.get("/openapi.json").status_code == 404
    assert not {"documentation", "description"} & set(data)
    assert data["api"] == "/api/v2"


@pytest.mark.parametrize(
    ("off", "gone"),
    [({}, set()), ({"features_webhooks": False}, {"webhooks"}), (EVENTS_OFF, {"events", "webhooks"})],
    ids=["nothing off", "webhooks off", "events off"],
)
def test_jobs_of_what_is_off_do_not_run(off: dict[str, bool], gone: set[str], demo_sqlite: Template) -> None:
    database = Database(demo_sqlite.copy())
    database.keeps_mail = True
    jobs = {job.name for job in jobs_for(database, settings_for_tests(**off), lambda: None)}
    assert jobs == {"events", "webhooks", "clearing", "audit", "mail"} - gone


def test_without_events_a_change_leaves_no_trace_for_them(demo_sqlite: Template, tmp_path: Path) -> None:
    turns: tuple[tuple[dict[str, Any], bool], ...] = (({"features_mcp": False}, True), (EVENTS_OFF, False))
    for off, leaves in turns:
        with running_api(demo_sqlite.copy(), tmp_path, runs_jobs=False, **off) as api:
            assert api.staff("alice").post("/tickets/1/note", {"body": "Hello"}).status == 201
            assert bool(api.rows(select(func.count()).select_from(api_trace))[0][0]) is leaves


def test_webhooks_without_events_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="FEATURES_WEBHOOKS needs FEATURES_EVENTS"):
        load(_env_file=None, features_events=False)


@pytest.mark.parametrize(("value", "is_on"), [("off", False), ("on", True), ("false", False), ("TRUE", True)])
def test_switches_are_written_as_on_and_off(value: str, is_on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEATURES_PORTAL", value)
    assert load(_env_file=None).features_portal is is_on


def test_a_switch_that_is_neither_on_nor_off_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEATURES_PORTAL", "maybe")
    with pytest.raises(ConfigurationError, match="FEATURES_PORTAL is wrong"):
        load(_env_file=None)


def test_the_assistant_is_not_served_where_it_is_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FEATURES_MCP", "off")
    with pytest.raises(ConfigurationError, match="FEATURES_MCP is off"):
        mcp(key="x")
