"""The portal of a help desk that lets users do less, or that guests use."""

import json
import re

import httpx2
import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import Chromium, Visit
from tests.fixtures.process import answer_of
from tests.frontends.people import PASSWORD

pytestmark = pytest.mark.xdist_group("frontends")


def set_registration(address: str, mode: str) -> None:
    login = {"username": "dora", "password": PASSWORD, "kind": "staff"}
    token = answer_of(httpx2.post(f"{address}/api/v2/auth/login", json=login))["access_token"]
    signed_in = {"Authorization": f"Bearer {token}"}
    changes = {"sign_in": {"registration": mode}}
    answer_of(httpx2.patch(f"{address}/api/v2/settings", json=changes, headers=signed_in))


@pytest.mark.parametrize(
    ("mode", "links"),
    [
        ("public", ["Sign in", "Register"]),
        ("automatic", ["Sign in", "Register"]),
        ("closed", ["Sign in"]),
        ("disabled", []),
    ],
)
def test_the_portal_offers_what_the_help_desk_lets_users_do(
    address: str, chromium: Chromium, mode: str, links: list[str]
) -> None:
    def visitor(visit: Visit) -> None:
        page = visit.page
        visit.open("/portal#/register")
        page.get_by_role("link", name="Answers").wait_for()
        expect(page.locator(".portal-who a")).to_have_text(links)
        expect(page.get_by_role("button", name="Register")).to_have_count(int("Register" in links))
        visit.open("/portal#/check")
        expect(page.get_by_role("button", name="Send me a link")).to_be_visible()
        expect(page.get_by_text("With an account")).to_have_count(int(bool(links)))

    set_registration(address, mode)
    try:
        chromium.visit(address, visitor)
    finally:
        set_registration(address, "public")


def test_a_guest_asks_for_a_ticket_by_its_number_with_a_sign(address: str, chromium: Chromium) -> None:
    def guest(visit: Visit) -> None:
        page = visit.page
        visit.open("/portal#/open")
        page.get_by_label("Your e-mail").fill("gina@example.net")
        page.get_by_label("Your name").fill("Gina Guest")
        page.get_by_label("Subject").fill("Without a message")
        page.get_by_role("button", name="Open the ticket").click()
        expect(page.get_by_role("alert")).to_have_text("Please write a message.")
        page.get_by_role("textbox", name="Message").fill("Here it is.")
        page.get_by_role("button", name="Open the ticket").click()
        heading = page.get_by_role("heading", name="is opened").inner_text()
        number = re.findall(r"#\d+", heading)[0]
        page.get_by_role("link", name="check the ticket").click()
        page.get_by_label("Your e-mail").fill("gina@example.net")
        page.get_by_label("Number of the ticket").fill(f" {number} ")
        with page.expect_request("**/auth/ticket-link") as asked:
            page.get_by_role("button", name="Send me a link").click()
        assert json.loads(asked.value.post_data or "")["number"] == number[1:]

    chromium.visit(address, guest)
