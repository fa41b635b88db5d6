"""The guide to events: its receivers, its loop and its page, run as they are printed."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import expect

from tests.docs.printed import PRINTED_ADDRESS, needs_curl, run, script
from tests.fixtures.browser import Chromium, Visit
from tests.fixtures.process import Process, answer_of, embedded, free_port, wait_until
from tests.frontends.conftest import chromium
from tests.frontends.test_guide import files_served

__all__ = ["chromium"]

pytestmark = [needs_curl, pytest.mark.xdist_group("frontends")]
GUIDE = "docs/guide/events.md"
PASSWORD = "demo-help-desk"
RECEIVERS = {"python": ("python receiver", "receiver.py"), "node": ("js receiver", "receiver.mjs")}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Process]:
    folder = tmp_path / "desk"
    folder.mkdir()
    with embedded(folder, WEBHOOK_ALLOWED_NETWORKS="127.0.0.1", RATE_LIMIT_ENABLED="false") as process:
        yield process


@contextmanager
def running(command: str, program: Path, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """A program of the guide. What it prints is in `printed` beside it."""
    with (
        (program.parent / "printed").open("a") as printed,
        subprocess.Popen(
            [command, program.name],
            cwd=program.parent,
            env={"PATH": os.environ["PATH"], **environment},
            stdout=printed,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()


def blocks(desk: Process, folder: Path, *wanted: int, port: int = 9000) -> None:
    """Run these of the guide's commands, counted from 0, in a folder."""
    commands = script(GUIDE, "sh events").split("\n\n")
    text = f"cd {folder}\n" + "\n".join(commands[place] for place in wanted).replace(":9000/", f":{port}/")
    told = run(text, desk.address)
    assert told.returncode == 0, told.stderr


SIGN_IN, ADD_WEBHOOK, NOTE, ADD_KEY = range(4)


@pytest.mark.parametrize("language", RECEIVERS)
def test_receiver_works_as_printed(desk: Process, tmp_path: Path, language: str) -> None:
    if language == "node" and not shutil.which("node"):
        pytest.skip("Node.js is not installed")
    mark, name = RECEIVERS[language]
    port = free_port()
    program, printed = tmp_path / name, tmp_path / "printed"
    program.write_text(script(GUIDE, mark).replace("9000", str(port)))
    blocks(desk, tmp_path, SIGN_IN, ADD_WEBHOOK, port=port)
    secret = (tmp_path / "secret").read_text().strip()
    command = sys.executable if language == "python" else "node"
    address = f"http://127.0.0.1:{port}/"
    with running(command, program, WEBHOOK_SECRET=secret) as process:
        wait_until(lambda: answers(address))
        assert httpx2.post(address, content=b"{}", headers=forged()).status_code == 401
        blocks(desk, tmp_path, SIGN_IN, NOTE)
        wait_until(lambda: "ticket.note_added" in printed.read_text() and not waiting(tmp_path))
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    with running(command, program, WEBHOOK_SECRET=secret), desk.client("dora", PASSWORD) as dora:
        wait_until(lambda: answers(address))
        (webhook,) = answer_of(dora.get("/webhooks"))
        path = f"/webhooks/{webhook['id']}/deliveries"
        (first, *_) = answer_of(dora.get(f"{path}?type=ticket.note_added"))
        answer_of(dora.post(f"{path}/{first['id']}/replay"))
        wait_until(lambda: answer_of(dora.get(f"{path}/{first['id']}"))["status"] == "delivered")
        answer_of(dora.post("/tickets/25/note", json={"body": "<p>Another one</p>"}))
        wait_until(lambda: len(heard(printed)) >= 2)
    assert len(heard(printed)) == len(set(heard(printed))) == 2, "what came again was dropped"


def heard(printed: Path) -> list[str]:
    return [line for line in printed.read_text().splitlines() if "ticket.note_added" in line]


def answers(address: str) -> bool:
    try:
        return httpx2.post(address, content=b"{}").status_code == 401
    except httpx2.TransportError:
        return False


def waiting(folder: Path) -> int:
    """How many messages the receiver in Python has stored and not handled."""
    if not (folder / "inbox.db").exists():
        return 0
    with closing(sqlite3.connect(folder / "inbox.db", timeout=30)) as inbox:
        return int(inbox.execute("SELECT COUNT(*) FROM inbox WHERE is_done = 0").fetchone()[0])


def forged() -> dict[str, str]:
    return {"webhook-id": "evt_1", "webhook-timestamp": str(int(time.time())), "webhook-signature": "v1,c2lnbmVk"}


def test_copy_stays_like_the_help_desk_as_printed(desk: Process, tmp_path: Path) -> None:
    program, kept = tmp_path / "sync.py", tmp_path / "copy.json"
    program.write_text(script(GUIDE, "python sync").replace(PRINTED_ADDRESS, desk.address))
    blocks(desk, tmp_path, SIGN_IN, ADD_KEY)
    key = (tmp_path / "key").read_text().strip()

    def copy() -> Any:
        return json.loads(kept.read_text())["tickets"] if kept.exists() else {}

    def everything() -> Any:
        found = httpx2.get(f"{desk.address}/api/v2/tickets?per_page=100&sort=id", headers={"X-API-Key": key})
        return {str(ticket["id"]): ticket for ticket in answer_of(found)}

    with running(sys.executable, program, API_KEY=key), desk.client("dora", PASSWORD) as dora:
        wait_until(lambda: copy() == everything())
        answer_of(dora.patch("/tickets/25", json={"subject": "Another subject"}))
        assert dora.delete("/tickets/26").status_code == 204
        wait_until(lambda: "26" not in copy() and copy() == everything())


def test_page_listens_as_printed(chromium: Chromium, tmp_path: Path) -> None:
    site, folder = tmp_path / "site", tmp_path / "desk"
    site.mkdir()
    folder.mkdir()

    def somebody(visit: Visit) -> None:
        page = visit.page
        visit.open("/")
        page.get_by_label("Name").fill("dora")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("status")).to_have_text("Connected.")
        with served.client("dora", PASSWORD) as dora:
            answer_of(dora.post("/tickets/25/note", json={"body": "<p>Hello</p>"}))
        expect(page.get_by_role("listitem").first).to_have_text("ticket.note_added: ticket 25")

    with files_served(site) as origin, embedded(folder, RATE_LIMIT_ENABLED="false", CORS_ORIGINS=origin) as served:
        (site / "index.html").write_text(script(GUIDE, "html page").replace(PRINTED_ADDRESS, served.address))
        chromium.visit(origin, somebody)
