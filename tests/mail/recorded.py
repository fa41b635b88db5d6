"""The recorded mails: where they are, and what one operation says."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[2]
_OWN = _ROOT / "tests" / "reference" / "mails"
_USUAL = _OWN if _OWN.is_dir() else _ROOT.parent / "shared" / "osticket" / "mails"

MAILS = Path(os.environ["MAILS_DIR"]).resolve() if os.environ.get("MAILS_DIR") else _USUAL
IS_HERE = (MAILS / "M1.sql").is_file()
MISSING = f"the recorded mails are not in {MAILS}; MAILS_DIR says where else"
SALT = "MailFacts0Salt1For2Test3Vectors4"


@dataclass(frozen=True)
class Recording:
    """One operation, and the mails that osTicket sent for it."""

    name: str
    raw: dict[str, Any]

    @property
    def operation(self) -> dict[str, Any]:
        operation: dict[str, Any] = self.raw["operation"]
        return operation

    @property
    def clock(self) -> datetime:
        return datetime.fromisoformat(self.raw["clock"]).replace(tzinfo=UTC)

    @property
    def setup(self) -> list[str]:
        return [str(statement) for statement in self.raw["setup_sql"]]

    @property
    def mails(self) -> list[dict[str, Any]]:
        mails: list[dict[str, Any]] = self.raw["mails"]
        return mails


@cache
def recordings() -> list[Recording]:
    """All operations, by name. None where the data is not here."""
    found = [(path.stem, json.loads(path.read_text())) for path in sorted(MAILS.glob("*.json"))] if IS_HERE else []
    return [Recording(name, raw) for name, raw in found if isinstance(raw, dict) and "operation" in raw]


def vectors(name: str) -> Any:
    """Pairs of what goes in and what comes out."""
    return json.loads((MAILS / name).read_text()) if IS_HERE else {}
