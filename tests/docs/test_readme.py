"""The README's tour, run exactly as it is printed, against a real server."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from osticket_api.settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What `make run` starts, on a free port."""
    data = tmp_path_factory.mktemp("readme")
    command = [sys.executable, "-m", "osticket_api", "demo"]
    environment = {"HOST": "127.0.0.1", "PORT": "0", "DATA_DIR": str(data), "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(command, env=environment, cwd=data, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        lines = [server.stdout.readline() for _ in range(3)]
        yield lines[-1].removeprefix("listening on ").strip()
        server.terminate()


def tour() -> str:
    (block,) = re.findall(r"```sh tour\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return str(block)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on the PATH")
def test_the_tour_works_as_printed(address: str) -> None:
    script = "set -euo pipefail\n" + tour().replace("http://127.0.0.1:8080", address)
    run = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    answers = re.findall(r'\{"success":(true|false)', run.stdout)
    assert answers == ["true"] * 7 + ["false"], run.stdout
    for expected in ("Printer on fire", '"allowed":{', '"name":"README.md"', "Extinguisher", '"effects":['):
        assert expected in run.stdout
    assert "Did you mean subject?" in run.stdout


def test_every_setting_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text()
    missing = [name.upper() for name in Settings.model_fields if f"`{name.upper()}`" not in text]
    assert missing == []
