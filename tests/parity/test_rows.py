"""Rows in the literal forms of the recorded data, and what changed between two moments."""

import pytest

from osticket_api.db import tables as t
from tests.parity import rows
from tests.parity.rows import Snapshot

BEFORE: Snapshot = {"ost_team_member": {(1, 2): {"team_id": 1, "staff_id": 2, "flags": 1}}}
AFTER: Snapshot = {
    "ost_team_member": {
        (1, 2): {"team_id": 1, "staff_id": 2, "flags": 0},
        (1, 4): {"team_id": 1, "staff_id": 4, "flags": 1},
    }
}


@pytest.mark.parametrize(
    ("stored", "literal"),
    [(b"tray two\n", "tray two\n"), (b"\x89PNG", "base64:iVBORw=="), ("text", "text"), (7, 7), (None, None)],
)
def test_bytes_are_text_where_they_are_text(stored: object, literal: object) -> None:
    assert rows.literal(stored) == literal


@pytest.mark.parametrize("content", [b"tray two\n", b"\x89PNG"])
def test_file_contents_survive_the_way_there_and_back(content: bytes) -> None:
    assert rows.stored("filedata", rows.literal(content)) == content


def test_a_difference_names_rows_and_columns() -> None:
    t.use_prefix("ost_")
    assert rows.difference(BEFORE, AFTER) == {
        "ost_team_member": {
            "inserted": [{"team_id": 1, "staff_id": 4, "flags": 1}],
            "updated": [{"key": {"team_id": 1, "staff_id": 2}, "before": {"flags": 1}, "after": {"flags": 0}}],
        }
    }


def test_the_reverse_of_a_difference_leads_back() -> None:
    t.use_prefix("ost_")
    there, back = rows.difference(BEFORE, AFTER), rows.difference(AFTER, BEFORE)
    assert {kind: found for kind, found in rows.reverse(there)["ost_team_member"].items() if found} == (
        back["ost_team_member"]
    )
