"""What agents do with a ticket in a dialog: by keys, with wrong input, without the permission."""

from typing import Final

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.fixtures.browser import Chromium, Visit
from tests.frontends.people import PHONE, to_console

pytestmark = pytest.mark.xdist_group("frontends")

SIZES: Final[tuple[ViewportSize, ...]] = ({"width": 1280, "height": 900}, {"width": 800, "height": 900}, PHONE)


def open_ticket(visit: Visit, subject: str) -> None:
    visit.page.get_by_role("link", name=subject).click()
    visit.page.locator(".timeline .entry").first.wait_for()


def event(page: Page, sentence: str) -> Locator:
    return page.locator(".timeline .event", has_text=sentence)


def test_a_dialog_begins_at_its_first_field_and_is_sent_by_keys(desk: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page, keys = visit.page, visit.page.keyboard
        to_console(visit)
        open_ticket(visit, "Second screen")
        page.evaluate("document.activeElement.blur()")
        keys.press("a")
        page.get_by_role("radio", name="Bob Baker").wait_for()
        keys.type("bob")
        expect(page.get_by_role("radio")).to_have_count(1)
        keys.press("Tab")
        keys.press("Space")
        keys.press("Enter")
        expect(event(page, "assigned the ticket to Bob Baker")).to_be_visible()

        page.evaluate("document.activeElement.blur()")
        keys.press("t")
        page.get_by_role("option", name="Sales").wait_for(state="attached")
        keys.type("Support")
        keys.press("Tab")
        keys.type("By keys.")
        keys.press("Control+Enter")
        expect(event(page, "transferred the ticket to Support")).to_be_visible()

    chromium.visit(desk, agent)


def test_linked_tickets_lead_to_each_other_and_are_parted(desk: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        open_ticket(visit, "The search finds nothing")
        number = page.locator(".ticket-line").inner_text().split()[0]
        visit.open("/console#/")
        open_ticket(visit, "Dark mode, please")
        page.get_by_role("button", name="Merge or link").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Numbers").fill(" , ")
        dialog.get_by_role("button", name="Do it").click()
        expect(dialog.get_by_role("alert")).to_have_text("Give the number of a ticket.")
        dialog.get_by_label("Numbers").fill(number)
        dialog.get_by_role("button", name="Do it").click()

        page.get_by_role("link", name=f"{number} The search finds nothing").click()
        expect(page.get_by_role("heading", name="Linked with")).to_be_visible()
        expect(page.locator(".ticket-side").get_by_role("link", name="Dark mode, please")).to_be_visible()
        page.get_by_role("button", name="Unlink").click()
        expect(event(page, "unlinked the ticket")).to_be_visible()
        expect(page.get_by_role("heading", name="Linked with")).to_have_count(0)

    chromium.visit(desk, agent)


def test_a_task_is_transferred_and_deleted(desk: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit, "dora")
        visit.open("/console#/tasks")
        page.get_by_role("link", name="Ask the vendor").click()
        page.get_by_role("button", name="Transfer").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Department").select_option(label="Billing")
        dialog.get_by_role("button", name="Transfer").click()
        expect(event(page, "transferred the task to Billing")).to_be_visible()
        page.get_by_role("button", name="Delete").click()
        dialog.get_by_role("button", name="Delete").click()
        expect(page.get_by_text("The task is deleted.")).to_be_visible()
        expect(page.get_by_role("heading", name="Tasks", exact=True)).to_be_visible()
        expect(page.get_by_role("link", name="Ask the vendor")).to_have_count(0)

    chromium.visit(desk, agent)


def test_a_dialog_says_at_the_field_what_is_wrong(address: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        open_ticket(visit, "Locked out")
        page.get_by_role("button", name="Add a collaborator").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("E-mail").fill("long@example.net")
        dialog.get_by_label("Name").fill("A" * 200)
        dialog.get_by_role("button", name="Add", exact=True).click()
        expect(dialog.get_by_label("Name")).to_have_accessible_description("String should have at most 128 characters")

    chromium.visit(address, agent)


def test_what_all_tickets_refuse_stays_in_its_dialog(address: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        row = page.get_by_role("row", name="Screen sharing stays black")  # It has an open task.
        row.get_by_label("Select ticket").check()
        page.get_by_role("button", name="Status").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Status").select_option(label="Resolved")
        dialog.get_by_label("Comment").fill("Solved.")
        dialog.get_by_role("button", name="Change", exact=True).click()
        expect(dialog.get_by_role("alert")).to_contain_text("task")
        expect(dialog.get_by_label("Comment")).to_have_value("Solved.")

    chromium.visit(address, agent)


def test_who_is_chosen_stays_in_sight_while_one_looks_for_others(address: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        open_ticket(visit, "Locked out")
        page.get_by_role("button", name="Assign", exact=True).click()
        page.get_by_label("Charlie Carter").check()
        page.get_by_label("Find").fill("dora")
        expect(page.get_by_role("radio")).to_have_count(2)
        expect(page.get_by_label("Charlie Carter")).to_be_checked()

    chromium.visit(address, agent)


def test_a_due_date_is_typed_by_keys(address: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page, keys = visit.page, visit.page.keyboard
        to_console(visit)
        open_ticket(visit, "Locked out")
        page.locator(".ticket-side").get_by_role("button", name="Change", exact=True).first.click()
        page.get_by_label("Due").focus()
        keys.type("05052099")  # Whichever of day and month comes first.
        keys.press("Tab")
        keys.type("1030AM")
        expect(page.get_by_label("Due")).to_have_value("2099-05-05T10:30")
        keys.press("Tab")
        keys.press("Tab")
        expect(event(page, "changed the due date")).to_be_visible()

    chromium.visit(address, agent)


def test_a_ticket_that_one_sees_no_longer_is_not_shown(address: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        open_ticket(visit, "New colleague needs an account")
        page.get_by_role("button", name="Transfer").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Department").select_option(label="Sales")
        dialog.get_by_role("button", name="Transfer").click()
        expect(page.get_by_text("There is no ticket")).to_be_visible()

    chromium.visit(address, agent)


def test_a_very_long_word_widens_no_page(address: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> list[str]:
        page = visit.page
        to_console(visit)
        open_ticket(visit, "Café menu shows")  # No other test of this help desk looks for it, or for its user.
        page.locator(".ticket-side").get_by_role("button", name="Change", exact=True).first.click()
        page.get_by_label("Subject").fill("W" * 200)
        page.get_by_label("Subject").press("Tab")
        expect(page.locator("h1")).to_have_text("W" * 200)
        page.get_by_role("link", name="Ugo Urban").click()
        page.get_by_role("button", name="Change", exact=True).first.click()
        page.get_by_role("dialog").get_by_label("Name").fill("Ü" * 100)
        page.get_by_role("button", name="Save").click()
        expect(page.locator("h1")).to_have_text("Ü" * 100)

        wide = []
        for path in (visit.page.url.partition("#")[2], "/users", "/queues/1", "/tickets/30"):
            page.evaluate("path => { location.hash = path; }", path)
            page.wait_for_function("() => !document.querySelector('main .loading')")
            page.locator("main h1").first.wait_for()
            for size in SIZES:
                page.set_viewport_size(size)
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    wide.append(f"{path} at {size['width']}")
        return wide

    assert chromium.visit(address, agent) == []
