"""One sign-in for all tabs of a browser, out of reach for scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import Chromium, Visit
from tests.fixtures.process import embedded
from tests.frontends.people import PASSWORD, sign_in, to_console

pytestmark = pytest.mark.xdist_group("frontends")

SUBJECT = "Second screen"


def new_tab(visit: Visit, path: str) -> Page:
    page = visit.page.context.new_page()
    page.goto(visit.address + path)
    return page


def sign_in_at(page: Page, username: str) -> None:
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Password").wait_for(state="detached")


def test_a_ticket_in_a_new_tab_asks_for_no_sign_in(address: str, chromium: Chromium) -> None:
    def alice(visit: Visit) -> None:
        to_console(visit)
        with visit.page.context.expect_page() as opened:
            visit.page.get_by_role("link", name=SUBJECT).click(modifiers=["ControlOrMeta"])
        expect(opened.value.locator(".timeline .entry").first).to_be_visible()
        for page in (visit.page, opened.value):
            assert "access_token" not in page.evaluate("JSON.stringify([{ ...sessionStorage }, { ...localStorage }])")
            assert "osticket-session" not in page.evaluate("document.cookie")

    chromium.visit(address, alice)


def test_who_signs_out_in_one_tab_is_signed_out_in_all(address: str, chromium: Chromium) -> None:
    def alice(visit: Visit) -> None:
        to_console(visit)
        other = new_tab(visit, "/console")
        expect(other.locator("table.tickets")).to_be_visible()
        visit.page.route("**/api/v2/**", lambda route: route.abort())  # No answer tells this tab of it.
        other.get_by_role("button", name="Sign out").click()
        expect(other.get_by_label("User name")).to_be_visible()
        expect(visit.page.get_by_label("User name")).to_be_visible()

    chromium.visit(address, alice)


def test_a_page_about_somebody_else_begins_anew(address: str, chromium: Chromium) -> None:
    def alice_then_bob(visit: Visit) -> None:
        other = new_tab(visit, "/console")  # The sign-in page, since before alice came.
        to_console(visit)
        sign_in_at(other, "bob")
        expect(visit.page.locator(".who")).to_have_text("Bob Baker")

    chromium.visit(address, alice_then_bob)


def test_console_and_portal_are_used_side_by_side(address: str, chromium: Chromium) -> None:
    def both(visit: Visit) -> None:
        to_console(visit)
        portal = new_tab(visit, "/portal#/sign-in")
        sign_in_at(portal, "uma")
        expect(portal.get_by_role("link", name="Uma Underwood")).to_be_visible()
        visit.page.reload()
        expect(visit.page.locator("table.tickets")).to_be_visible()
        portal.reload()
        expect(portal.get_by_role("link", name="Uma Underwood")).to_be_visible()

    chromium.visit(address, both)


def test_a_server_that_keeps_no_sessions_gives_tokens_for_the_tab(chromium: Chromium, tmp_path: Path) -> None:
    with embedded(tmp_path):
        pass

    def alice(visit: Visit) -> None:
        sign_in(visit, "/console#/settings", "alice")
        expect(visit.page.locator(".who")).to_have_text("Alice Archer")
        assert "access_token" in visit.page.evaluate("JSON.stringify({ ...sessionStorage })")

    with embedded(tmp_path, READ_ONLY="true") as process:
        chromium.visit(process.address, alice)
