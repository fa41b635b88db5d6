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
