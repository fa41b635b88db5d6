"""Custom fields in the front ends: those of tickets, tasks, users and organizations, shown and changed alike."""

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fixtures.browser import Chromium, Visit
from tests.fixtures.process import Process, answer_of, embedded
from tests.frontends.asked import add_fields
from tests.frontends.people import PASSWORD, PHONE, begin_ticket_as_guest, sign_in, to_console
from tests.frontends.test_pages import AXE, faults_of

pytestmark = pytest.mark.xdist_group("frontends")

PATHS = ("/users/1", "/organizations/1", "/tasks/1", "/tickets/29")
"""Ticket 29 is ugo's, whose organization shows its tickets to uma."""
OWN_TICKET = "/tickets/26"
NOTHING = "\N{EN DASH}"
LOOKS: tuple[dict[str, Any], ...] = (
    {"color_scheme": "light"},
    {"color_scheme": "dark", "viewport": PHONE},
    {"locale": "ar"},
)


@pytest.fixture(scope="module")
def desk(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """The sample help desk, whose forms ask more."""
    directory = tmp_path_factory.mktemp("asked")
    with embedded(directory, RATE_LIMIT_ENABLED="false") as process:
        add_fields(directory / "helpdesk.sqlite")
        yield process


@pytest.fixture
def alice(desk: Process) -> Iterator[httpx2.Client]:
    with desk.client("alice", PASSWORD) as client:
        yield client


def go(page: Page, path: str) -> None:
    page.evaluate("path => { location.hash = path; }", path)


def opened(page: Page, path: str) -> Locator:
    """The dialog that changes the fields of what is at this path."""
    go(page, path)
    page.get_by_role("button", name="Change the fields").click()
    return page.get_by_role("dialog", name="Change the fields")


def answer_to(page: Page, label: str) -> Locator:
    """What is shown beside a label."""
    return page.locator(f".answers dt:text-is('{label}') + dd")


def fill_in(form: Locator | Page) -> None:
    form.get_by_label("Badge").fill("17")
    form.get_by_label("Floor").select_option(label="First floor")
    form.get_by_label("Tuesday").check()
    form.get_by_label("Here since").fill("2026-03-01")
    form.get_by_label("Next visit").fill("2026-12-24T18:00")
    form.get_by_label("Has keys").check()
    form.get_by_label("Keeper").select_option(label="Bob Baker")
    form.get_by_label("Zone", exact=True).select_option(label="America / New York")
    form.get_by_label("Desk phone").fill("555-012-3456 x12")
    form.get_by_role("textbox", name="Story").fill("Began in spring.")
    # An answer of an earlier test may hold a file of this name already.
    plans = form.get_by_role("button", name="Remove plan.txt")
    before = plans.count()
    form.get_by_label("Papers").set_input_files({"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Two desks."})
    expect(plans).to_have_count(before + 1)


SHOWN = {
    "Badge": "17",
    "Floor": "First floor",
    "Days in": "Tuesday",
    "Here since": "1 Mar 2026",
    "Next visit": "24 Dec 2026, 18:00",
    "Has keys": "Yes",
    "Keeper": "Bob Baker",
    "Zone": "America/New_York",
    "Desk phone": "(555) 012-3456 x12",
    "Story": "Began in spring.",
    "Papers": "plan.txt",
}


@pytest.mark.parametrize("path", PATHS)
def test_agents_fill_in_fields_and_read_them(
    desk: Process, chromium: Chromium, alice: httpx2.Client, path: str
) -> None:
    answer_of(alice.patch(path, json={"custom_fields": {"rank": None, "papers": []}}))  # Others may have set them.

    def agent(visit: Visit) -> bytes:
        page = visit.page
        to_console(visit)
        dialog = opened(page, path)
        fill_in(dialog)
        dialog.get_by_role("button", name="Save").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        for label, text in SHOWN.items():
            expect(answer_to(page, label)).to_have_text(text)
        expect(answer_to(page, "Rank")).to_have_text(NOTHING)
        labels = page.locator(".answers dt").all_inner_texts()
        assert labels[-len(SHOWN) - 2 :] == [*SHOWN, "Rank", "For agents"]
        link = page.get_by_role("link", name="plan.txt")
        assert "signature=" in (link.get_attribute("href") or "")
        with page.expect_download() as download:
            link.click()
        return download.value.path().read_bytes()

    assert chromium.visit(desk.address, agent) == b"Two desks."


def test_a_field_is_emptied_and_a_file_taken_out(desk: Process, chromium: Chromium, alice: httpx2.Client) -> None:
    file_id = answer_of(alice.post("/files?name=old.txt", content=b"Old."))["id"]
    answer_of(alice.patch("/users/3", json={"custom_fields": {"papers": [file_id], "floor": "g", "badge": "5"}}))

    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        dialog = opened(page, "/users/3")
        dialog.get_by_role("button", name="Remove old.txt").click()
        dialog.get_by_label("Floor").select_option("")
        dialog.get_by_role("button", name="Save").click()
        expect(answer_to(page, "Papers")).to_have_text(NOTHING)
        expect(answer_to(page, "Floor")).to_have_text(NOTHING)
        expect(answer_to(page, "Badge")).to_have_text("5")

    chromium.visit(desk.address, agent)


def test_what_can_be_chosen_no_longer_stays_chosen(desk: Process, chromium: Chromium, alice: httpx2.Client) -> None:
    given = {"zone": "US/Pacific", "desk": "5550123456X12", "badge": "6"}  # A zone of that name is in no list.
    answer_of(alice.patch("/users/4", json={"custom_fields": given}))

    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        dialog = opened(page, "/users/4")
        expect(dialog.get_by_label("Zone", exact=True)).to_have_value("US/Pacific")
        expect(dialog.get_by_label("Desk phone")).to_have_value("(555) 012-3456 x12")
        dialog.get_by_label("Badge").fill("7")
        dialog.get_by_role("button", name="Save").click()
        expect(answer_to(page, "Badge")).to_have_text("7")
        expect(answer_to(page, "Zone")).to_have_text("US/Pacific")

    chromium.visit(desk.address, agent)


def test_an_error_stands_beside_its_field_and_is_mended_by_keys(desk: Process, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page, keys = visit.page, visit.page.keyboard
        to_console(visit)
        go(page, "/organizations/1")
        change = page.get_by_role("button", name="Change the fields")
        change.focus()
        keys.press("Enter")
        badge = page.get_by_role("dialog").get_by_label("Badge")
        badge.focus()
        keys.press("Control+A")
        keys.type("first")
        keys.press("Enter")
        expect(badge).to_have_attribute("aria-invalid", "true")
        expect(badge).to_have_accessible_description(re.compile("Badge .*number"))
        expect(badge).to_have_value("first")
        badge.focus()
        keys.press("Control+A")
        keys.type("18")
        keys.press("Tab")
        keys.type("Gr")  # The floor.
        keys.press("Shift+Tab")
        keys.press("Enter")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(change).to_be_focused()
        expect(answer_to(page, "Badge")).to_have_text("18")
        expect(answer_to(page, "Floor")).to_have_text("Ground floor")

    chromium.visit(desk.address, agent)


def test_what_is_not_theirs_to_change_cannot_be_changed(
    desk: Process, chromium: Chromium, alice: httpx2.Client
) -> None:
    paths = ("/users/1", "/organizations/1", "/tasks/1")
    for path in paths:
        answer_of(alice.patch(path, json={"custom_fields": {"badge": "17"}}))

    def agent(visit: Visit) -> None:
        to_console(visit)
        dialog = opened(visit.page, "/users/1")
        expect(dialog.get_by_label("Badge")).to_be_disabled()
        expect(dialog.get_by_label("Badge")).to_have_accessible_description("Not yours to change.")
        expect(dialog.get_by_label("Rank")).to_be_enabled()
        expect(visit.page.get_by_text("Floor")).to_have_count(0)

    def onlooker(visit: Visit) -> None:
        to_console(visit, "bob")
        for path in paths:
            go(visit.page, path)
            expect(visit.page.locator(".answers")).to_be_visible()
            visit.page.wait_for_timeout(500)
            expect(visit.page.get_by_role("button", name=re.compile("^Change"))).to_have_count(0)

    with desk.client("dora", PASSWORD) as dora:
        to = {"resource": "user", "applies_to": "agents"}
        rules = [
            {**to, "field": "custom_fields.badge", "effect": "freeze"},
            {**to, "field": "custom_fields.floor", "effect": "hide"},
        ]
        added = [answer_of(dora.post("/field-permissions", json=rule))["id"] for rule in rules]
        try:
            chromium.visit(desk.address, agent)
        finally:
            for each in added:
                dora.delete(f"/field-permissions/{each}")
    chromium.visit(desk.address, onlooker)


def test_new_users_organizations_and_tasks_ask_for_them(desk: Process, chromium: Chromium) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        for path, button, name in (("/users", "New user", "Zoe Zulu"), ("/organizations", "New organization", "Beta")):
            go(page, path)
            page.get_by_role("button", name=button).click()
            dialog = page.get_by_role("dialog", name=button)
            dialog.get_by_label("Name", exact=False).first.fill(name)
            if path == "/users":
                dialog.get_by_label("E-mail").fill("zoe@example.net")
                dialog.get_by_label("Phone Number").fill("by letter")
            dialog.get_by_label("Badge").fill("eleven")
            dialog.get_by_role("button", name="Add").click()
            expect(dialog.get_by_label("Badge")).to_have_attribute("aria-invalid", "true")
            dialog.get_by_label("Badge").fill("11")
            if path == "/users":
                expect(dialog.get_by_label("Phone Number")).to_have_attribute("aria-invalid", "true")
                dialog.get_by_label("Phone Number").fill("555-0123456")
            dialog.get_by_role("button", name="Add").click()
            expect(page.get_by_role("heading", name=name)).to_be_visible()
            expect(answer_to(page, "Badge")).to_have_text("11")
        go(page, "/tickets/29")
        page.get_by_role("button", name="Add a task").click()
        dialog = page.get_by_role("dialog", name="Add a task")
        dialog.get_by_label("Title").fill("Measure the room")
        dialog.get_by_label("Badge").fill("12")
        dialog.get_by_role("button", name="Add").click()
        page.get_by_role("link", name="Measure the room").click()
        expect(answer_to(page, "Badge")).to_have_text("12")

    chromium.visit(desk.address, agent)


def test_users_keep_their_own_profile(desk: Process, chromium: Chromium, alice: httpx2.Client) -> None:
    answer_of(alice.patch("/users/1", json={"custom_fields": {"rank": "Captain", "secret": "Only us"}}))

    def user(visit: Visit) -> None:
        page = visit.page
        sign_in(visit, "/portal#/profile", "uma")
        form = page.get_by_role("form", name="Profile")
        fill_in(form)
        expect(answer_to(page, "Rank")).to_have_text("Captain")
        expect(page.get_by_text("For agents")).to_have_count(0)
        form.get_by_label("Phone Number").fill("by letter")
        form.get_by_role("button", name="Save").click()
        expect(form.get_by_label("Phone Number")).to_have_attribute("aria-invalid", "true")
        form.get_by_label("Phone Number").fill("555-0123456")
        form.get_by_label("Phone Number").press("Enter")
        expect(page.get_by_text("Saved.")).to_be_visible()

    chromium.visit(desk.address, user)
    kept = answer_of(alice.get("/users/1"))
    assert kept["phone"] == "5550123456"
    answers = kept["custom_fields"]
    assert (answers["badge"], answers["floor"]["key"], answers["rank"]) == ("17", "1", "Captain")
    assert [each["name"] for each in answers["papers"]][-1] == "plan.txt"


def test_users_see_and_change_the_fields_of_their_ticket(
    desk: Process, chromium: Chromium, alice: httpx2.Client
) -> None:
    for path in (OWN_TICKET, "/tickets/29"):
        answer_of(alice.patch(path, json={"custom_fields": {"rank": "Major", "secret": "Only us", "floor": "g"}}))

    def user(visit: Visit) -> None:
        page = visit.page
        sign_in(visit, "/portal#/tickets", "uma")
        page.locator("table").wait_for()
        go(page, "/tickets/29")
        expect(answer_to(page, "Rank")).to_have_text("Major")
        expect(page.get_by_text("Only us")).to_have_count(0)
        page.wait_for_timeout(500)
        expect(page.get_by_role("button", name="Change the fields")).to_have_count(0)
        dialog = opened(page, OWN_TICKET)
        expect(dialog.get_by_label("Rank")).to_have_count(0)
        dialog.get_by_label("Floor").select_option(label="First floor")
        dialog.get_by_role("button", name="Save").click()
        expect(answer_to(page, "Floor")).to_have_text("First floor")

    chromium.visit(desk.address, user)


def test_guests_and_who_registers_are_asked_the_contact_form(
    desk: Process, chromium: Chromium, alice: httpx2.Client
) -> None:
    def guest(visit: Visit) -> None:
        page = visit.page
        begin_ticket_as_guest(visit, "General Inquiry", "A chair", "Please.")
        badges = page.get_by_label("Badge")
        expect(badges).to_have_count(2)  # Of the contact form, and of the ticket's.
        badges.first.fill("44")
        badges.last.fill("45")
        page.get_by_role("button", name="Open the ticket").click()
        expect(page.get_by_role("heading", name="is opened")).to_be_visible()

    def newcomer(visit: Visit) -> None:
        page = visit.page
        visit.open("/portal#/register")
        page.get_by_label("Your name").fill("Rita Register")
        page.get_by_label("Your e-mail").fill("rita@example.net")
        page.get_by_label("Password").fill("a long password")
        page.get_by_label("Badge").fill("46")
        page.get_by_role("button", name="Register").click()
        expect(page.get_by_text("Nearly done")).to_be_visible()

    chromium.visit(desk.address, guest)
    chromium.visit(desk.address, newcomer)
    for address, badge in (("gina@example.net", "44"), ("rita@example.net", "46")):
        (user,) = answer_of(alice.get("/users", params={"email": address}))
        assert user["custom_fields"]["badge"] == badge


def test_a_task_gets_another_title_and_a_due_date(desk: Process, chromium: Chromium, alice: httpx2.Client) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        go(page, "/tasks/1")
        page.get_by_role("button", name="Change", exact=True).click()
        dialog = page.get_by_role("dialog", name="Change the task")
        dialog.get_by_label("Title").fill("Ask the other vendor")
        dialog.get_by_label("Due").fill("2020-01-01T09:00")
        dialog.get_by_role("button", name="Save").click()
        expect(dialog.get_by_label("Due")).to_have_attribute("aria-invalid", "true")
        dialog.get_by_label("Due").fill("2099-12-24T18:00")
        dialog.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="Ask the other vendor")).to_be_visible()
        page.get_by_role("button", name="Change", exact=True).click()
        page.get_by_role("button", name="Save").click()  # Nothing has changed.
        expect(dialog).to_have_count(0)

    chromium.visit(desk.address, agent)
    task = answer_of(alice.get("/tasks/1"))
    assert (task["title"], task["due_at"][:4]) == ("Ask the other vendor", "2099")


def test_agents_are_asked_the_contact_form_of_somebody_new_alone(
    desk: Process, chromium: Chromium, alice: httpx2.Client
) -> None:
    def agent(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        go(page, "/tickets/new")
        address, phone = page.get_by_label("E-mail of the user"), page.get_by_label("Phone Number")
        address.fill("UMA@acme.example")
        page.get_by_label("Subject").fill("A lamp")
        page.get_by_role("textbox", name="Message").fill("Please.")
        expect(page.get_by_label("Name", exact=True)).to_have_value("Uma Underwood")
        expect(phone).to_have_count(0)
        address.fill("nora@example.net")
        phone.fill("by letter")
        page.get_by_label("Name", exact=True).fill("Nora New")
        page.get_by_role("button", name="Open the ticket").click()
        expect(phone).to_have_attribute("aria-invalid", "true")
        phone.fill("5550123456")
        page.get_by_label("Badge").first.fill("47")
        page.get_by_role("button", name="Open the ticket").click()
        expect(page.get_by_role("heading", name="A lamp")).to_be_visible()

    chromium.visit(desk.address, agent)
    (nora,) = answer_of(alice.get("/users", params={"email": "nora@example.net"}))
    assert (nora["name"], nora["phone"], nora["custom_fields"]["badge"]) == ("Nora New", "5550123456", "47")


@pytest.mark.parametrize("look", LOOKS)
def test_no_dialog_has_a_serious_fault(desk: Process, chromium: Chromium, look: dict[str, Any]) -> None:
    found: dict[str, list[str]] = {}

    def agent(visit: Visit) -> None:
        to_console(visit)
        visit.page.evaluate(AXE)
        for path in PATHS:
            opened(visit.page, path).wait_for()
            found[path] = faults_of(visit)
            visit.page.keyboard.press("Escape")
            expect(visit.page.get_by_role("dialog")).to_have_count(0)

    def user(visit: Visit) -> None:
        sign_in(visit, "/portal#/profile", "uma")
        visit.page.get_by_label("Badge").wait_for()
        visit.page.evaluate(AXE)
        found["profile"] = faults_of(visit)
        opened(visit.page, OWN_TICKET).wait_for()
        found["own ticket"] = faults_of(visit)

    chromium.visit(desk.address, agent, **look)
    chromium.visit(desk.address, user, **look)
    assert {path: faults for path, faults in found.items() if faults} == {}
