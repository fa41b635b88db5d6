"""An answer that is lost on its way, and somebody who clicks again: nothing is there twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx2
import pytest
from playwright.sync_api import Page, Route, expect

from tests.fixtures.browser import Chromium, Visit
from tests.fixtures.process import answer_of
from tests.frontends.people import PASSWORD, begin_ticket_as_guest, sign_in, to_console

pytestmark = pytest.mark.xdist_group("frontends")
OPENING = "**/api/v2/tickets"  # Written out: the page posts to /stream/tickets too, when it starts to listen.


@contextmanager
def losing_the_answer(page: Page, path: str) -> Iterator[None]:
    """The server gets the first request to this path and executes it; the page never hears of it."""
    lost: list[int] = []

    def cut(route: Route) -> None:
        if lost or route.request.method != "POST":
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route(path, cut)
    yield
    page.unroute(path)
    assert lost == [201]


def click_twice(page: Page, path: str, button: str) -> None:
    with losing_the_answer(page, path):
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_text("The server cannot be reached.")).to_be_visible()
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_text("The server cannot be reached.")).to_have_count(0)


def write(kind: str, button: str) -> Callable[[Visit], None]:
    """An agent answers a ticket, or notes something."""

    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        page.get_by_role("link", name="Screen sharing stays black").click()
        written = page.get_by_role("article", name=f"{kind} from Alice Archer")
        page.locator(".timeline .entry").first.wait_for()
        before = written.count()
        page.get_by_role("button", name=kind, exact=True).click()
        page.locator(".composer [contenteditable]").fill(f"One {kind}.")
        click_twice(page, f"**/{kind.lower()}", button)
        expect(page.locator(".composer [contenteditable]")).to_have_text("")
        expect(written).to_have_count(before + 1)

    return agent


def open_ticket_as_agent(visit: Visit) -> None:
    page = visit.page
    to_console(visit)
    visit.open("/console#/tickets/new")
    page.get_by_label("E-mail of the user").fill("uma@example.com")
    page.get_by_label("Subject").fill("Opened by an agent")
    page.get_by_role("textbox", name="Message").fill("Once.")
    click_twice(page, OPENING, "Open the ticket")
    expect(page.get_by_role("heading", name="Opened by an agent")).to_be_visible()


def open_ticket_as_guest(visit: Visit) -> None:
    page = visit.page
    begin_ticket_as_guest(visit, "Feedback", "Opened by a guest", "Once.")
    click_twice(page, OPENING, "Open the ticket")
    expect(page.get_by_role("heading", name="is opened")).to_be_visible()


def answer_as_user(visit: Visit) -> None:
    page = visit.page
    sign_in(visit, "/portal#/tickets", "uma")
    page.get_by_role("link", name="Calendar shows the wrong time zone").click()
    messages = page.get_by_role("article", name="Message from Uma Underwood")
    page.get_by_role("article").first.wait_for()
    before = messages.count()
    page.get_by_role("textbox", name="Message").fill("Once.")
    click_twice(page, "**/message", "Send")
    expect(messages).to_have_count(before + 1)


@pytest.mark.parametrize(
    "person",
    [
        pytest.param(write("Reply", "Send the reply"), id="reply"),
        pytest.param(write("Note", "Add the note"), id="note"),
        pytest.param(answer_as_user, id="message of a user"),
    ],
)
def test_a_text_sent_again_is_there_once(address: str, chromium: Chromium, person: Callable[[Visit], None]) -> None:
    chromium.visit(address, person)


@pytest.mark.parametrize(
    ("person", "subject"), [(open_ticket_as_agent, "Opened by an agent"), (open_ticket_as_guest, "Opened by a guest")]
)
def test_a_ticket_opened_again_is_there_once(
    address: str, chromium: Chromium, person: Callable[[Visit], None], subject: str
) -> None:
    chromium.visit(address, person)
    base = f"{address}/api/v2"
    login = {"username": "alice", "password": PASSWORD, "kind": "staff"}
    token = answer_of(httpx2.post(f"{base}/auth/login", json=login))["access_token"]
    found = httpx2.get(f"{base}/tickets", params={"q": f'"{subject}"'}, headers={"Authorization": f"Bearer {token}"})
    assert [each["subject"] for each in answer_of(found)] == [subject]
