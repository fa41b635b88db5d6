"""Every `Source:` in the code names a section, a recorded case or a lesson that is in the repository."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "docs" / "osticket", ROOT / "docs" / "contract")
CASES = ROOT / "tests" / "reference" / "golden"

_SECTION = r"(?:Appendix )?(?:\d+(?:\.\d+)*|[A-D]\b)"
_REFERENCE = re.compile(rf"(golden README lessons?|[a-z][a-z0-9-]*\.md)((?:(?:,? and|,| to)? {_SECTION})*)")
_CASES = re.compile(r"golden cases? (\d{3}(?:(?:,? and|,| to)? \d{3})*)")
_SOURCE = re.compile(r"Source: (.*?)(?:\n *\n|\"\"\"|$)", re.DOTALL)


def sources() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "src").rglob("*.py")):
        for found in _SOURCE.finditer(path.read_text(encoding="utf-8")):
            yield path.relative_to(ROOT).as_posix(), " ".join(found[1].split())


@cache
def sections(name: str) -> frozenset[str]:
    """The numbers of a document's headings, and of its numbered paragraphs below them."""
    text = next(folder / name for folder in FOLDERS if (folder / name).exists()).read_text(encoding="utf-8")
    return frozenset(
        re.findall(r"^(?:#+ )?(?:Appendix )?(\d+\.\d+(?:\.\d+)*|(?<=# )\d+|(?<=Appendix )[A-Z])\b", text, re.MULTILINE)
    )


@cache
def lessons() -> frozenset[str]:
    return frozenset(re.findall(r"^(\d+)\. ", (CASES / "README.md").read_text(encoding="utf-8"), re.MULTILINE))


def unknown(source: str) -> Iterator[str]:
    """What a source names and the repository does not have."""
    for document, numbers in _REFERENCE.findall(source):
        known = lessons() if document.startswith("golden") else sections(document)
        for number in re.findall(r"\d+(?:\.\d+)*|\b[A-D]\b", numbers):
            if number not in known:
                yield f"{document} {number}"
    for numbers in _CASES.findall(source):
        for number in re.findall(r"\d{3}", numbers):
            if not any((CASES / "cases").glob(f"{number}-*.json")):
                yield f"golden case {number}"


def test_there_are_sources() -> None:
    assert len(list(sources())) > 200


@pytest.mark.parametrize(("path", "source"), list(sources()))
def test_a_source_can_be_looked_up(path: str, source: str) -> None:
    assert not list(unknown(source)), f"{path}: Source: {source}"


def test_a_wrong_source_is_found() -> None:
    assert list(unknown("tickets.md 99.9, golden case 998 and golden README lesson 99")) == [
        "tickets.md 99.9",
        "golden README lesson 99",
        "golden case 998",
    ]
