"""What somebody writes is not lost before it is sent."""

from collections.abc import Callable

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import Chromium, Visit
from tests.fixtures.process import answer_of
from tests.frontends.people import PASSWORD, begin_ticket_as_guest, sign_in, to_console

pytestmark = pytest.mark.xdist_group("frontends")


def end_all_sessions(address: str, username: str, kind: str) -> None:
    """As from another browser."""
    base = f"{address}/api/v2"
    login = {"username": username, "password": PASSWORD, "kind": kind}
    token = answer_of(httpx2.post(f"{base}/auth/login", json=login))["access_token"]
    signed_in = {"Authorization": f"Bearer {token}"}
    for session in answer_of(httpx2.get(f"{base}/auth/sessions", params={"per_page": 100}, headers=signed_in)):
        if not session["is_current"]:
            httpx2.delete(f"{base}/auth/sessions/{session['id']}", headers=signed_in).raise_for_status()


def sign_in_again(page: Page, username: str) -> None:
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def open_ticket(page: Page, subject: str) -> None:
    page.get_by_role("link", name=subject).click()
    page.locator(".entry").first.wait_for()


def leave_and_return(page: Page) -> None:
    page.evaluate("location.hash = '#/tasks'")
    page.get_by_role("heading", name="Tasks", exact=True).wait_for()
    page.go_back()


@pytest.mark.parametrize("leave", [leave_and_return, Page.reload])
def test_a_draft_outlasts_that_one_leaves_at_once(
    address: str, chromium: Chromium, leave: Callable[[Page], object]
) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        open_ticket(page, "Locked out")
        page.get_by_role("button", name="Note").click()
        expect(page.get_by_role("textbox", name="Internal note")).to_be_focused()
        page.keyboard.type(f"Half a thought {leave.__name__}")
        leave(page)
        page.get_by_role("button", name="Note").click()
        expect(page.get_by_role("textbox", name="Internal note")).to_have_text(f"Half a thought {leave.__name__}")

    chromium.visit(address, agent)


def test_what_is_being_written_outlasts_the_session(desk: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        open_ticket(page, "Calendar shows the wrong time zone")
        # The page finds out by itself, from its stream or when it saves the draft; then nobody can write.
        page.get_by_role("textbox", name="Reply").fill("Not saved yet.")
        end_all_sessions(visit.address, "alice", "staff")
        sign_in_again(page, "alice")
        expect(page.get_by_role("textbox", name="Reply")).to_have_text("Not saved yet.")
        page.get_by_role("button", name="Send the reply").click()
        expect(page.get_by_text("The reply is sent.")).to_be_visible()
        page.reload()
        expect(page.get_by_role("textbox", name="Reply")).to_have_text("")

    def user(visit: Visit) -> None:
        page = visit.page
        sign_in(visit, "/portal#/tickets", "uma")
        open_ticket(page, "Calendar shows the wrong time zone")
        page.get_by_role("textbox", name="Message").fill("It is late again.")
        end_all_sessions(visit.address, "uma", "user")
        sign_in_again(page, "uma")
        expect(page.get_by_role("textbox", name="Message")).to_have_text("It is late again.")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()
        assert "It is late again." not in page.evaluate("JSON.stringify(sessionStorage)")

    chromium.visit(desk, agent)
    chromium.visit(desk, user)


def test_a_guest_reads_an_answer_in_the_middle_of_a_ticket(address: str, chromium: Chromium) -> None:
    def guest(visit: Visit) -> None:
        page = visit.page
        begin_ticket_as_guest(visit, "Feedback", "Halfway", "As far as this.")
        page.get_by_role("link", name="Answers").click()
        page.get_by_role("heading", name="Answers").wait_for()
        page.get_by_role("link", name="Open a ticket").click()
        expect(page.get_by_label("Subject")).to_have_value("Halfway")
        expect(page.get_by_role("textbox", name="Message")).to_have_text("As far as this.")
        page.get_by_role("textbox", name="Message").press("Control+Enter")
        expect(page.get_by_role("heading", name="is opened")).to_be_visible()
        page.get_by_role("link", name="Open a ticket").click()
        expect(page.get_by_label("Subject")).to_have_value("")

    chromium.visit(address, guest)


def test_a_canned_response_goes_where_one_writes(address: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        open_ticket(page, "Locked out")
        page.get_by_role("textbox", name="Reply").click()
        page.keyboard.type("Before. ")
        page.get_by_role("button", name="Canned responses").click()
        page.get_by_role("button", name="Please send a screenshot").click()
        reply = page.get_by_role("textbox", name="Reply")
        expect(reply).to_be_focused()
        expect(reply).to_contain_text("attach one?")
        page.keyboard.type("After.")
        text = reply.inner_text()
        assert text.index("Before.") < text.index("A picture") < text.index("After.")
        reply.fill("")

    chromium.visit(address, agent)


def test_nothing_is_sent_without_a_file_that_failed(address: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        open_ticket(page, "Locked out")
        page.locator(".composer input[type=file]").set_input_files(
            {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""}
        )
        expect(page.locator(".composer")).to_contain_text("The file is empty.")
        page.get_by_role("textbox", name="Reply").fill("See the file.")
        expect(page.get_by_role("button", name="Send the reply")).to_be_disabled()
        page.get_by_role("button", name="Remove empty.txt").click()
        expect(page.get_by_role("button", name="Send the reply")).to_be_enabled()
        page.get_by_role("textbox", name="Reply").fill("")

    chromium.visit(address, agent)


def test_without_a_network_pages_stay_and_come_up_to_date_when_it_is_back(address: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        open_ticket(page, "Locked out")
        page.get_by_role("textbox", name="Reply").fill("Typed in the train.")
        page.context.set_offline(True)
        page.get_by_role("link", name="My Tickets").click()
        expect(page.get_by_text("The server cannot be reached.").first).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="Locked out")).to_be_visible()
        expect(page.get_by_text("The server cannot be reached.").first).to_be_visible()
        expect(page.get_by_role("textbox", name="Reply")).to_have_text("Typed in the train.")
        page.context.set_offline(False)
        expect(page.get_by_text("The server cannot be reached.")).to_have_count(0, timeout=10_000)
        page.get_by_role("textbox", name="Reply").fill("")

    chromium.visit(address, agent)
