"""The client packages are built, and do their work against the server."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.clients.conftest import TOOLS, required_tool

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both clients, built in a folder of their own."""
    required_tool("bin", "openapi-python-client")
    required_tool("node_modules", ".bin", "openapi-typescript")
    folder = tmp_path_factory.mktemp("packages")
    for part in ("clients", "docs/openapi.json", "tools/build-clients.sh"):
        (folder / part).parent.mkdir(exist_ok=True)
        subprocess.run(["cp", "-r", ROOT / part, folder / part], check=True)
    _run("sh", "tools/build-clients.sh", TOOLS, inside=folder)
    return folder / "clients"


def _run(*command: object, inside: Path) -> str:
    done = subprocess.run([str(each) for each in command], cwd=inside, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _assert_told(text: str) -> None:
    """Both programs do the same, and tell it in the same words."""
    told = json.loads(text)
    assert told["tickets"] == sorted(set(told["tickets"]), reverse=True)
    assert len(told["tickets"]) > 2
    assert told["note"] == "by a client package"
    assert told["upload"] == "notes.txt"
    assert told["renewed"] is True
    assert told["retried"] == 2
    assert told["webhook"] == {"type": "ticket.created"}
    assert told["forged"] == "InvalidSignature"
    assert told["refused"]


def test_the_python_package_does_its_work(built: Path, address: str) -> None:
    assert list((built / "python" / "dist").glob("*.whl"))
    _assert_told(_run(TOOLS / "bin" / "python", HERE / "packaged.py", address, SECRET, inside=built / "python" / "src"))


def test_the_typescript_package_does_its_work(built: Path, address: str) -> None:
    program = built / "typescript" / "packaged.mjs"
    program.write_text((HERE / "packaged.mjs").read_text())
    _assert_told(_run("node", program, address, SECRET, inside=built / "typescript"))
