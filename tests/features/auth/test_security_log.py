"""What the log tells of attacks and of keys: who and from where, and never a secret."""

import json
from pathlib import Path
from typing import Any

import httpx2

from osticket_api.embedded import DEMO_PASSWORD
from tests.fixtures.api import SIGNING_KEY
from tests.fixtures.process import Process, answer_of, serving
from tests.fixtures.templates import demo_on_sqlite

WRONG = "wrong-and-secret"


def environment(directory: Path) -> dict[str, str]:
    database = demo_on_sqlite(directory).copy().database
    return {"DB_DATABASE": str(database), "DATA_DIR": str(directory), "JWT_SECRET": SIGNING_KEY, "PORT": "0"}


def sign_in(server: Process, username: str, password: str) -> httpx2.Response:
    body = {"username": username, "password": password}
    return httpx2.post(f"{server.address}/api/v2/auth/login", json=body, headers={"X-Request-ID": f"of-{username}"})


def told(directory: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (directory / "log").read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] not in ("request", "api_key_used")]


def test_log_tells_of_refused_sign_ins_lock_outs_and_keys(tmp_path: Path) -> None:
    with serving(environment(tmp_path), tmp_path) as server:
        for _ in range(6):
            sign_in(server, "bob", WRONG)
        tokens = answer_of(sign_in(server, "dora", DEMO_PASSWORD))
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        with httpx2.Client(base_url=f"{server.address}/api/v2", headers=headers) as dora:
            key = answer_of(dora.post("/api-keys", json={"name": "shop", "permissions": ["tickets.create"]}))
            rotated = answer_of(dora.post(f"/api-keys/{key['reference']}/rotate"))
            dora.patch(f"/api-keys/{key['reference']}", json={"permissions": ["tickets.create", "cron"]})
            dora.delete(f"/api-keys/{key['reference']}")
    lines = told(tmp_path)
    events = [line["event"] for line in lines]
    assert events == [
        *["sign_in_refused"] * 4,
        "locked_out",
        "signed_in",
        "api_key_created",
        "api_key_rotated",
        "api_key_changed",
        "api_key_revoked",
    ]
    assert {line["ip"] for line in lines} == {"127.0.0.1"}
    assert (lines[4]["tries"], lines[4]["request_id"], lines[4]["level"]) == (5, "of-bob", "warning")
    assert [line["key"] for line in lines[6:]] == [key["reference"]] * 4
    log = (tmp_path / "log").read_text()
    for secret in (WRONG, DEMO_PASSWORD, key["key"], rotated["key"], tokens["refresh_token"], tokens["access_token"]):
        assert secret not in log
