"""The README's tour, run exactly as it is printed, against a real server."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.docs.printed import needs_curl, run, script


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What `make run` starts, on a free port."""
    data = tmp_path_factory.mktemp("readme")
    command = [sys.executable, "-m", "osticket_api", "demo"]
    environment = {"HOST": "127.0.0.1", "PORT": "0", "DATA_DIR": str(data), "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(command, env=environment, cwd=data, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        line = "-"
        while line and not line.startswith("listening on "):
            line = server.stdout.readline()
        yield line.removeprefix("listening on ").strip()
        server.terminate()


@needs_curl
def test_the_tour_works_as_printed(address: str) -> None:
    answered = run(script("README.md", "sh tour"), address)
    assert answered.returncode == 0, answered.stderr
    answers = re.findall(r'\{"success":(true|false)', answered.stdout)
    assert answers == ["true"] * 7 + ["false"], answered.stdout
    for expected in ("Printer on fire", '"allowed":{', '"name":"README.md"', "Extinguisher", '"effects":['):
        assert expected in answered.stdout
    assert "Did you mean subject?" in answered.stdout
