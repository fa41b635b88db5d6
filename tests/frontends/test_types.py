"""The API client of the front ends is what its comments say, as TypeScript reads them."""

import subprocess

from tests.clients.conftest import required_tool
from tests.docs.printed import ROOT


def test_the_client_holds_its_types() -> None:
    compiler = required_tool("node_modules", ".bin", "tsc")
    client = ROOT / "src" / "osticket_api" / "frontends" / "shared" / "api.js"
    options = "--noEmit --allowJs --checkJs --strict --target es2022 --lib es2022,dom,dom.iterable --module nodenext"
    done = subprocess.run([compiler, *options.split(), client], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
