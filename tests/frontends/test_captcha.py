"""The captcha of visitors in the portal, with the provider's script played by the test."""

from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.fixtures.browser import Chromium, Visit
from tests.fixtures.process import embedded

pytestmark = pytest.mark.xdist_group("frontends")

PROVIDER = (
    "window.turnstile = { render: (place, { sitekey, callback }) => setTimeout(() => callback(`solved ${sitekey}`)) };"
)


def test_visitors_solve_the_captcha(chromium: Chromium, tmp_path: Path) -> None:
    def visitor(visit: Visit) -> str | None:
        page = visit.page
        page.route(
            "https://challenges.cloudflare.com/**",
            lambda route: route.fulfill(content_type="text/javascript", body=PROVIDER),
        )
        tokens: list[str | None] = []

        def answer(route: Route) -> None:
            tokens.append(route.request.headers.get("x-captcha-token"))
            route.fulfill(status=204)

        page.route("**/api/v2/auth/forgot-password", answer)
        visit.open("/portal#/forgotten-password")
        page.get_by_label("User name").fill("uma")
        page.get_by_role("button", name="Send me a link").click()
        expect(page.get_by_text("on its way to you")).to_be_visible()
        return tokens[0]

    captcha = {"CAPTCHA_PROVIDER": "turnstile", "CAPTCHA_SITE_KEY": "key", "CAPTCHA_SECRET": "secret"}
    with embedded(tmp_path, RATE_LIMIT_ENABLED="false", **captcha) as process:
        assert chromium.visit(process.address, visitor) == "solved key"
