"""What the systemd units forbid is nothing that the server, the worker or the doctor calls."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from tests.fixtures.process import embedded, embedded_environment

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
SERVICES = ("osticket-api", "osticket-api-worker", "osticket-api-doctor")

pytestmark = pytest.mark.skipif(
    shutil.which("strace") is None or shutil.which("systemd-analyze") is None,
    reason="strace or systemd-analyze is missing",
)


@cache
def calls_of(name: str) -> frozenset[str]:
    """The system calls of a group, as `@resources`; of a call, itself."""
    if not name.startswith("@"):
        return frozenset({name})
    told = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True)
    lines = [line.strip() for line in told.stdout.splitlines()[1:]]
    return expanded(line for line in lines if line and not line.startswith("#"))


def expanded(names: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(calls_of(name) for name in names))


def forbidden(service: str) -> frozenset[str]:
    """The calls for which systemd kills the service, line after line as systemd reads its filter."""
    lines = [line.partition("=") for line in (UNITS / f"{service}.service").read_text().splitlines()]
    filters = [value for name, _, value in lines if name == "SystemCallFilter"]
    assert filters
    assert not filters[0].startswith("~")
    allowed = calls_of("@default")
    for each in filters:
        named = expanded(each.removeprefix("~").split())
        allowed = allowed - named if each.startswith("~") else allowed | named
    return calls_of("@known") - allowed


def tracing(service: str, written: Path) -> list[str]:
    """A command that writes down what another one calls, its children too, of what the unit forbids."""
    calls = ",".join(f"?{call}" for call in sorted(forbidden(service)))
    return [
        "strace",
        "-D",
        "-f",
        "-qq",
        "--seccomp-bpf",
        "-e",
        "signal=none",
        "-e",
        f"trace={calls}",
        "-o",
        str(written),
    ]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    with embedded(folder):
        return folder


@pytest.mark.parametrize("service", SERVICES)
def test_the_unit_permits_all_that_is_called(service: str, desk: Path) -> None:
    written = desk / service
    (command,) = [
        line.partition("bin/osticket-api ")[2].split()
        for line in (UNITS / f"{service}.service").read_text().splitlines()
        if line.startswith("ExecStart=")
    ]
    with subprocess.Popen(
        [*tracing(service, written), sys.executable, "-m", "osticket_api", *command],
        env=embedded_environment(desk, MAIL_SENDMAIL="/bin/true", MAIL="send"),
        cwd=desk,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = iter(process.stdout.readline, "")
        assert any(line.startswith(("listening", "working", "ok")) for line in said)
        time.sleep(2)  # What the jobs call in their first rounds.
        process.terminate()
    called = set(re.findall(r"^\d+ +(\w+)\(", written.read_text(), re.MULTILINE))
    assert called <= {"fchown"}  # SQLite calls it as root, which nothing is here.
