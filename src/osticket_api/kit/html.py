"""HTML that other people wrote, made safe to show, and its way to and from plain text.

osTicket prints stored HTML as it is, on the agents' panel and on the users' portal. What is stored must therefore be
safe by itself.
"""

import html as standard
import re
import unicodedata
from collections.abc import Callable, Mapping
from html.entities import name2codepoint
from typing import Final

import nh3

from osticket_api.kit import css, off_loop
from osticket_api.kit.nesting import VOID, well_nested

_TAGS = (
    "a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del "
    "details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li mark nav ol p "
    "pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt "
    "u ul var wbr"
)
TAGS: Final = frozenset(_TAGS.split())
_CELL: Final = "abbr bgcolor colspan height nowrap rowspan scope valign width"
ATTRIBUTES: Final = {
    "*": "align class dir lang style title",
    "a": "href hreflang",
    "blockquote": "cite",
    "br": "clear",
    "col": "span valign width",
    "colgroup": "span valign width",
    "del": "cite datetime",
    "details": "open",
    "font": "color face size",
    "hr": "color noshade size width",
    "img": "alt border data-cid height hspace src vspace width",
    "ins": "cite datetime",
    "li": "type value",
    "ol": "reversed start type",
    "q": "cite",
    "table": "bgcolor border cellpadding cellspacing height summary width",
    "tbody": "bgcolor valign",
    "td": _CELL,
    "tfoot": "bgcolor valign",
    "th": _CELL,
    "thead": "bgcolor valign",
    "time": "datetime",
    "tr": "bgcolor valign",
    "ul": "type",
}
_LINKS = "http https mailto ftp ftps sftp news nntp irc tel sip sms xmpp webcal"
LINKS: Final = frozenset(_LINKS.split())
IMAGES: Final = frozenset({"http", "https", "cid", "data"})
_SCHEMES_OF: Final = {"href": LINKS | {""}, "cite": LINKS | {""}, "src": IMAGES | {""}}

Image = Mapping[str, str]
"""The attributes of an `<img>`."""


_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def _attribute(tag: str, name: str, value: str) -> str | None:
    # nh3 drops control characters, which would join what stands on either side.
    if _CONTROLS.search(value):
        return None
    if name == "class":
        return " ".join(word for word in value.split() if word.startswith("Mso")) or None
    if name == "style":
        return css.safe(value) or None
    if name in _SCHEMES_OF and _scheme(value) not in _SCHEMES_OF[name]:
        return None
    return value


def _scheme(url: str) -> str:
    """The scheme as a browser reads it: without blanks and control characters. Empty for a relative address."""
    match = re.match(r"([a-z][a-z0-9+.-]*):", re.sub(r"[\x00-\x20]", "", url), re.IGNORECASE)
    return match[1].lower() if match else ""


def _cleaner(schemes: frozenset[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        attributes={tag: set(names.split()) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_attribute,
        url_schemes=set(schemes),
        link_rel=None,
    )


_CLEANER: Final = _cleaner((LINKS | IMAGES) - {"data"})
_CLEANER_WITH_DATA: Final = _cleaner(LINKS | IMAGES)
_CHARACTERS: Final = r"[^<>&\x00-\x08\x0b-\x1f\x7f\xa0\ud800-\udfff]*+"
_TEXT: Final = rf"{_CHARACTERS}(?:(?:&(?:amp|lt|gt|nbsp);|<br />){_CHARACTERS})*"
_PARAGRAPHS: Final = re.compile(rf"{_TEXT}(?:<p>{_TEXT}</p>{_TEXT})*")
"""Not possessive as a whole: where such a group fails halfway, Python 3.11.2 goes on from there."""
_VOID: Final = re.compile(rf"<((?:{'|'.join(sorted(VOID))})\b[^>]*)>")
_LOST_NEWLINE: Final = re.compile(r"(<pre(?: [^>]*)?>)\n")


@off_loop.when_long
def clean(html: str, *, data_urls: bool = False) -> str:
    """The HTML with only what decorates text: no scripts, forms, frames, ids, handlers, foreign addresses, comments.

    What is clean already comes out byte for byte the same, empty elements as osTicket writes them: `<br />`. Unlike
    osTicket, `&lt;b&gt;` stays the text it is. `data_urls` keeps images that are part of the HTML, for taking them out.

    Source: tickets.md 2.5.
    """
    if is_paragraphs(html):
        return html
    cleaner = _CLEANER_WITH_DATA if data_urls else _CLEANER
    cleaned = _CONTROLS.sub("", cleaner.clean(well_nested(_CONTROLS.sub("", html), TAGS)))
    # A parser eats the first newline of <pre>, so one that is there must be written twice.
    return _VOID.sub(r"<\1 />", _LOST_NEWLINE.sub(r"\1\n\n", cleaned))


_EMBEDDED: Final = re.compile(r"(?<=;base64,)[A-Za-z0-9+/=%\s]{256,}+")


@off_loop.when_long
def map_embedded(html: str, change: Callable[[str], str]) -> str:
    """The HTML with the content of each long data URL changed."""
    return _EMBEDDED.sub(lambda match: change(match[0]), html)


def is_paragraphs(html: str) -> bool:
    """Whether the HTML is paragraphs of text and nothing else, as most of what people write: it is clean already."""
    return _PARAGRAPHS.fullmatch(html) is not None


_TAG: Final = re.compile(r"(<[^>]*>)")
_IMAGE: Final = re.compile(r'<img((?: [a-z-]+="[^"]*")*) />')
_PAIR: Final = re.compile(r' ([a-z-]+)="([^"]*)"')


@off_loop.when_long
def map_images(html: str, change: Callable[[Image], Image | None]) -> str:
    """Clean HTML with the attributes of every image changed, or with the image left out for None."""

    def changed(match: re.Match[str]) -> str:
        image = change({name: standard.unescape(value) for name, value in _PAIR.findall(match[1])})
        if image is None:
            return ""
        return "<img" + "".join(f' {name}="{_quoted(value)}"' for name, value in image.items()) + " />"

    return _IMAGE.sub(changed, html)


def _quoted(value: str) -> str:
    return standard.escape(value, quote=False).replace('"', "&quot;").replace("\xa0", "&nbsp;")


@off_loop.when_long
def without_empty(html: str) -> str:
    """Clean HTML without elements that hold nothing, but for table cells, which keep the others in their columns."""
    kept: list[str] = []
    for piece in _pieces(html):
        if piece.startswith("</") and kept and kept[-1].startswith("<") and _opens(kept[-1], piece[2:-1]):
            kept.pop()
        elif piece:
            kept.append(piece)
    return "".join(kept)


def _pieces(html: str) -> list[str]:
    """Tags, and what is between them."""
    head, end, tail = html.rpartition(">")
    return [*_TAG.split(head + end), tail]


def _replace_tags(pattern: re.Pattern[str], replacement: str, text: str) -> str:
    """The text without the tags that match. Behind the last `>` no tag ends, so looking for its end takes too long."""
    head, end, tail = text.rpartition(">")
    return pattern.sub(replacement, head + end) + tail


def _opens(tag: str, name: str) -> bool:
    return tag[1:-1].partition(" ")[0] == name and name not in ("td", "th")


@off_loop.when_long
def to_text(html: str) -> str:
    """What the search index holds of HTML.

    Source: tickets.md 8.1.
    """
    text = standard.unescape(_replace_tags(_TAG, " ", html))
    return unicodedata.normalize("NFC", " ".join(text.split()))


_AMPERSAND: Final = re.compile("&(?:#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|([a-zA-Z][a-zA-Z0-9]*+);)?")


@off_loop.when_long
def escape(text: str) -> str:
    """Plain text as HTML. What is an entity already stays one, as osTicket has it."""
    escaped = _AMPERSAND.sub(_escaped_reference, _CONTROLS.sub("", text))
    return escaped.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _escaped_reference(match: re.Match[str]) -> str:
    is_entity = match[1] in name2codepoint if match[1] else len(match[0]) > 1
    return match[0] if is_entity else f"&amp;{match[0][1:]}"


def unescape(html: str) -> str:
    """Escaped text as it was written."""
    return standard.unescape(html)


_MARKUP: Final = re.compile(r"<[a-zA-Z/!?][^>]*>")
_OPENING: Final = re.compile(r"<(?=[a-zA-Z/!?])")
_LINE_BREAK: Final = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")


@off_loop.when_long
def strip_tags(text: str) -> str:
    """A title or name without tags, on one line. Printed as HTML, as osTicket does, it can begin no tag."""
    stripped = _replace_tags(_MARKUP, "", _CONTROLS.sub("", _LINE_BREAK.sub(" ", standard.unescape(text))))
    return _OPENING.sub("< ", stripped)
