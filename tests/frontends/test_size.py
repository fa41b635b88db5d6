"""Console and portal stay small enough to be read by whoever writes another front end."""

from tests.docs.printed import ROOT

_LINES = 6_000
_WRITTEN = {".js", ".css", ".html"}


def test_console_and_portal_stay_below_six_thousand_lines() -> None:
    """Counted as decision 0024 says: every line of what is written here, with what both share, without `vendor`."""
    folder = ROOT / "src" / "osticket_api" / "frontends"
    files = [path for path in folder.rglob("*") if path.suffix in _WRITTEN]
    own = [path for path in files if "vendor" not in path.relative_to(folder).parts]
    assert {path.relative_to(folder).parts[0] for path in own} == {"console", "portal", "shared"}
    assert sum(len(path.read_text().splitlines()) for path in own) < _LINES
