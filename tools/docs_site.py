"""What the docs site needs beside the pages in docs/: hooks of mkdocs.

The README is its first page, decisions are listed, marks that tests know a snippet by are taken off, and links to what
is not on the site become plain text.
"""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

DOCS = Path("docs")
_ELSEWHERE = ("../", "osticket/")
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s]+)\)")
_MARK = re.compile(r"^```(\w+) [\w ]+$", re.MULTILINE)


def on_files(files: Files, config: Any) -> Files:
    """Add the first page, and the list of decisions."""
    files.append(File.generated(config, "index.md", content=_first_page()))
    files.append(File.generated(config, "decisions/index.md", content=_decisions()))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    folder = posixpath.dirname(page.file.src_uri)

    def inside(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, link[2]))
        return link[1] if target.startswith(_ELSEWHERE) else link[0]

    return _LINK.sub(inside, _MARK.sub(r"```\1", markdown))


def _first_page() -> str:
    """The README, with the links that they have from docs/."""
    text = Path("README.md").read_text(encoding="utf-8").replace("(docs/decisions/)", "(docs/decisions/index.md)")
    return re.sub(r"\]\((?!https?:|#)(docs/)?", lambda link: "](" if link[1] else "](../", text)


def _decisions() -> str:
    titles = {path.name: path.read_text(encoding="utf-8") for path in sorted((DOCS / "decisions").glob("0*.md"))}
    rows = (f"- [{text.splitlines()[0].removeprefix('# ')}]({name})" for name, text in titles.items())
    return "# Decisions\n\n" + "\n".join(rows) + "\n"
