"""The guide's tour, from an empty help desk to a closed ticket, run exactly as it is printed."""

import os
import sys
from pathlib import Path

from tests.docs.printed import needs_curl, run, script
from tests.fixtures.process import free_port


@needs_curl
def test_the_tour_works_as_printed(tmp_path: Path) -> None:
    port = free_port()
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "TMPDIR": str(tmp_path),
        "PORT": str(port),
    }
    told = run(script("docs/guide/tour.md"), f"http://127.0.0.1:{port}", environment)
    assert told.returncode == 0, told.stderr + told.stdout
    *_, found, ticket, counted = told.stdout.splitlines()
    assert '"SN-0815"' in ticket
    for expected in ('"state":"closed"', '"title":"Cause"', "Glad to hear it."):
        assert expected in ticket
    assert "It does not start" in found
    assert '"created":1,"closed":1' in counted
    assert "Look at the red switch" in told.stdout
