"""The page at /docs works without another host."""

import re

from tests.fixtures.api import Api


def test_the_page_and_what_it_loads_come_from_this_server(desk: Api) -> None:
    page = desk.client.get("/docs")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert {"docs/assets/scalar.js", "docs/assets/start.js", "docs/assets/docs.css"} <= set(loaded)
    for path in loaded:
        assert desk.client.get(f"/{path}").status_code == 200, path


def test_the_page_lets_the_browser_ask_no_other_host(desk: Api) -> None:
    page = desk.client.get("/docs")
    rules = dict(rule.strip().split(" ", 1) for rule in page.headers["content-security-policy"].split(";"))
    assert rules["default-src"] == rules["script-src"] == "'self'"
    assert {word for rule in rules.values() for word in rule.split()} <= {
        "'self'", "'none'", "'unsafe-inline'", "data:", "blob:"
    }  # fmt: skip
    started = desk.client.get("/docs/assets/start.js").text
    assert "https://" not in started
    assert "withDefaultFonts: false" in started
