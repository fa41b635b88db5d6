"""What the papers print, run as it is printed."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRINTED_ADDRESS = "http://127.0.0.1:8080"

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on the PATH")


def script(paper: str, mark: str = "sh") -> str:
    """All blocks of a paper that begin with this mark, one after the other."""
    blocks = re.findall(rf"^```{mark}\n(.*?)^```", (ROOT / paper).read_text(), re.DOTALL | re.MULTILINE)
    assert blocks, f"{paper} has no block {mark}"
    return "\n".join(blocks)


def run(text: str, address: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a script against the server at this address. The first command that fails ends it, and what it started."""
    text = "set -euo pipefail\ntrap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n" + text.replace(
        PRINTED_ADDRESS, address
    )
    return subprocess.run(
        ["bash", "-c", text], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
