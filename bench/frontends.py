"""`python -m bench.frontends`: how soon the console shows the inbox and a ticket, in Debian's Chromium.

TICKETS=500000, TIMES=20. The inbox is loaded as a whole page, a ticket is opened by its link in the inbox.
"""

import os
from collections.abc import Sequence
from functools import partial
from statistics import median

from playwright.sync_api import Page
from tests.fixtures.browser import Visit, running

from bench.desk import standing
from bench.measure import server
from osticket_api.embedded import DEMO_PASSWORD

_WATCH = """
    const fetching = window.fetch;
    window.begin = () => Object.assign(window, { begun: performance.now(), asked: 0, seen: {} });
    Object.assign(window, { begun: 0, asked: 0, seen: {} });
    window.fetch = (...given) => (window.asked++, fetching(...given));
    new MutationObserver(() => {
      for (const selector of ["table.tickets tbody tr", ".timeline .entry"]) {
        if (window.seen[selector] || !document.querySelector(selector)) continue;
        const asked = window.asked;
        window.seen[selector] = true;
        const note = () => (window.seen[selector] = [performance.now() - window.begun, asked]);
        requestAnimationFrame(() => setTimeout(note)); // Once it is painted.
      }
    }).observe(document, { childList: true, subtree: true });
"""
"""Notes when something was painted for the first time, in milliseconds, and how many requests had been sent by then."""

_REST_MS = 1500
"""Until what can wait has come too."""

_INBOX, _TICKET = "table.tickets tbody tr", ".timeline .entry"


def main() -> None:
    times = int(os.environ.get("TIMES", "20"))
    with standing(int(os.environ.get("TICKETS", "500000"))) as desk, server(desk) as process, running() as chromium:
        desk.set_indexes(on=True)
        desk.wait_for_feed()
        print(f"load {os.getloadavg()[0]:.1f}\n")
        print("| who | what | first ms | shortest ms | median ms | longest ms | requests |")
        print("| --- | --- | --- | --- | --- | --- | --- |", flush=True)
        for username in ("alice", "dora"):
            found = chromium.visit(f"http://127.0.0.1:{process.port}", partial(_look, username=username, times=times))
            for what, taken in found.items():
                _report(username, what, taken)


def _look(visit: Visit, username: str, times: int) -> dict[str, list[tuple[float, int]]]:
    page = visit.page
    page.add_init_script(_WATCH)
    visit.open("/console")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator(_INBOX).first.wait_for()
    inbox, tickets = [], []
    for turn in range(times):
        page.reload()
        inbox.append(_seen(page, _INBOX))
        page.wait_for_timeout(_REST_MS)
        page.evaluate("begin()")
        page.locator(".tickets .subject > a").nth(turn % 20).click()
        tickets.append(_seen(page, _TICKET))
        page.wait_for_timeout(_REST_MS)
        page.go_back()
        page.locator(_INBOX).first.wait_for()
    return {"inbox": inbox, "ticket": tickets}


def _seen(page: Page, selector: str) -> tuple[float, int]:
    page.wait_for_function("selector => window.seen[selector]?.length", arg=selector)
    milliseconds, asked = page.evaluate("selector => window.seen[selector]", selector)
    return milliseconds, asked


def _report(username: str, what: str, taken: Sequence[tuple[float, int]]) -> None:
    milliseconds, asked = zip(*taken, strict=True)
    cells = [f"{each:.0f}" for each in (milliseconds[0], min(milliseconds), median(milliseconds), max(milliseconds))]
    print(f"| {username} | {what} | {' | '.join(cells)} | {max(asked)} |", flush=True)


if __name__ == "__main__":
    main()
