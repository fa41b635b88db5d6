"""The table of CONTRIBUTING.md leads to files that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`([a-z_-]+(?:/[A-Za-z_.-]+)+/?)`")


def test_every_file_that_is_named_is_there() -> None:
    named = set(NAMED.findall(TEXT))
    places = (ROOT, ROOT / "src" / "osticket_api", ROOT / "src")
    assert len(named) > 50
    assert [each for each in sorted(named) if not any((place / each).exists() for place in places)] == []


def test_every_link_leads_somewhere() -> None:
    assert [each for each in re.findall(r"\]\(([^)#:]+)\)", TEXT) if not (ROOT / each).exists()] == []
