"""schemathesis against a help desk of its own, as every kind of caller: agents, a user, keys, a visitor."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from osticket_api.embedded import DEMO_PASSWORD
from tests.fixtures.process import Process, answer_of, embedded

CONFIG: Final = Path(__file__).with_name("schemathesis.toml")
_ROOT: Final = Path(__file__).parents[2]
_KEY: Final = ["tickets.read", "tickets.create", "tickets.update", "tickets.search", "stats.read", "webhooks.manage"]
_ALICE: Final = 2

CALLERS: Final = ("administrator", "agent", "limited agent", "user", "key", "key of an agent", "nobody")
Callers = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Outcome:
    """What came of a run. `report` has the failures, each with the request as a curl command."""

    cases: int
    failures: int
    report: str

    @property
    def has_found(self) -> bool:
        return self.failures > 0


@dataclass(frozen=True)
class Target:
    """A help desk to attack, and those who do it."""

    address: str
    callers: Callers

    def attack(self, report: Path, *options: str, caller: str | None = None) -> Outcome:
        """One run of schemathesis as this caller; without one, the operations are dealt out among all of them."""
        chosen = list(self.callers.values()) if caller is None else [self.callers[caller]]
        return _run(self.address, chosen, report, options)


@contextmanager
def target(directory: Path) -> Iterator[Target]:
    """A new help desk."""
    with embedded(directory, RATE_LIMIT_ENABLED="false", JWT_TTL="86400") as desk:
        yield Target(desk.address, _callers(desk))


def _run(address: str, callers: list[dict[str, str]], report: Path, options: tuple[str, ...]) -> Outcome:
    places = ["--config-file", str(CONFIG), "run", f"{address}/openapi.json"]
    reports = ["--report", "json", "--report-json-path", str(report), "--output-sanitize", "false"]
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "--no-color", *places, *reports, "--warnings", "off", *options],
        env={**os.environ, "FUZZ_CALLERS": json.dumps(callers), "PYTHONPATH": str(_ROOT)},
        cwd=report.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    told = json.loads(report.read_text()) if report.exists() else {}
    counted = told.get("test_cases", {"generated": 0, "with_failures": 0})
    failures = counted["with_failures"] + len(told.get("errors", ()))
    return Outcome(counted["generated"], failures or int(done.returncode != 0), done.stdout + done.stderr)


def _callers(desk: Process) -> Callers:
    with desk.client("dora", DEMO_PASSWORD) as dora:
        key = answer_of(dora.post("/api-keys", json={"name": "Shop", "permissions": _KEY}))["key"]
        own = {"name": "Script", "staff_id": _ALICE, "permissions": ["ticket.reply", "ticket.edit", "users.read"]}
        agents = answer_of(dora.post("/api-keys", json=own))["key"]
    return {
        "administrator": _signed_in(desk, "dora"),
        "agent": _signed_in(desk, "alice"),
        "limited agent": _signed_in(desk, "bob"),
        "user": _signed_in(desk, "uma", "user"),
        "key": {"X-API-Key": key},
        "key of an agent": {"X-API-Key": agents},
        "nobody": {},
    }


def _signed_in(desk: Process, username: str, kind: str = "staff") -> dict[str, str]:
    with desk.client(username, DEMO_PASSWORD, kind) as client:
        return {"Authorization": client.headers["authorization"]}
