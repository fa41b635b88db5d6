"""A day in the console and in the portal, by mouse and by keys alone."""

from base64 import b64decode

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import Chromium, Visit
from tests.frontends.people import PASSWORD, PHONE, sign_in, to_console

PIXEL = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

pytestmark = pytest.mark.xdist_group("frontends")  # One process, and so one browser, for all of them.


def test_a_day_in_the_console_by_mouse(desk: str, chromium: Chromium) -> None:
    def day(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        _sort_and_export(page)
        page.get_by_role("link", name="Locked out").click()
        page.get_by_role("button", name="Claim").click()
        expect(page.locator(".timeline")).to_contain_text("claimed the ticket")
        _look_on_a_phone(page)

        page.get_by_role("button", name="Canned responses").click()
        page.get_by_role("button", name="We are looking into it").click()
        page.locator("input[type=file]").set_input_files(
            {"name": "map.txt", "mimeType": "text/plain", "buffer": b"This way."}
        )
        expect(page.locator(".composer")).to_contain_text("map.txt 9 byte")
        page.get_by_role("button", name="Send the reply").click()
        reply = page.get_by_role("article", name="Reply from Alice Archer")
        expect(reply.frame_locator("iframe").locator("body")).to_contain_text("Hello Ulf,")

        reply.get_by_role("button", name="map.txt").click()
        expect(page.get_by_role("dialog").frame_locator("iframe").locator("body")).to_contain_text("This way.")
        page.get_by_role("button", name="Close", exact=True).click()

        page.get_by_role("button", name="Close or change status").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Status").select_option(label="Resolved")
        dialog.get_by_label("Comment").fill("Solved by phone.")
        dialog.get_by_role("button", name="Change", exact=True).click()
        expect(page.locator(".ticket-line")).to_contain_text("Resolved")

    chromium.visit(desk, day)


def _sort_and_export(page: Page) -> None:
    """The columns are those of the queue, with its headings, and so is what is exported."""
    headings = page.locator("table.tickets thead th")
    expect(headings.filter(has_text="Last Updated")).to_be_visible()
    by_priority = headings.filter(has_text="Priority")
    by_priority.get_by_role("button").click()
    expect(by_priority).to_have_attribute("aria-sort", "descending")
    expect(page.locator("table.tickets tbody tr").first).to_contain_text("High")
    with page.expect_download() as exported:
        page.get_by_role("button", name="Export").click()
    first_line = exported.value.path().read_text().splitlines()[0]
    assert first_line.startswith("Ticket,Last Updated,Subject,From")


def _look_on_a_phone(page: Page) -> None:
    """What is needed less often is behind one button there."""
    wide = page.viewport_size
    page.set_viewport_size(PHONE)
    transfer = page.get_by_role("button", name="Transfer")
    expect(transfer).to_be_hidden()
    page.get_by_role("button", name="More").click()
    expect(transfer).to_be_visible()
    page.keyboard.press("Escape")
    expect(transfer).to_be_hidden()
    page.set_viewport_size(wide or PHONE)


def test_a_day_in_the_console_by_keys(desk: str, chromium: Chromium) -> None:
    def day(visit: Visit) -> None:
        page, keys = visit.page, visit.page.keyboard
        visit.open("/console")
        expect(page.get_by_label("User name")).to_be_focused()
        keys.type("alice")
        keys.press("Tab")
        keys.type("demo-help-desk")
        keys.press("Enter")
        page.locator("table.tickets").wait_for()

        keys.press("/")
        keys.type("colleague")
        link = page.get_by_role("link", name="New colleague needs an account")
        expect(page.locator("table.tickets tbody tr")).to_have_count(1)
        keys.press("Escape")
        keys.press("j")
        expect(link).to_be_focused()
        keys.press("Enter")
        page.locator(".timeline").wait_for()

        keys.press("n")
        expect(page.get_by_role("textbox", name="Internal note")).to_be_focused()
        keys.type("Asked the manager, @do")
        expect(page.get_by_role("button", name="@dora")).to_be_visible()
        keys.press("Tab")
        keys.press("Enter")
        expect(page.get_by_role("textbox", name="Internal note")).to_be_focused()
        keys.type("knows.")
        keys.press("Control+Enter")
        note = page.get_by_role("article", name="Note from Alice Archer")
        expect(note.frame_locator("iframe").locator("body")).to_contain_text("Asked the manager, @dora knows.")

        page.locator("body").focus()
        page.evaluate("document.activeElement.blur()")
        keys.press("a")
        expect(page.get_by_role("dialog", name="Assign")).to_be_visible()
        keys.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)  # One that is only hidden may hold the focus a little longer.
        keys.press("g")
        keys.press("i")
        page.locator("table.tickets").wait_for()

    chromium.visit(desk, day)


def test_a_guest_reads_an_answer_and_opens_a_ticket(desk: str, chromium: Chromium) -> None:
    def day(visit: Visit) -> None:
        page = visit.page
        visit.open("/portal")
        page.get_by_label("Search the answers").fill("laptop")
        page.get_by_role("button", name="Search", exact=True).click()
        page.get_by_role("link", name="How long does a new laptop take?").click()
        expect(page.frame_locator("iframe").locator("body")).to_contain_text("Five working days")

        page.get_by_role("link", name="Open a ticket").click()
        page.get_by_label("Your e-mail").fill("gina@example.net")
        page.get_by_label("Your name").fill("Gina Guest")
        page.get_by_label("What is it about?").select_option(label="Equipment Request")
        page.get_by_label("Subject").fill("A laptop")
        page.get_by_role("textbox", name="Message").fill("For the new office.")
        page.get_by_label("Asset tag").fill("A-17")
        page.get_by_label("Dock").check()
        page.locator("input[type=file]").first.set_input_files(
            {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Two desks."}
        )
        page.get_by_label("Photo").set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": PIXEL})
        page.get_by_role("button", name="Open the ticket").click()
        expect(page.get_by_role("heading", name="is opened")).to_be_visible()

        page.get_by_role("link", name="check the ticket").click()
        page.get_by_label("Your e-mail").fill("gina@example.net")
        page.get_by_role("button", name="Send me a link").click()
        expect(page.get_by_text("on its way to you")).to_be_visible()

    chromium.visit(desk, day)


def test_a_user_reads_and_answers_by_mouse(desk: str, chromium: Chromium) -> None:
    def day(visit: Visit) -> None:
        page = visit.page
        sign_in(visit, "/portal#/tickets", "uma")
        page.get_by_role("link", name="Calendar shows the wrong time zone").click()
        expect(page.get_by_role("article", name="Reply from Alice Archer")).to_be_visible()
        page.get_by_role("textbox", name="Message").fill("It is right today.")
        page.get_by_role("button", name="Send", exact=True).click()
        last = page.get_by_role("article", name="Message from Uma Underwood").last
        expect(last.frame_locator("iframe").locator("body")).to_contain_text("It is right today.")

        page.get_by_role("link", name="Uma Underwood").click()
        page.get_by_label("Phone").fill("5559876543")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved.")).to_be_visible()
        page.get_by_role("banner").get_by_role(
            "button", name="Sign out"
        ).click()  # The profile has one for each sign-in.
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()

    chromium.visit(desk, day)


def test_a_user_opens_a_closed_ticket_again(desk: str, chromium: Chromium) -> None:
    def day(visit: Visit) -> None:
        page = visit.page
        sign_in(visit, "/portal#/tickets?state=closed", "uma")
        expect(page.get_by_role("row", name="Shared mailbox")).to_contain_text("Closed")
        page.get_by_role("link", name="VPN drops every half hour").click()
        page.get_by_role("button", name="Reopen").click()
        expect(page.locator(".badge").first).to_have_text("Open")
        expect(page.get_by_role("button", name="Reopen")).to_have_count(0)

    chromium.visit(desk, day)


def test_a_user_opens_a_ticket_by_keys(desk: str, chromium: Chromium) -> None:
    def day(visit: Visit) -> None:
        page, keys = visit.page, visit.page.keyboard
        visit.open("/portal#/sign-in")
        expect(page.get_by_label("User name")).to_be_focused()
        keys.type("uma")
        keys.press("Tab")
        keys.type(PASSWORD)
        keys.press("Enter")
        page.locator("table").wait_for()

        page.get_by_role("link", name="Open a ticket").focus()
        keys.press("Enter")
        page.get_by_label("What is it about?").focus()
        keys.type("Feed")
        keys.press("Tab")
        keys.type("All is well")
        expect(page.get_by_label("Subject")).to_have_value("All is well")
        page.get_by_role("textbox", name="Message").focus()
        keys.type("Thank you all.")
        keys.press("Control+Enter")
        expect(page.get_by_role("heading", name="All is well")).to_be_visible()

    chromium.visit(desk, day)
