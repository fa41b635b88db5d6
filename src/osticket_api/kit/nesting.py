"""HTML of which only known tags are left, well nested, before a browser-grade parser reads it.

Such a parser mends wrong nesting by rules that cost without bound: some hundred unclosed `<font>` before many
paragraphs make it build millions of elements, deep nesting takes it quadratic time. Here every tag is read once, as
the HTML standard splits text into tags, and what does not nest is closed or left out.
"""

import re
from collections import Counter
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from typing import Final

MAX_DEPTH: Final = 200
"""Deeper tags are left out, their text stays. Browsers give up at 512."""

VOID: Final = frozenset({"area", "br", "col", "hr", "img", "wbr"})

_ATTRIBUTE: Final = r"""
    (?: =[^\t\n\f\r />=]*+ | [^\t\n\f\r />=]++ )
    (?: [\t\n\f\r ]*+ = [\t\n\f\r ]*+
        (?: "[^"]*+(?:"|\Z) | '[^']*+(?:'|\Z) | [^\t\n\f\r >"'][^\t\n\f\r >]*+ )? )?
"""
_ATTRIBUTES: Final = rf"(?: [\t\n\f\r /]++ | {_ATTRIBUTE} )*+"
_TOKEN: Final = re.compile(
    rf"""
    <!--(?: -?> | .*?(?: --!?> | \Z ))
  | <(?P<raw> script|style|title|textarea|xmp|iframe|noembed|noframes|noscript )(?=[\t\n\f\r />])
        {_ATTRIBUTES} > .*? (?: </(?P=raw)(?=[\t\n\f\r />]) {_ATTRIBUTES} (?:>|\Z) | \Z )
  | <plaintext(?=[\t\n\f\r />]) .*
  | </(?P<end> [a-z][^\t\n\f\r />]*+ ) {_ATTRIBUTES} (?:>|\Z)
  | <(?P<start> [a-z][^\t\n\f\r />]*+ ) {_ATTRIBUTES} (?P<whole> > | \Z )
  | <(?: [!?] | /(?![a-z]) )[^>]*+(?:>|\Z)
  | (?P<stray> < )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE | re.ASCII,
)

MAX_ATTRIBUTES: Final = 64
"""Further attributes of a tag are left out: the protecting parser compares each with all before it."""

MAX_TAG: Final = 16_384
"""A longer tag is left out."""

_USUAL_TAG: Final = 512
_FIRST_ATTRIBUTES: Final = re.compile(
    rf"<[a-z][^\t\n\f\r />]*+ (?: [\t\n\f\r /]*+ {_ATTRIBUTE} ){{0,{MAX_ATTRIBUTES}}}+",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)

_MANY_REFERENCES: Final = 500
_SEAM: Final = "<!---->"
_LONG_RUN: Final = re.compile(r".{1000}[^&]*+(?=&)", re.DOTALL)

_CELLS: Final = frozenset({"td", "th", "caption"})
_ROWS: Final = frozenset({"table", "thead", "tbody", "tfoot", "tr", "colgroup"})
_TABLE_PARTS: Final = (_CELLS | _ROWS | {"col"}) - {"table"}
_SECTIONS: Final = frozenset({"thead", "tbody", "tfoot", "caption", "colgroup"})
_BLOCK_NAMES = (
    "address article aside blockquote center details div dl fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 header "
    "hr nav ol p pre section summary table ul li dt dd"
)
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_IN_TABLE: Final = frozenset({"table"})
_IN_CELL: Final = _CELLS | _IN_TABLE

_PARTS_OF_ROWS: Final = _CELLS | {"tr", "colgroup"}
_ENDS: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "li": (frozenset({"li"}), _IN_CELL | {"ul", "ol"}),
    "dt": (frozenset({"dt", "dd"}), _IN_CELL | {"dl"}),
    "dd": (frozenset({"dt", "dd"}), _IN_CELL | {"dl"}),
    "a": (frozenset({"a"}), _IN_CELL),
    "td": (_CELLS | {"colgroup"}, _IN_TABLE),
    "th": (_CELLS | {"colgroup"}, _IN_TABLE),
    "tr": (_PARTS_OF_ROWS, _IN_TABLE),
    "col": (_TABLE_PARTS - {"colgroup"}, _IN_TABLE),
    **dict.fromkeys(_SECTIONS, (_TABLE_PARTS, _IN_TABLE)),
    **dict.fromkeys(_HEADINGS, (_HEADINGS, _IN_CELL | (_BLOCKS - _HEADINGS))),
}
"""A tag, which open elements its beginning ends, and which elements around them stop that."""


def well_nested(html: str, known: Collection[str]) -> str:
    """The HTML with only `known` tags, each closed where it must be. Comments, scripts and styles are gone.

    Attributes are left as they are: this does not protect; it only makes the protecting parser's work bounded.
    """
    outline = _Outline()
    position = 0
    for token in _TOKEN.finditer(html):
        outline.text(html[position : token.start()])
        position = token.end()
        if token["start"]:
            name = token["start"].lower()
            if token["whole"] and name in known and len(token[0]) <= MAX_TAG:
                outline.start(name, _with_few_attributes(token[0]))
        elif token["end"]:
            outline.end(token["end"].lower())
        elif token["stray"]:
            outline.text("&lt;")
    outline.text(html[position:])
    outline.close(0)
    return "".join(outline.pieces)


def _with_few_attributes(tag: str) -> str:
    if len(tag) <= _USUAL_TAG:
        return tag
    first = _FIRST_ATTRIBUTES.match(tag)
    assert first is not None
    return tag if first.end() + 1 >= len(tag) else first[0] + " >"


class _Outline:
    """What has been written, and which elements are open in it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.open: list[str] = []
        self.counts: Counter[str] = Counter()
        self.references = 0

    def text(self, piece: str) -> None:
        """Add text, with seams between many references: at each, the parser moves all text up to the next tag."""
        self.references += piece.count("&")
        if self.references > _MANY_REFERENCES:
            self.references = 0
            piece = _SEAM + _LONG_RUN.sub(rf"\g<0>{_SEAM}", piece)
        self.pieces.append(piece)

    def start(self, name: str, tag: str) -> None:
        self._end_before(name)
        if self._fits(name):
            self.pieces.append(tag)
            if name not in VOID:
                self.open.append(name)
                self.counts[name] += 1

    def end(self, name: str) -> None:
        around = _IN_TABLE if name in _TABLE_PARTS or name == "table" else _IN_CELL
        self._end_nearest({name}, around)

    def close(self, depth: int) -> None:
        """End all elements from this depth on."""
        while len(self.open) > depth:
            name = self.open.pop()
            self.counts[name] -= 1
            self.pieces.append(f"</{name}>")

    def _end_before(self, name: str) -> None:
        if name in _BLOCKS:
            self._end_nearest({"p"}, _IN_CELL)
        if name in _ENDS:
            ended, around = _ENDS[name]
            while self._end_nearest(ended, around):
                pass

    def _end_nearest(self, names: AbstractSet[str], around: AbstractSet[str]) -> bool:
        if not any(self.counts[name] for name in names):
            return False
        for depth in range(len(self.open) - 1, -1, -1):
            if self.open[depth] in names:
                self.close(depth)
                return True
            if self.open[depth] in around:
                return False
        return False

    def _fits(self, name: str) -> bool:
        if name in _TABLE_PARTS and not self.counts["table"]:
            return False
        if self.open and self.open[-1] in _ROWS and name not in _TABLE_PARTS:
            return False
        return len(self.open) < MAX_DEPTH or name in VOID
