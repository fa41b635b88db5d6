"""Nothing is offered that the API would refuse."""

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import Chromium, Visit
from tests.fixtures.process import answer_of
from tests.frontends.people import PASSWORD, PHONE, sign_in, to_console

pytestmark = pytest.mark.xdist_group("frontends")

BULK = ("Claim", "Assign", "Transfer", "Status", "Delete")
ON_TICKETS = (
    "Claim",
    "Assign",
    "Close or change status",
    "Transfer",
    "Refer",
    "Change the owner",
    "Merge or link",
    "Delete",
)
TICKET = "/tickets/26"
"""In Support, with a reply and a note of alice."""


def go(page: Page, path: str) -> None:
    page.evaluate("path => { location.hash = path; }", path)
    page.locator("main h1").first.wait_for()
    expect(page.locator("main .loading")).to_have_count(0)


@pytest.mark.parametrize("look", [{}, {"viewport": PHONE}])
def test_an_agent_who_may_only_look_is_offered_nothing_else(
    address: str, chromium: Chromium, look: dict[str, object]
) -> None:
    def bob(visit: Visit) -> None:
        page = visit.page
        to_console(visit, "bob")
        page.get_by_label("Select ticket").first.check()
        bar = page.get_by_role("region", name="Selected tickets")
        for name in BULK:
            expect(bar.get_by_role("button", name=name)).to_be_disabled()
        expect(bar).to_contain_text("not yours to do")
        expect(page.get_by_role("link", name="New ticket")).to_have_count(0)
        expect(page.get_by_role("link", name="Users")).to_have_count(0)

        go(page, TICKET)
        page.get_by_role("textbox", name="Internal note").wait_for()
        for name in (*ON_TICKETS, "Reply", "Edit", "Change", "Add a task", "Canned responses"):
            expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
        expect(page.get_by_label("Status after")).to_have_count(0)

        go(page, "/tasks")
        expect(page.get_by_label("Ask the vendor: done")).to_be_disabled()
        go(page, "/users/1")
        expect(page.get_by_role("button", name="Change", exact=True)).to_have_count(0)
        expect(page.get_by_role("link", name="New ticket")).to_have_count(0)
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("c")
        page.keyboard.press("g")
        page.keyboard.press("u")
        page.wait_for_timeout(300)
        assert page.url.endswith("#/users/1")
        go(page, "/tickets/new")
        expect(page.get_by_text("does not let you open tickets")).to_be_visible()

    chromium.visit(address, bob, **look)


def test_an_agent_with_the_role_is_offered_everything(address: str, chromium: Chromium) -> None:
    def alice(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        page.get_by_label("Select all").check()
        bar = page.get_by_role("region", name="Selected tickets")
        for name in BULK:
            expect(bar.get_by_role("button", name=name)).to_be_enabled()
        expect(bar).not_to_contain_text("not yours to do")
        go(page, TICKET)
        for name in ON_TICKETS[1:]:  # It is assigned already.
            expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Edit", exact=True).first).to_be_visible()
        expect(page.get_by_role("button", name="Add a task")).to_be_visible()
        page.keyboard.press("c")
        expect(page.get_by_role("heading", name="New ticket")).to_be_visible()

    chromium.visit(address, alice)


def test_agents_may_edit_what_they_wrote_themselves(address: str, chromium: Chromium) -> None:
    with httpx2.Client(base_url=f"{address}/api/v2") as client:
        login = {"username": "bob", "password": PASSWORD}
        client.headers["Authorization"] = f"Bearer {answer_of(client.post('/auth/login', json=login))['access_token']}"
        answer_of(client.post("/tickets/20/note", json={"body": "<p>By bob himself.</p>"}))

    def bob(visit: Visit) -> None:
        page = visit.page
        to_console(visit, "bob")
        go(page, "/tickets/20")
        note = page.get_by_role("article", name="Note from Bob Baker").last
        note.get_by_role("button", name="Edit").click()
        page.get_by_role("dialog").get_by_role("textbox", name="Text").fill("Changed by bob.")
        page.get_by_role("button", name="Save").click()
        expect(note.frame_locator("iframe").locator("body")).to_contain_text("Changed by bob.")

    chromium.visit(address, bob)


def test_mentions_offer_only_agents_who_see_the_ticket(address: str, chromium: Chromium) -> None:
    def alice(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        go(page, TICKET)
        page.get_by_role("button", name="Note", exact=True).click()
        note = page.get_by_role("textbox", name="Internal note")
        note.press_sequentially("@b")
        expect(page.get_by_role("button", name="@bob")).to_be_visible()
        with page.expect_response("**/staff?*q=charl*"):
            note.press_sequentially(" and @charl")
        page.wait_for_timeout(300)
        expect(page.get_by_role("button", name="@charlie")).to_have_count(0)

    chromium.visit(address, alice)


def test_a_colleague_is_offered_to_write_and_nothing_else(address: str, chromium: Chromium) -> None:
    def ugo(visit: Visit) -> None:
        page = visit.page
        sign_in(visit, f"/portal#{TICKET}", "ugo")  # Of uma, in whose organization ugo is.
        expect(page.get_by_role("textbox", name="Message")).to_be_visible()
        expect(page.get_by_role("button", name="Reopen")).to_have_count(0)
        expect(page.get_by_role("button", name="Change the fields")).to_have_count(0)

    chromium.visit(address, ugo)
