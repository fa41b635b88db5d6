"""The guide to syncing a directory: its program, run as it is printed, makes the help desk follow."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.docs.printed import PRINTED_ADDRESS, script
from tests.fixtures.process import answer_of, embedded

GUIDE = "docs/guide/directory.md"
HEAD, UMA, ZOE = script(GUIDE, "csv people").splitlines(keepends=True)
Sync = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def dora(tmp_path: Path) -> Iterator[httpx2.Client]:
    (tmp_path / "desk").mkdir()
    with embedded(tmp_path / "desk", RATE_LIMIT_REQUESTS="4", RATE_LIMIT_WINDOW="1") as desk:
        (tmp_path / "sync.py").write_text(script(GUIDE, "python directory").replace(PRINTED_ADDRESS, desk.address))
        with desk.client("dora", "demo-help-desk") as client:
            yield client


@pytest.fixture
def sync(dora: httpx2.Client, tmp_path: Path) -> Sync:
    """Run the program on these people."""
    environment = {**os.environ, "DATA_DIR": str(tmp_path / "desk")}
    command = [sys.executable, "-m", *script(GUIDE, "sh directory").replace("osticket-api", "osticket_api").split()]
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    environment["API_KEY"] = next(word for word in made.stdout.split() if word.startswith("osk_"))

    def run(*people: str, options: tuple[str, ...] = ()) -> "subprocess.CompletedProcess[str]":
        (tmp_path / "people.csv").write_text("".join((HEAD, *people)))
        command = [sys.executable, "sync.py", *options]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    return run


def test_help_desk_follows_the_directory(dora: httpx2.Client, sync: Sync) -> None:
    steps = ["organization Acme Holding", "uma@acme.example: name, phone, organization_id", "new zoe@acme.example"]
    assert lines(sync(UMA, ZOE, options=("--dry-run",))) == lines(sync(UMA, ZOE)) == steps
    uma, zoe = person(dora, "uma"), person(dora, "zoe")
    assert (uma["name"], uma["organization"]["name"]) == ("Uma Underwood-Hill", "Acme Holding")
    assert (zoe["name"], zoe["organization"]["id"]) == ("Zoe Zulu", uma["organization"]["id"])
    assert lines(sync(UMA.replace("uma@", "UMA@"), ZOE)) == [], "nothing has changed"
    assert lines(sync(ZOE)) == ["uma@acme.example has left"]
    assert person(dora, "uma")["is_locked"]
    assert lines(sync(ZOE)) == []
    assert lines(sync(UMA, ZOE)) == ["uma@acme.example is back"]
    assert not person(dora, "uma")["is_locked"]
    broken = sync()
    assert (broken.returncode, "is the export whole?" in broken.stderr) == (1, True)


def lines(done: "subprocess.CompletedProcess[str]") -> list[str]:
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def person(dora: httpx2.Client, name: str) -> Any:
    (found,) = answer_of(dora.get("/users", params={"email": f"{name}@acme.example"}))
    return found
