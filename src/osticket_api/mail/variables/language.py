"""The language itself: what a variable looks like, how a path is walked, what is put in its place.

Source: mail.md 3.1 to 3.3
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import unquote_plus

from osticket_api.kit import html

_VARIABLE: Final = re.compile(r"%(?:\{|%7B)([A-Za-z_][A-Za-z0-9_.]+)(?:\}|%7D)")


class Html(str):
    """Text that is HTML already: it goes into a body as it is. Any other text is escaped there."""

    __slots__ = ()


class Secret(str):
    """Text for the recipient alone, because a `code` in it lets them in. Others are shown a mask in its place."""

    __slots__ = ("code",)
    code: str

    def __new__(cls, text: str, code: str | None = None) -> Self:
        made = super().__new__(cls, text)
        made.code = text if code is None else code
        return made


class Thing:
    """Something with parts that have names. What is not in `parts` cannot be reached."""

    def text(self) -> str:
        """The text that is printed when the variable ends here."""
        return ""

    def parts(self) -> Mapping[str, Callable[[], "Value"]]:
        return {}

    def find(self, name: str) -> "Value":
        """A part by its name in small letters; None when there is none such."""
        part = self.parts().get(name)
        return None if part is None else part()


Value = Thing | str | None


class Unresolved(Thing):
    """Leaves the variable in the text as it is."""


@dataclass(frozen=True)
class Files(Thing):
    """Prints nothing, and attaches these files to the mail."""

    file_ids: tuple[int, ...]


@dataclass
class Variables:
    """The values of the variables of one mail. `fixed` are texts by the variable's whole name, which come first."""

    roots: Mapping[str, Value]
    fixed: Mapping[str, str] = field(default_factory=dict)
    file_ids: list[int] = field(default_factory=list)
    """Files that a variable asked to attach."""
    secrets: list[str] = field(default_factory=list)
    """Codes that variables have put into texts."""

    def fill(self, template: str, *, as_html: bool) -> str:
        """The template with every variable that is known replaced, in one pass."""

        def replacement(match: re.Match[str]) -> str:
            value = self.resolve(unquote_plus(match[1]))
            if value is None:
                return match[0]
            if isinstance(value, Secret):
                self.secrets.append(value.code)
            return html.escape(value) if as_html and not isinstance(value, Html) else value

        return _VARIABLE.sub(replacement, template)

    def resolve(self, name: str) -> str | None:
        """The text of a variable; None when it is not known and stays as it is."""
        if name in self.fixed:
            return self.fixed[name]
        root, *path = name.split(".")
        value = self.roots.get(root)
        if value is None or isinstance(value, str):
            return value
        return self._printed(_walk(value, path))

    def _printed(self, found: Value) -> str | None:
        if isinstance(found, Files):
            self.file_ids.extend(found.file_ids)
            return ""
        if isinstance(found, Unresolved):
            return None
        return found.text() if isinstance(found, Thing) else found or ""


def _walk(value: Value, path: list[str]) -> Value:
    """Follow the path of a variable to its value.

    A path that goes on behind a text or an empty value ends in nothing.
    """
    if path and path[-1] == "":
        path = path[:-1]
    for part in path:
        if not isinstance(value, Thing):
            return None
        value = value.find(part.lower())
    return value
