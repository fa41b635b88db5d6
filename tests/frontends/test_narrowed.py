"""The front ends of those from whom administrators hide fields, or for whom they freeze some."""

from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import Chromium, Visit
from tests.fixtures.process import answer_of
from tests.frontends.people import PASSWORD, sign_in, to_console

pytestmark = pytest.mark.xdist_group("frontends")

HIDDEN = {
    "ticket": ("status", "user", "department", "due_at", "created_at", "custom_fields"),
    "task": ("status", "staff", "department", "created_at"),
    "user": ("emails", "organization", "created_at", "custom_fields"),
    "organization": ("domain", "manager", "share_everything"),
}
FROZEN = {"ticket": ("priority",), "user": ("phone",), "organization": ("name",)}
CONSOLE_PAGES = ("/queues/1", "/search?q=a", "/tickets/20", "/tickets/new", "/tasks", "/tasks/1", "/users", "/users/1")
MORE_PAGES = ("/organizations", "/organizations/1", "/statistics", "/settings")


@pytest.fixture
def narrowed(address: str) -> Iterator[str]:
    """The help desk while much is hidden from agents and users, and some of it frozen."""
    login = {"username": "dora", "password": PASSWORD}
    with httpx2.Client(base_url=f"{address}/api/v2") as dora:
        dora.headers["Authorization"] = f"Bearer {answer_of(dora.post('/auth/login', json=login))['access_token']}"
        rules = [(each, "hide", name) for each, names in HIDDEN.items() for name in names]
        rules += [(each, "freeze", name) for each, names in FROZEN.items() for name in names]
        added = [
            answer_of(dora.post("/field-permissions", json={"resource": on, "field": name, "effect": does, **to}))["id"]
            for on, does, name in rules
            for to in ({"applies_to": "agents"}, {"applies_to": "users"})
        ]
        yield address
        for each in added:
            dora.delete(f"/field-permissions/{each}")


def test_hidden_fields_break_no_page_and_frozen_ones_cannot_be_changed(narrowed: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        for path in CONSOLE_PAGES + MORE_PAGES:
            page.evaluate("path => { location.hash = path; }", path)
            page.locator("main h1").first.wait_for()
            expect(page.locator("main .loading")).to_have_count(0)
        page.evaluate("() => { location.hash = '/tickets/20'; }")
        details = page.get_by_label("Details")
        expect(details.get_by_text("Status", exact=True)).to_have_count(0)
        details.get_by_role("button", name="Change", exact=True).first.click()
        expect(details.get_by_label("Priority")).to_be_disabled()
        expect(details.get_by_label("Due")).to_have_count(0)
        expect(details.get_by_label("Subject")).to_be_enabled()
        page.evaluate("() => { location.hash = '/users/1'; }")
        page.get_by_role("button", name="Change", exact=True).click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("Phone")).to_be_disabled()
        expect(dialog.get_by_label("E-mail")).to_have_count(0)
        dialog.get_by_label("Name").fill("Somebody Else")
        dialog.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="Somebody Else")).to_be_visible()

    def user(visit: Visit) -> None:
        page = visit.page
        sign_in(visit, "/portal#/tickets", "ulf")
        page.locator("table.listing tbody a").first.click()
        expect(page.locator(".conversation article").first).to_be_visible()
        page.get_by_role("link", name="Ulf Unger").click()
        expect(page.get_by_label("Phone")).to_be_disabled()

    chromium.visit(narrowed, agent)
    chromium.visit(narrowed, user)
