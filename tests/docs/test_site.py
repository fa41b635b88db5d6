"""The docs site has the pages that its menu names, links lead somewhere, and the reference is the code's."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from osticket_api.access.permissions import GlobalPermission, KeyPermission, Permission
from osticket_api.errors import ApiError
from osticket_api.events.catalogue import CATALOGUE
from osticket_api.settings import Settings
from tests.docs.printed import ROOT

DOCS = ROOT / "docs"
GENERATED = {"index.md", "decisions/index.md"}
"""By tools/docs_site.py, from the README and the decisions."""
PAPERS = [*sorted(DOCS.rglob("*.md")), *sorted(ROOT.glob("*.md"))]


MENU = re.findall(r"^ +- [^:\n]+: (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE)


def links(text: str) -> list[str]:
    """Where the links and pictures of a paper lead within the repository."""
    prose = re.sub(r"^```.*?^```|`[^`\n]*`", "``", text, flags=re.DOTALL | re.MULTILINE)
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", prose) if not re.match(r"[a-z]+:|#", target)]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "reference"
    subprocess.run([sys.executable, "tools/write_reference.py", str(folder)], cwd=ROOT, check=True, timeout=120)
    return folder


def test_menu_names_pages_that_are_there(reference: Path) -> None:
    written = {f"reference/{path.name}" for path in reference.iterdir()}
    assert [page for page in MENU if page not in GENERATED | written and not (DOCS / page).is_file()] == []
    assert {page for page in MENU if page.startswith("reference/")} == written
    assert len(set(MENU)) == len(MENU)


def test_every_page_is_in_the_menu() -> None:
    papers = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    aside = {paper for paper in papers if paper.startswith(("decisions/", "osticket/", "reference/"))}
    assert papers - aside - set(MENU) == set()


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_what_is_there(paper: Path) -> None:
    broken = [link for link in links(paper.read_text()) if not (paper.parent / link.partition("#")[0]).exists()]
    assert broken == []


def test_a_broken_link_would_be_found() -> None:
    text = "[a](b.md) ![c](d.png) `[e](f.md)` [g](#h) [i](https://example.org)\n```sh\n[j](k.md)\n```\n"
    assert links(text) == ["b.md", "d.png"]


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("settings.md", [name.upper() for name in Settings.model_fields]),
        ("errors.md", [each.code for each in ApiError.__subclasses__()] + ["password_change_required", "key_reused"]),
        ("permissions.md", [*Permission, *GlobalPermission, *KeyPermission]),
        ("events.md", list(CATALOGUE)),
    ],
)
def test_reference_names_everything_of_the_code(reference: Path, page: str, names: list[str]) -> None:
    text = (reference / page).read_text()
    assert [name for name in names if f"`{name}`" not in text] == []
