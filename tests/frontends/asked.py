"""Fields of every kind in the forms of tickets, tasks, users and organizations."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from osticket_api.db.flags import FieldFlag

_AGENTS: Final = FieldFlag.ENABLED | FieldFlag.AGENT_VIEW | FieldFlag.AGENT_EDIT
_EVERYBODY: Final = _AGENTS | FieldFlag.CLIENT_VIEW | FieldFlag.CLIENT_EDIT
_SEEN: Final = _EVERYBODY & ~FieldFlag.CLIENT_EDIT
FORMS: Final = {"user": 1, "ticket": 2, "organization": 4, "task": 5}
FIELDS: Final[tuple[tuple[str, str, str, FieldFlag, dict[str, Any]], ...]] = (
    ("badge", "text", "Badge", _EVERYBODY, {"validator": "number"}),
    ("floor", "choices", "Floor", _EVERYBODY, {"choices": "g:Ground floor\n1:First floor"}),
    ("days", "choices", "Days in", _EVERYBODY, {"choices": "mo:Monday\ntu:Tuesday", "multiselect": True}),
    ("since", "datetime", "Here since", _EVERYBODY, {"time": False}),
    ("visit", "datetime", "Next visit", _EVERYBODY, {"time": True}),
    ("keys", "bool", "Has keys", _EVERYBODY, {}),
    ("keeper", "assignee", "Keeper", _EVERYBODY, {}),
    ("zone", "timezone", "Zone", _EVERYBODY, {}),
    ("desk", "phone", "Desk phone", _EVERYBODY, {}),
    ("story", "memo", "Story", _EVERYBODY, {}),
    ("papers", "files", "Papers", _EVERYBODY, {}),
    ("rank", "text", "Rank", _SEEN, {}),
    ("secret", "text", "For agents", _AGENTS, {}),
)


def add_fields(helpdesk: Path) -> None:
    """Add all of them to each form, behind the fields that are there."""
    columns = "form_id, flags, type, label, name, configuration, sort, created, updated"
    now = "2026-01-01 00:00:00"
    with closing(sqlite3.connect(helpdesk, timeout=60)) as connection, connection:
        for form in FORMS.values():
            for sort, (name, kind, label, flags, options) in enumerate(FIELDS, start=20):
                row = (form, int(flags), kind, label, name, json.dumps(options), sort, now, now)
                connection.execute(f"INSERT INTO ost_form_field ({columns}) VALUES (?,?,?,?,?,?,?,?,?)", row)
