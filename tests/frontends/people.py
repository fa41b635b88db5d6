"""What people do in the front ends, as steps of a day."""

from typing import Final

from playwright.sync_api import ViewportSize

from tests.fixtures.browser import Visit

PASSWORD = "demo-help-desk"
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}


def sign_in(visit: Visit, path: str, username: str) -> None:
    """Come in by the sign-in page."""
    page = visit.page
    visit.open(path)
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def to_console(visit: Visit, username: str = "alice") -> None:
    """Be in the inbox, signed in."""
    sign_in(visit, "/console", username)
    visit.page.locator("table.tickets").wait_for()


def begin_ticket_as_guest(visit: Visit, topic: str, subject: str, message: str) -> None:
    """Fill in the portal's form for guests, and do not send it yet."""
    page = visit.page
    visit.open("/portal#/open")
    page.get_by_label("Your e-mail").fill("gina@example.net")
    page.get_by_label("Your name").fill("Gina Guest")
    page.get_by_label("What is it about?").select_option(label=topic)
    page.get_by_label("Subject").fill(subject)
    page.get_by_role("textbox", name="Message").fill(message)
