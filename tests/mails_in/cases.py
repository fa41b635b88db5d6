"""The recorded mails: where they are, and what one case says."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_ROOT: Final = Path(__file__).parents[2]
_PLACES: Final = (_ROOT / "tests" / "reference" / "mails-in", _ROOT.parent / "shared" / "osticket" / "mails-in")
OWN: Final = Path(__file__).with_name("own")
"""Mails of our own making, with what must be stored of each."""


def _directory() -> Path:
    named = os.environ.get("MAILS_IN_DIR")
    if named:
        return Path(named).resolve()
    return next((place for place in _PLACES if place.is_dir()), _PLACES[0])


RECORDED: Final = _directory()
IS_USUAL: Final = not os.environ.get("MAILS_IN_DIR")
IS_HERE: Final = RECORDED.is_dir()
MISSING: Final = f"the recorded mails are not in {RECORDED}; MAILS_IN_DIR says where else"


@dataclass(frozen=True)
class Case:
    """One mail, and what is stored after it was posted."""

    name: str
    directory: Path
    raw: dict[str, Any]

    @property
    def mails(self) -> Sequence[bytes]:
        """The mail itself, after the one that has to come in first, if there is one."""
        names = [self.raw["first"]] if "first" in self.raw else []
        return [(self.directory / name).read_bytes() for name in (*names, f"{self.name}.eml")]


@cache
def recorded() -> Sequence[Case]:
    """The cases of the real osTicket, by number. None where the data is not here."""
    return _cases(RECORDED)


@cache
def own() -> Sequence[Case]:
    """The cases of our own making."""
    return _cases(OWN)


def _cases(directory: Path) -> Sequence[Case]:
    paths = sorted(directory.glob("*.json"))
    return [Case(path.stem, directory, json.loads(path.read_text(encoding="utf-8"))) for path in paths]
