"""Clients that widespread generators make of the description do their work against the server."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.clients.conftest import TOOLS, required_tool

HERE = Path(__file__).parent


def _run(*command: object, inside: Path) -> str:
    done = subprocess.run(
        [str(word) for word in command], cwd=inside, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _assert_done(told: dict[str, Any]) -> None:
    """Both programs do the same, and tell it in the same words."""
    assert told["list"]["subjects"]
    assert told["list"]["total"] >= len(told["list"]["subjects"])
    assert told["opened"] == {"subject": "Opened by a generated client", "status": "Open"}
    assert told["rehearsed"]
    assert told["read"]["subject"] == "Opened by a generated client"
    assert told["read"]["created_at"]
    assert told["refused"] == {"success": False, "field": "topic_id"}
    assert told["file"] == "a file by a generated client"


def test_a_python_client_does_its_work(address: str, directory: Path) -> None:
    generator = required_tool("bin", "openapi-python-client")
    config = directory / "config.json"
    config.write_text(json.dumps({"post_hooks": []}))
    said = _run(
        generator, "generate", "--path", "openapi.json", "--output-path", "client", "--meta", "none",
        "--config", config, "--fail-on-warning",
        inside=directory,
    )  # fmt: skip
    assert "WARNING" not in said
    _assert_done(json.loads(_run(TOOLS / "bin" / "python", HERE / "program.py", address, inside=directory)))


def test_a_typescript_client_does_its_work(address: str, directory: Path) -> None:
    generator = required_tool("node_modules", ".bin", "openapi-typescript")
    (directory / "node_modules").symlink_to(TOOLS / "node_modules")
    (directory / "package.json").write_text('{"type": "module"}')
    (directory / "program.ts").write_text((HERE / "program.ts").read_text())
    _run(generator, "openapi.json", "-o", "api.d.ts", inside=directory)
    compiler = TOOLS / "node_modules" / ".bin" / "tsc"
    options = ("--strict", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom")
    _run(compiler, *options, "program.ts", inside=directory)
    _assert_done(json.loads(_run("node", "program.js", address, inside=directory)))
