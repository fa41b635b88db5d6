"""What holds for every page: few requests, the policy, no fault for those who see or move otherwise."""

from collections import Counter
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import expect

from tests.fixtures.api import running_api
from tests.fixtures.browser import Chromium, Visit
from tests.fixtures.process import answer_of
from tests.fixtures.templates import Template
from tests.frontends.people import PHONE, sign_in, to_console

pytestmark = pytest.mark.xdist_group("frontends")

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
CONSOLE_PAGES = [
    "/queues/1",
    "/tickets/20",
    "/tickets/new",
    "/tasks",
    "/tasks/1",
    "/users",
    "/users/1",
    "/organizations/1",
    "/statistics",
    "/settings",
]


def faults_of(visit: Visit) -> list[str]:
    """What axe finds that is serious."""
    result: dict[str, Any] = visit.page.evaluate(
        "() => axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })"
    )
    serious = [each for each in result["violations"] if each["impact"] in ("serious", "critical")]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in serious]


PORTAL_PAGES = [
    *("/tickets", "/", "/open", "/check", "/faqs", "/faqs/1", "/tickets/29", "/profile", "/register"),
    *("/forgotten-password", "/reset-password", "/ticket-link"),
]


@pytest.mark.parametrize(
    ("front_end", "pages", "username"), [("/console", CONSOLE_PAGES, "alice"), ("/portal", PORTAL_PAGES, "uma")]
)
@pytest.mark.parametrize("look", [{"color_scheme": "light"}, {"color_scheme": "dark", "viewport": PHONE}])
def test_no_page_has_a_serious_fault(
    address: str, chromium: Chromium, front_end: str, pages: list[str], username: str, look: dict[str, Any]
) -> None:
    def walk(visit: Visit) -> dict[str, list[str]]:
        page = visit.page
        sign_in(visit, f"{front_end}#{pages[0]}", username)
        page.get_by_label("Password").wait_for(state="detached")
        page.evaluate(AXE)
        found = {}
        for path in pages:
            page.evaluate("path => { location.hash = path; }", path)
            page.locator("main h1").first.wait_for()
            page.wait_for_function("() => !document.querySelector('main .loading')")
            found[path] = faults_of(visit)
        return {path: faults for path, faults in found.items() if faults}

    assert chromium.visit(address, walk, **look) == {}


@pytest.mark.parametrize("look", [{"color_scheme": "light"}, {"color_scheme": "dark", "viewport": PHONE}])
def test_no_page_before_the_sign_in_has_a_serious_fault(address: str, chromium: Chromium, look: dict[str, Any]) -> None:
    def walk(visit: Visit) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in ("/", "/forgotten-password", "/reset-password?token=x"):
            visit.open(f"/console?{len(found)}#{path}")
            visit.page.locator("main h1").first.wait_for()
            visit.page.evaluate(AXE)
            found[path] = faults_of(visit)
        return {path: faults for path, faults in found.items() if faults}

    assert chromium.visit(address, walk, **look) == {}


COUNTS = """
    window.asked = [];
    window.askedFor = {};
    const fetching = window.fetch;
    window.fetch = (...given) => { window.asked.push(String(given[0])); return fetching(...given); };
    new MutationObserver(() => {
      for (const selector of ["table.tickets", ".timeline .entry"]) {
        if (document.querySelector(selector)) window.askedFor[selector] ??= [...window.asked];
      }
    }).observe(document, { childList: true, subtree: true });
"""
"""Notes which requests had been sent when something was there for the first time."""


def test_an_inbox_takes_three_requests_and_a_ticket_two(address: str, chromium: Chromium) -> None:
    def look(visit: Visit) -> tuple[list[str], list[str]]:
        to_console(visit)
        page = visit.page
        page.add_init_script(COUNTS)
        page.reload()
        page.locator(".queues .count").first.wait_for()
        inbox = page.evaluate("() => window.askedFor['table.tickets']")
        page.evaluate("() => { window.asked = []; }")
        page.get_by_role("link", name="Screen sharing stays black").click()
        page.locator(".timeline .entry").first.wait_for()
        return inbox, page.evaluate("() => window.askedFor['.timeline .entry']")

    inbox, asked = chromium.visit(address, look)
    assert 0 < len(inbox) <= 3, inbox
    ticket = [url for url in asked if "/queues" not in url and "/stream" not in url]  # The list itself may be renewed.
    assert 0 < len(ticket) <= 2, ticket


_SLOW_BODY = """async () => {
    const script = document.querySelector("script[type=module]").src;
    const { Api } = await import(script.replace("console/main.js", "shared/api.js"));
    const fetching = window.fetch;
    window.fetch = async (...given) => {
      const response = await fetching(...given), read = response.json.bind(response);
      response.json = async () => (await new Promise((resolve) => setTimeout(resolve, 600)), read());
      return response;
    };
    const api = new Api({ base: `${location.origin}/api/v2`, kind: "staff" });
    let hasCome = false;
    api.get("/settings").then(() => (hasCome = true));
    await api.idle();
    return hasCome;
}"""


def test_what_can_wait_waits_for_whole_answers(address: str, chromium: Chromium) -> None:
    def look(visit: Visit) -> bool:
        visit.open("/console")
        visit.page.get_by_label("User name").wait_for()
        return bool(visit.page.evaluate(_SLOW_BODY))

    assert chromium.visit(address, look)


_STALE_PLACE = """async () => {
    const script = document.querySelector("script[type=module]").src;
    const { Live } = await import(script.replace("console/main.js", "shared/live.js"));
    window.setTimeout = (again) => void again();
    const asked = [];
    const streams = [
      (onEvent, onState) => (onState(true), onEvent({ id: 7 }), onState(false)),
      (onEvent, onState) => onState(false),
      (onEvent, onState) => onState(true),
    ];
    const listen = async (onEvent, onState, after) => {
      asked.push(after ?? null);
      queueMicrotask(() => streams[asked.length - 1](onEvent, onState));
      return () => {};
    };
    new Live({ listen }).start();
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    return asked;
}"""


def test_stream_that_does_not_open_at_its_place_begins_anew(address: str, chromium: Chromium) -> None:
    """The feed may not have that place any more, which an `EventSource` is not told."""

    def look(visit: Visit) -> list[int | None]:
        visit.open("/console")
        visit.page.get_by_label("User name").wait_for()
        return list(visit.page.evaluate(_STALE_PLACE))

    assert chromium.visit(address, look) == [None, 7, None]


def test_nothing_is_asked_for_in_a_loop(address: str, chromium: Chromium) -> None:
    def look(visit: Visit) -> tuple[Counter[str], Counter[str]]:
        page = visit.page
        with page.expect_request("**/stream?*"):
            to_console(visit)
        page.wait_for_timeout(REST_MS)
        inbox = Counter(visit.counted())
        with page.expect_request("**/read"):
            page.get_by_role("link", name="Screen sharing stays black").click()
        page.wait_for_timeout(REST_MS)
        return inbox, Counter(visit.counted())

    for asked in chromium.visit(address, look):
        assert [
            path for path, times in asked.items() if times > 2
        ] == []  # Once at first, once when the stream is open.


REST_MS = 4000
"""Time for several turns of a loop, which goes round with each answer."""


def test_what_one_writes_oneself_is_loaded_once(address: str, chromium: Chromium) -> None:
    def look(visit: Visit) -> tuple[Counter[str], Counter[str]]:
        page = visit.page
        with page.expect_request("**/stream?*"):
            to_console(visit)
        with page.expect_request("**/read"):
            page.get_by_role("link", name="Screen sharing stays black").click()
        page.get_by_role("textbox", name="Reply").fill("It works again.")
        with page.expect_request("**/drafts"):
            page.wait_for_timeout(REST_MS)
        visit.counted()
        with page.expect_request("**/read"):
            page.get_by_role("button", name="Send the reply").click()
        page.wait_for_timeout(REST_MS)
        reply = Counter(visit.counted())
        with page.expect_response("**/mark"):
            page.get_by_role("button", name="Mark as", exact=False).click()
        page.wait_for_timeout(REST_MS)
        return reply, Counter(visit.counted())

    for asked in chromium.visit(address, look):
        of_ticket = {path: times for path, times in asked.items() if path.startswith("GET /tickets/")}
        assert {path.rpartition("/")[2] for path in of_ticket} >= {"timeline"}
        assert set(of_ticket.values()) == {1}, asked


def test_a_ticket_is_printed_from_a_link(address: str, chromium: Chromium) -> None:
    def look(visit: Visit) -> None:
        page = visit.page
        to_console(visit)
        page.get_by_role("link", name="Screen sharing stays black").click()
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="Print").click()
        printed = opened.value
        expect(printed.get_by_role("heading")).to_contain_text("Screen sharing stays black")
        expect(printed.locator("article").first).to_have_css("border-top-style", "solid")

    chromium.visit(address, look)


def test_files_are_kept_for_ever_and_pages_asked_for_again(address: str) -> None:
    page = httpx2.get(f"{address}/console")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert httpx2.get(f"{address}/console", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304
    script = page.text.partition('<script type="module" src="')[2].partition('"')[0]
    module = httpx2.get(f"{address}/{script}")
    assert module.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in module.headers["Cache-Control"]
    assert module.headers["Content-Encoding"] == "gzip"
    plain = httpx2.get(f"{address}/{script}", headers={"Accept-Encoding": "identity"})
    assert plain.text == module.text
    other = script.replace(script.split("/")[1], "0" * 20)
    assert httpx2.get(f"{address}/{other}").headers["Cache-Control"] == "no-store"
    assert httpx2.get(f"{address}/console/", follow_redirects=True).status_code == 200
    assert httpx2.get(f"{address}/frontends/x/../../settings.py").status_code == 404


@pytest.mark.parametrize(
    ("switch", "gone", "there"), [("features_console", "console", "portal"), ("features_portal", "portal", "console")]
)
def test_each_can_be_switched_off(demo: Template, tmp_path: Path, switch: str, gone: str, there: str) -> None:
    switched_off: dict[str, Any] = {switch: False}
    with running_api(demo.copy(), tmp_path, **switched_off) as api:
        assert api.anonymous().get(f"//{gone}").status == 404
        assert api.anonymous().get(f"//{there}").status == 200


def test_the_body_of_a_mail_can_do_nothing(address: str, chromium: Chromium) -> None:
    body = (
        '<p style="color: rgb(200, 0, 0)">Red</p><script>top.hacked = 1</script><img src="x" onerror="top.hacked = 1">'
        '<img src="https://tracker.example/seen.gif" alt="seen"><a href="https://example.net/">Link</a>'
    )

    def look(visit: Visit) -> list[str]:
        asked: list[str] = []
        visit.page.on("request", lambda request: asked.append(request.url))
        to_console(visit)
        visit.page.get_by_role("link", name="A hostile mail").click()
        inside = visit.page.frame_locator(".body-frame").locator("body")
        expect(inside.locator("p")).to_have_css("color", "rgb(200, 0, 0)")
        expect(inside.get_by_role("link", name="seen")).to_be_visible()
        expect(inside.get_by_role("link", name="Link")).to_have_attribute("target", "_blank")
        assert visit.page.evaluate("() => window.hacked") is None
        return [url for url in asked if not url.startswith(address)]

    given = {
        "email": "mallory@example.net",
        "name": "Mallory",
        "subject": "A hostile mail",
        "message": body,
        "topic_id": 1,
    }
    answer_of(httpx2.post(f"{address}/api/v2/tickets", json=given))
    assert chromium.visit(address, look) == []


def test_what_others_do_is_seen_at_once(address: str, chromium: Chromium) -> None:
    def look(visit: Visit) -> None:
        to_console(visit)
        given = {
            "email": "gina@example.net",
            "name": "Gina",
            "subject": "Heard at once",
            "message": "Hi",
            "topic_id": 1,
        }
        answer_of(httpx2.post(f"{address}/api/v2/tickets", json=given))
        expect(visit.page.get_by_role("link", name="Heard at once")).to_be_visible()

    chromium.visit(address, look)


def test_a_language_from_right_to_left_turns_the_page(address: str, chromium: Chromium) -> None:
    def look(visit: Visit) -> tuple[float, float]:
        to_console(visit)
        expect(visit.page.locator("html")).to_have_attribute("dir", "rtl")
        expect(visit.page.locator(".preview-line").first).to_have_css("text-align", "right")
        side, content = visit.page.locator(".side").bounding_box(), visit.page.locator(".content").bounding_box()
        assert side is not None
        assert content is not None
        return side["x"], content["x"]

    side, content = chromium.visit(address, look, locale="ar")
    assert side > content
