"""A running server, and the tools that generate clients from what it says about itself."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.fixtures.api import SIGNING_KEY
from tests.fixtures.process import serving
from tests.fixtures.templates import demo_on_sqlite

TOOLS = Path(sys.prefix) / "clients"
"""What `tools/make-clients.sh` installs."""


def required_tool(*names: str) -> Path:
    """Skip the test that calls this where a tool is missing; with REQUIRE_CLIENTS=1 it fails instead."""
    tool = TOOLS.joinpath(*names)
    if not tool.exists():
        reason = f"{tool} is missing: run tools/make-clients.sh {TOOLS}"
        if os.environ.get("REQUIRE_CLIENTS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return tool


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clients")


@pytest.fixture(scope="module")
def address(directory: Path) -> Iterator[str]:
    """Where the server is. What it says about itself is in `openapi.json`."""
    environment = {
        "PATH": os.environ["PATH"],
        "DB_CONNECTION": "sqlite",
        "DB_DATABASE": str(demo_on_sqlite(directory).copy().database),
        "JWT_SECRET": SIGNING_KEY,
        "DATA_DIR": str(directory),
        "LOG_LEVEL": "error",
        "PORT": "0",
    }
    with serving(environment, directory) as process:
        (directory / "openapi.json").write_bytes(httpx2.get(f"{process.address}/openapi.json").content)
        yield process.address
