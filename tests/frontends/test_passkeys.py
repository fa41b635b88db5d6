"""Passkeys in the console, with the authenticator that Chromium makes up for tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import Chromium, Visit
from tests.fixtures.process import embedded, free_port
from tests.frontends.people import PASSWORD, sign_in

pytestmark = pytest.mark.xdist_group("frontends")


@pytest.fixture(scope="module")
def localhost(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a name, which passkeys need, that browsers trust without HTTPS."""
    port = str(free_port())
    address = f"http://localhost:{port}"
    with embedded(tmp_path_factory.mktemp("passkeys"), PORT=port, APP_URL=address, RATE_LIMIT_ENABLED="false"):
        yield address


def _plug_in_authenticator(visit: Visit) -> None:
    devtools = visit.page.context.new_cdp_session(visit.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_agent_adds_a_passkey_signs_in_with_it_and_removes_it(chromium: Chromium, localhost: str) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        _plug_in_authenticator(visit)
        sign_in(visit, "/console#/settings", "bob")
        page.get_by_role("button", name="Add a passkey").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Name").fill("Laptop")
        dialog.get_by_label("Current password").fill(PASSWORD)
        dialog.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_role("button", name="Remove Laptop")).to_be_visible()
        page.get_by_role("button", name="Sign out", exact=True).first.click()
        sign_in(visit, "/console#/settings", "bob")
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_role("button", name="Remove Laptop").click()
        dialog.get_by_label("Current password").fill(PASSWORD)
        dialog.get_by_role("button", name="Remove", exact=True).click()
        expect(page.get_by_role("button", name="Remove Laptop")).to_have_count(0)

    chromium.visit(localhost, agent)
