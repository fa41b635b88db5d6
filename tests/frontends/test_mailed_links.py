"""The links in mails, followed: to a ticket, to a confirmed account, to a new password."""

import re
import time
from email import message_from_bytes
from email.policy import default
from html import unescape
from itertools import count

import httpx2
import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import Chromium, Visit
from tests.fixtures.process import answer_of
from tests.frontends.people import PASSWORD, sign_in

pytestmark = pytest.mark.xdist_group("frontends")

_LINK = re.compile(r"https?://[^/\s\"]+(/(?:scp/)?(?:view|pwreset)\.php\?[^\"<>\s]+)")
_TRIES = 300


def newest_mail(address: str) -> int:
    """The number of the newest captured mail; 0 where there is none."""
    return max((int(each) for each in re.findall(r"mail/(\d+)", httpx2.get(f"{address}/mail").text)), default=0)


def follow_link(visit: Visit, after: int) -> None:
    """Wait for a mail with a link in it, and open the link at the server that runs."""
    for mail in count(after + 1):
        source = _arrived(visit.address, mail)
        body = message_from_bytes(source, policy=default).get_body(("html", "plain"))
        assert body is not None
        found = _LINK.search(unescape(body.get_content()))
        if found:
            visit.open(found[1])
            return


def _arrived(address: str, mail: int) -> bytes:
    for _ in range(_TRIES):
        answer = httpx2.get(f"{address}/mail/{mail}/source")
        if answer.status_code == 200:
            return answer.content
        time.sleep(0.2)
    raise AssertionError(f"Mail {mail} does not arrive.")


def test_a_guest_reads_and_answers_the_ticket_of_the_link(address: str, chromium: Chromium) -> None:
    given = {"email": "ginny@example.net", "name": "Ginny", "subject": "By a link", "message": "Hi", "topic_id": 1}
    number = answer_of(httpx2.post(f"{address}/api/v2/tickets", json=given))["number"]

    def guest(visit: Visit) -> None:
        page = visit.page
        visit.open("/portal#/check")
        page.get_by_label("Your e-mail").fill("ginny@example.net")
        page.get_by_label("Number of the ticket").fill(number)
        before = newest_mail(address)
        page.get_by_role("button", name="Send me a link").click()
        expect(page.get_by_text("on its way to you")).to_be_visible()

        follow_link(visit, before)
        expect(page.get_by_role("heading", name="By a link")).to_be_visible()
        assert "token" not in page.url
        page.locator("input[type=file]").set_input_files(
            {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Two desks."}
        )
        page.get_by_role("textbox", name="Message").fill("And this.")
        page.get_by_role("button", name="Send", exact=True).click()
        last = page.get_by_role("article", name="Message from Ginny").last
        expect(last.frame_locator("iframe").locator("body")).to_contain_text("And this.")
        expect(last.get_by_role("button", name="plan.txt")).to_be_visible()
        page.reload()
        expect(page.get_by_role("heading", name="By a link")).to_be_visible()

        visit.open("/portal#/profile")
        expect(page.get_by_text("A profile is for those who have an account")).to_be_visible()
        expect(page.get_by_text("Loading…")).to_have_count(0)

        page.get_by_role("link", name="Open a ticket").click()
        page.get_by_role("button", name="Leave the ticket").click()
        expect(page.get_by_label("Your e-mail")).to_be_visible()

    chromium.visit(address, guest)


def test_a_guest_sees_the_ticket_at_once_where_addresses_are_not_verified(address: str, chromium: Chromium) -> None:
    given = {"email": "gary@example.net", "name": "Gary", "subject": "By its number", "message": "Hi", "topic_id": 1}
    number = answer_of(httpx2.post(f"{address}/api/v2/tickets", json=given))["number"]
    login = {"username": "dora", "password": PASSWORD}
    with httpx2.Client(base_url=f"{address}/api/v2") as dora:
        dora.headers["Authorization"] = f"Bearer {answer_of(dora.post('/auth/login', json=login))['access_token']}"

        def guest(visit: Visit) -> None:
            page = visit.page
            visit.open("/portal#/check")
            page.get_by_label("Your e-mail").fill("gary@example.net")
            page.get_by_label("Number of the ticket").fill(number)
            page.get_by_role("button", name="Show me the ticket").click()
            expect(page.get_by_role("heading", name="By its number")).to_be_visible()
            page.reload()
            expect(page.get_by_role("heading", name="By its number")).to_be_visible()

        answer_of(dora.patch("/settings", json={"sign_in": {"verifies_email": False}}))
        try:
            chromium.visit(address, guest)
        finally:
            answer_of(dora.patch("/settings", json={"sign_in": {"verifies_email": True}}))


def test_a_bad_link_says_so(address: str, chromium: Chromium) -> None:
    def guest(visit: Visit) -> None:
        visit.open("/view.php?auth=o1xaaaaaaaaaaaaaAAAAAAAAAAAAAAAA")
        expect(visit.page.get_by_text("not valid")).to_be_visible()
        visit.page.get_by_role("link", name="Ask for another link").click()
        expect(visit.page.get_by_role("heading", name="Check a ticket")).to_be_visible()

    chromium.visit(address, guest)


def test_a_user_registers_and_confirms(address: str, chromium: Chromium) -> None:
    def visitor(visit: Visit) -> None:
        page = visit.page
        visit.open("/portal#/register")
        page.get_by_label("Your name").fill("Nora New")
        page.get_by_label("Your e-mail").fill("nora@example.net")
        page.get_by_label("Password").fill(PASSWORD)
        before = newest_mail(address)
        page.get_by_role("button", name="Register").click()
        expect(page.get_by_text("on its way to you")).to_be_visible()
        sign_in(visit, "/portal#/sign-in", "nora@example.net")
        expect(page.get_by_role("alert")).to_have_text(re.compile("Confirm your account first"))
        follow_link(visit, before)
        expect(page.get_by_role("link", name="Nora New")).to_be_visible()

    chromium.visit(address, visitor)


def ask_for_password(visit: Visit, front_end: str, name: str) -> None:
    page = visit.page
    visit.open(f"/{front_end}#/sign-in")
    page.get_by_role("link", name="Forgotten your password?").click()
    page.get_by_role("heading", name="Forgotten password").wait_for()  # The sign-in has a field of the same name.
    page.get_by_label("User name or e-mail").fill(name)
    before = newest_mail(visit.address)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_text("on its way to you")).to_be_visible()
    follow_link(visit, before)
    page.get_by_label("User name or e-mail").fill(name)
    page.get_by_label("New password").fill("another good one")
    page.get_by_role("button", name="Save").click()


def test_a_user_chooses_a_new_password(address: str, chromium: Chromium) -> None:
    def user(visit: Visit) -> None:
        ask_for_password(visit, "portal", "uma")
        expect(visit.page.get_by_role("heading", name="Tickets")).to_be_visible()

    chromium.visit(address, user)


def test_an_agent_chooses_a_new_password(address: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        ask_for_password(visit, "console", "bob")
        visit.page.locator(".queues").wait_for()

    chromium.visit(address, agent)


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("/view.php?auth=o1x%2Ba%3D", "portal#/ticket-link?token=o1x%2Ba%3D"),
        ("/view.php?t=123456", "portal#/check?number=123456"),
        ("/view.php?id=7", "portal#/tickets/7"),
        ("/tickets.php?id=7", "portal#/tickets/7"),
        ("/tickets.php?id=7%2F..%2Fx", "portal#/tickets"),
        ("/pwreset.php?token=a_b%3D", "portal#/confirm?token=a_b%3D"),
        ("/pwreset.php", "portal#/forgotten-password"),
        ("/scp/pwreset.php?token=a_b%3D", "../console#/reset-password?token=a_b%3D"),
        ("/scp/tickets.php?id=7", "../console#/tickets/7"),
        ("/scp/tickets.php", "../console#/"),
        ("/scp/tasks.php?id=7", "../console#/tasks/7"),
    ],
)
def test_where_links_lead(address: str, link: str, page: str) -> None:
    answer = httpx2.get(address + link)
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert answer.headers["Cache-Control"] == "no-store"
