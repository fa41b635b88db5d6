"""The inbox of docs/guide/front-end.md, as it is printed, in a page of another origin."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest
from playwright.sync_api import expect

from tests.docs.printed import PRINTED_ADDRESS, script
from tests.fixtures.browser import Chromium, Visit
from tests.fixtures.process import answer_of, embedded
from tests.frontends.people import PASSWORD

pytestmark = pytest.mark.xdist_group("frontends")
GUIDE = "docs/guide/front-end.md"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing: the output is that of the tests."""


@contextmanager
def files_served(folder: Path) -> Iterator[str]:
    """What `python3 -m http.server` does."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_the_inbox_works_as_printed(chromium: Chromium, tmp_path: Path) -> None:
    code = script(GUIDE, "js inbox")
    assert len(code.splitlines()) <= 100
    site, desk = tmp_path / "site", tmp_path / "desk"
    site.mkdir()
    desk.mkdir()

    def somebody(visit: Visit) -> None:
        page = visit.page
        page.clock.install()
        visit.open("/")
        page.get_by_label("Name").fill("alice")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Locked out").click()
        expect(page.frame_locator("iframe").first.locator("body")).to_contain_text("Four wrong passwords")
        page.get_by_label("Reply").fill("Try again, please.")
        page.get_by_role("button", name="Send").click()
        expect(page.frame_locator("iframe").last.locator("body")).to_contain_text("Try again, please.")
        _open_ticket(address, "Heard at once")
        expect(page.get_by_role("button", name="Heard at once")).to_be_visible()
        page.clock.fast_forward("01:00:00")  # Two requests at once, and the token of neither is good any more.
        page.get_by_role("button", name="Heard at once").click()
        expect(page.get_by_role("heading", name="Heard at once")).to_be_visible()

    with files_served(site) as origin, embedded(desk, RATE_LIMIT_ENABLED="false", CORS_ORIGINS=origin) as process:
        address = process.address
        (site / "index.html").write_text(script(GUIDE, "html inbox"))
        (site / "inbox.js").write_text(code.replace(PRINTED_ADDRESS, address))
        chromium.visit(origin, somebody)


def _open_ticket(address: str, subject: str) -> None:
    given = {"email": "gina@example.net", "name": "Gina", "subject": subject, "message": "Hello", "topic_id": 1}
    answer_of(httpx2.post(f"{address}/api/v2/tickets", json=given))
