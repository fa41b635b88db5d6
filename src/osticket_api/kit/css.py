"""Inline styles reduced to what can only decorate: nothing that loads, runs, or leaves its place on the page."""

import re
from typing import Final

_PROPERTIES = (
    "background background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width "
    "border-collapse border-color border-left border-left-color border-left-style border-left-width border-radius "
    "border-right border-right-color border-right-style border-right-width border-spacing border-style border-top "
    "border-top-color border-top-style border-top-width border-width caption-side clear color direction empty-cells "
    "float font font-family font-size font-style font-variant font-weight height letter-spacing line-height list-style "
    "list-style-position list-style-type margin margin-bottom margin-left margin-right margin-top max-height max-width "
    "min-height min-width padding padding-bottom padding-left padding-right padding-top quotes table-layout text-align "
    "text-decoration text-indent text-transform vertical-align white-space width word-break word-spacing word-wrap"
)
PROPERTIES: Final = frozenset(_PROPERTIES.split())
_VALUE: Final = re.compile(r"(?:\b(?:rgb|hsl)a?\([\d\s.,%/+-]*+\)|[\w\s#%.,'\"!+/-])++", re.IGNORECASE)
_NEGATIVE: Final = re.compile(r"(?<!\w)-[\d.]")


def safe(style: str) -> str:
    """The declarations that are harmless. Unchanged when all are, empty when none is."""
    declarations = [declaration for declaration in style.split(";") if declaration.strip()]
    kept = [declaration for declaration in declarations if _is_safe(declaration)]
    return style if kept and kept == declarations else "; ".join(declaration.strip() for declaration in kept)


def _is_safe(declaration: str) -> bool:
    name, _, value = declaration.partition(":")
    name = name.strip().lower()
    if name not in PROPERTIES or not _VALUE.fullmatch(value):
        return False
    # A negative margin would lay the text over the page around it.
    return not (name.startswith("margin") and _NEGATIVE.search(value))
