"""What the notes of a version say about our own tables, for who upgrades or goes back."""

import re
from pathlib import Path

from osticket_api.db.own import HEAD

NOTES = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_newest_notes_that_name_a_version_of_our_tables_name_the_one_that_is_needed() -> None:
    assert re.findall(r"own tables have version (\d{4})", NOTES)[0] == HEAD
