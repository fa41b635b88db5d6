"""The guide to alerts: its bridge, run as it is printed, opens tickets and closes them again."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.docs.printed import PRINTED_ADDRESS, script
from tests.fixtures.process import Process, answer_of, embedded, free_port, wait_until

GUIDE = "docs/guide/alerts.md"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Process]:
    folder = tmp_path / "desk"
    folder.mkdir()
    with embedded(folder) as process:
        yield process


@pytest.fixture
def post(desk: Process, tmp_path: Path) -> Iterator[Callable[..., int]]:
    """Post an alert to the bridge, as Alertmanager does, and see the status of the answer."""
    environment = {**os.environ, "DATA_DIR": str(tmp_path / "desk")}
    command = [sys.executable, "-m", *script(GUIDE, "sh alerts").replace("osticket-api", "osticket_api").split()]
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    key = next(word for word in made.stdout.split() if word.startswith("osk_"))
    port = free_port()
    text = script(GUIDE, "python bridge").replace(PRINTED_ADDRESS, desk.address).replace("9000", str(port))
    (tmp_path / "bridge.py").write_text(text)
    address = f"http://127.0.0.1:{port}/"

    def send(*alerts: dict[str, Any]) -> int:
        return httpx2.post(address, json={"alerts": alerts}, timeout=60).status_code

    with subprocess.Popen([sys.executable, "bridge.py"], cwd=tmp_path, env={**environment, "API_KEY": key}) as bridge:
        try:
            wait_until(lambda: is_up(send))
            yield send
        finally:
            bridge.terminate()


def is_up(send: Callable[..., int]) -> bool:
    try:
        return send() == 204
    except httpx2.TransportError:
        return False


def alert(status: str, fingerprint: str = "af12") -> dict[str, Any]:
    labels = {"alertname": "InstanceDown", "instance": "db1:9100"}
    notes = {"summary": "db1 is <down>"}
    started = "2026-01-31T12:00:00Z"
    return {"status": status, "fingerprint": fingerprint, "startsAt": started, "labels": labels, "annotations": notes}


def test_alert_opens_one_ticket_and_closes_it(desk: Process, post: Callable[..., int]) -> None:
    assert post(alert("firing")) == 204
    assert post(alert("firing"), alert("firing", "b7"), alert("resolved", "unknown")) == 204
    with desk.client("dora", "demo-help-desk") as dora:
        path = "/tickets?q=InstanceDown&sort=id&include=last_message"
        first, second = answer_of(dora.get(path))
        assert first["subject"] == "InstanceDown: db1:9100"
        thread = answer_of(dora.get(f"/tickets/{first['id']}/thread"))
        assert "db1 is &lt;down&gt;" in thread[0]["body"] or "db1 is <down>" in thread[0]["body"]
        assert post(alert("resolved")) == 204
        closed, still_open = answer_of(dora.get(path))
        assert (closed["status"]["state"], still_open["status"]["state"]) == ("closed", "open")
        assert dora.delete(f"/tickets/{second['id']}").status_code == 204
    assert post(alert("resolved", "b7")) == 204


def test_alert_is_posted_again_while_the_help_desk_is_away(desk: Process, post: Callable[..., int]) -> None:
    desk.kill()
    assert post(alert("firing")) == 502
