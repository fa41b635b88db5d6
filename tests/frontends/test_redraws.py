"""A page that is drawn again, because somebody else did something, takes nothing away that was chosen or typed."""

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import Chromium, Visit
from tests.fixtures.process import answer_of
from tests.frontends.people import PASSWORD, sign_in, to_console

pytestmark = pytest.mark.xdist_group("frontends")


SUBJECT = "Screen sharing stays black"


def another_agent_writes_a_note(address: str) -> None:
    base = f"{address}/api/v2"
    login = {"username": "dora", "password": PASSWORD, "kind": "staff"}
    signed_in = {"Authorization": f"Bearer {answer_of(httpx2.post(f'{base}/auth/login', json=login))['access_token']}"}
    found = answer_of(httpx2.get(f"{base}/tickets", params={"q": f'"{SUBJECT}"'}, headers=signed_in))
    answer_of(httpx2.post(f"{base}/tickets/{found[0]['id']}/note", json={"body": "Seen."}, headers=signed_in))


def draw_again(visit: Visit) -> None:
    """Wait until the page shows what another agent wrote meanwhile."""
    entries = visit.page.locator(".timeline .entry")
    before = entries.count()
    another_agent_writes_a_note(visit.address)
    expect(entries).to_have_count(before + 1)


def choose(page: Page, button: str, label: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("dialog").get_by_label(label, exact=False).select_option(index=1)


@pytest.mark.parametrize(
    ("button", "label"), [("Close or change status", "Status"), ("Transfer", "Department"), ("Refer", "To")]
)
def test_what_is_chosen_in_a_dialog_outlasts_the_news(
    address: str, chromium: Chromium, button: str, label: str
) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        page.get_by_role("link", name=SUBJECT).click()
        page.locator(".timeline .entry").first.wait_for()
        choose(page, button, label)
        choice = page.get_by_role("dialog").get_by_label(label)
        chosen = choice.input_value()
        page.get_by_role("dialog").get_by_label("Comment").fill("Because.")
        draw_again(visit)
        expect(choice).to_have_value(chosen)
        expect(page.get_by_role("dialog").get_by_label("Comment")).to_have_value("Because.")

    chromium.visit(address, agent)


def test_what_is_chosen_in_ones_settings_outlasts_writing_a_signature(address: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        visit.open("/console#/settings")
        page.get_by_label("Signature under replies").select_option(label="Mine")
        page.get_by_label("On vacation").check()
        page.get_by_role("textbox", name="My signature").fill("Yours, Alice")
        expect(page.get_by_label("On vacation")).to_be_checked()
        expect(page.get_by_label("Signature under replies")).to_have_value("mine")

    chromium.visit(address, agent)


def test_a_box_that_is_ticked_outlasts_a_refusal(address: str, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit, "dora")
        visit.open("/console#/organizations/1")
        page.get_by_role("button", name="Change", exact=True).click()
        box = page.get_by_label("All users see all tickets")
        is_ticked = not box.is_checked()
        box.set_checked(is_ticked)
        page.get_by_label("Name").fill("x" * 300)
        page.get_by_role("dialog").get_by_role("button", name="Save").click()
        expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
        expect(box).to_be_checked(checked=is_ticked)

    chromium.visit(address, agent)


def test_words_to_find_outlast_the_news(address: str, chromium: Chromium) -> None:
    def user(visit: Visit) -> None:
        page = visit.page
        sign_in(visit, "/portal#/tickets", "uma")
        rows = page.locator("table.listing tbody tr")
        rows.first.wait_for()
        before = rows.count()
        page.get_by_label("Search tickets").fill("half a wo")
        opened = {"subject": "Heard", "message": "Now.", "topic_id": 1}
        login = {"username": "uma", "password": PASSWORD, "kind": "user"}
        token = answer_of(httpx2.post(f"{visit.address}/api/v2/auth/login", json=login))["access_token"]
        heading = {"Authorization": f"Bearer {token}"}
        answer_of(httpx2.post(f"{visit.address}/api/v2/tickets", json=opened, headers=heading))
        expect(rows).to_have_count(before + 1)
        expect(page.get_by_label("Search tickets")).to_have_value("half a wo")

    chromium.visit(address, user)


_FILL_IN = """(fields) => fields.forEach(([label, text]) => {
    const control = [...document.querySelectorAll("label")].find((each) => each.textContent.startsWith(label)).control;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(control, text);
    control.dispatchEvent(new Event("input", { bubbles: true }));
})"""
"""As a browser fills a form in: all fields at once, before the page is drawn again."""


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/console#/tickets/new", [["E-mail of the user", "nina@example.net"], ["Name", "Nina"], ["Subject", "Hello"]]),
        ("/portal#/open", [["Your e-mail", "gina@example.net"], ["Your name", "Gina"], ["Subject", "Hello"]]),
    ],
)
def test_fields_that_are_filled_in_at_once_are_all_kept(
    address: str, chromium: Chromium, path: str, fields: list[list[str]]
) -> None:
    def person(visit: Visit) -> None:
        page = visit.page
        if path.startswith("/console"):
            to_console(visit)
        visit.open(path)
        page.get_by_label("Subject").wait_for()
        page.evaluate(_FILL_IN, fields)
        page.get_by_role("textbox", name="Message").fill("Drawn again.")
        for label, text in fields:
            expect(page.get_by_label(label, exact=False).first).to_have_value(text)

    chromium.visit(address, person)
