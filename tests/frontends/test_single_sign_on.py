"""Signing in at an identity provider, in the console and the portal, and out again."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.features.single_sign_on.desk import table, written
from tests.features.single_sign_on.test_signing_in import BOB, UMA
from tests.fixtures import identity_provider
from tests.fixtures.browser import Chromium, Visit
from tests.fixtures.identity_provider import Provider
from tests.fixtures.process import embedded, free_port
from tests.frontends.people import PASSWORD, sign_in

pytestmark = pytest.mark.xdist_group("frontends")


@dataclass
class Place:
    address: str
    provider: Provider


@pytest.fixture(scope="module")
def place(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A help desk of its own, with a provider that knows everybody as somebody."""
    directory, port = tmp_path_factory.mktemp("sso"), str(free_port())
    with identity_provider.running() as provider:
        given = written(Path(directory) / "providers.toml", company=table(provider))
        settings = {"OIDC_PROVIDERS": str(given["oidc_providers"]), "APP_URL": f"http://127.0.0.1:{port}"}
        with embedded(directory, PORT=port, RATE_LIMIT_ENABLED="false", **settings) as process:
            yield Place(process.address, provider)


def test_agent_and_user_come_in_by_the_provider_and_leave_there_too(chromium: Chromium, place: Place) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        place.provider.script.claims = {**BOB, "sub": "bob"}
        visit.open("/console#/tickets/1")
        page.get_by_role("button", name="Sign in with Company").click()
        page.get_by_role("button", name="Sign out").wait_for()
        assert page.url.endswith("/console#/tickets/1")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{place.address}/console")
        assert "GET /logout" in place.provider.requests
        expect(page.get_by_role("button", name="Sign in with Company")).to_be_visible()

    def user(visit: Visit) -> None:
        page = visit.page
        place.provider.script.claims = {"sub": "nobody", "email": "nobody@example.net", "email_verified": True}
        visit.open("/portal#/sign-in")
        page.get_by_role("button", name="Sign in with Company").click()
        expect(page.get_by_role("alert")).to_contain_text("There is no account here for your account of Company.")
        place.provider.script.claims = {**UMA, "sub": "uma"}
        page.get_by_role("link", name="Sign in", exact=True).last.click()
        page.get_by_role("button", name="Sign in with Company").click()
        page.wait_for_url("**/portal#/tickets")
        page.get_by_role("button", name="Sign out").wait_for()

    chromium.visit(place.address, agent)
    chromium.visit(place.address, user)


def test_agent_links_an_account_and_unlinks_it(chromium: Chromium, place: Place) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        place.provider.script.claims = {"sub": "alice-elsewhere"}
        sign_in(visit, "/console#/settings", "alice")
        form = page.get_by_role("form", name="Link an account")
        form.get_by_label("Current password").fill(PASSWORD)
        form.get_by_role("button", name="Link with Company").click()
        expect(page.get_by_role("button", name="Unlink")).to_be_visible()
        page.get_by_role("button", name="Unlink").click()
        expect(page.get_by_role("button", name="Unlink")).to_have_count(0)

    chromium.visit(place.address, agent)
