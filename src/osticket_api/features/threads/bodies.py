"""Bodies of thread entries: how they are stored, and how they leave again.

Source: tickets.md 2.5.
"""

import hashlib
import html as standard
import re
import secrets
import string
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from osticket_api.kit import content_types, html, off_loop, utf8mb3

Format = Literal["html", "text"]

NOTHING: Final = "-"
"""Stored in place of an empty body; osTicket shows it as "(empty)"."""

OVERSIZE_CHARACTERS: Final = 65_000
OVERSIZE_TYPE: Final = "text/html"
_COLUMN_BYTES: Final = 65_535

_KEY: Final = re.compile(r"[\w-]{32}", re.ASCII)
_FILE_LINK: Final = re.compile(r"(?:.*/)?file\.php\?(?:[^#]*&)?key=([\w-]{32})(?:[&#].*)?", re.ASCII | re.DOTALL)
_LONGEST_LINK: Final = 2048
_DATA_URL: Final = re.compile(r"data:[^,;]*((?:;[^,;]*)*),(.*)", re.IGNORECASE | re.DOTALL)
_PICTURE_NAME: Final = re.compile(r"\.(?:gif|png|jpe?g)$", re.IGNORECASE)


@dataclass(frozen=True)
class InlineImage:
    """An image that came as part of the HTML. `token` stands for it in the body until it is stored."""

    token: str
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class PreparedBody:
    text: str
    """The text to store, once `with_cids` has put the keys of images into it."""
    format: Format
    images: tuple[InlineImage, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.text == NOTHING

    @property
    def oversize(self) -> bool:
        """Whether it must be stored as an attached file: `oversize_name`, OVERSIZE_TYPE, inline."""
        return is_oversize(self.text)


MAX_MARKUP: Final = 500_000
"""The longest text or HTML that somebody may write, in characters, beside embedded images."""


def is_too_complex(body: str) -> bool:
    """Whether a body is too long to be read as HTML, the content of embedded images not counted."""
    return len(body) > MAX_MARKUP and len(html.map_embedded(body, lambda content: "")) > MAX_MARKUP


def is_oversize(stored: str) -> bool:
    """Whether a body is too long for its column. Emoji take nine bytes there, see `kit.utf8mb3`."""
    return len(stored) >= OVERSIZE_CHARACTERS or len(utf8mb3.to_references(stored).encode()) > _COLUMN_BYTES


def oversize_name(stored: str) -> str:
    """The name of the file that holds a long body."""
    return hashlib.md5(stored.encode(), usedforsecurity=False).hexdigest() + ".txt"


@off_loop.when_long
def prepare(body: str, format: Format, *, signed_in: bool) -> PreparedBody:
    """Prepare a body for storing. `signed_in`: an agent or user did, not a visitor, a key or a mail.

    Emoji stay, unlike in osTicket; tags written as text (`&lt;b&gt;`) stay text; bodies are not cut at any length, but
    HTML longer than MAX_MARKUP, as a mail may hold, becomes the text that it shows.

    Source: tickets.md 2.5 (2-7).
    """
    if is_too_complex(body):
        text = html.to_text(body) if format == "html" else body
        return PreparedBody(standard.escape(text).strip() or NOTHING, "text")
    return _prepare_html(body, signed_in) if format == "html" else _prepare_text(body)


def _prepare_text(body: str) -> PreparedBody:
    lines = re.sub(r"\r\n?", "\n", body)
    text = html.escape(re.sub(r"\n{3,}", "\n\n", lines).strip())
    return PreparedBody(text or NOTHING, "text")


def _prepare_html(body: str, signed_in: bool) -> PreparedBody:
    images = _Images()
    if signed_in:
        body = body.replace("<p></p>", "<p><br></p>")
    if "data:" in body.lower():
        body = images.take_out_of(body)
    text = html.without_empty(html.map_images(html.clean(body), _storable)).strip()
    return PreparedBody(text or NOTHING, "html", tuple(images.taken.values()))


class _Images:
    """Takes embedded images out of HTML, each content once."""

    def __init__(self) -> None:
        self.taken: dict[bytes, InlineImage] = {}
        self.lifted: list[str] = []
        self.mark = secrets.token_hex(12)
        """Stands, with a number, for what was lifted out."""

    def take_out_of(self, body: str) -> str:
        """Clean HTML without its embedded images. Their content is lifted out before anything reads the HTML."""
        cleaned = html.clean(html.map_embedded(body, self._lift), data_urls=True)
        left = html.map_images(cleaned, self.take)
        return re.sub(rf"{self.mark}\.([0-9]+)", lambda match: self.lifted[int(match[1])], left)

    def _lift(self, content: str) -> str:
        self.lifted.append(content)
        return f"{self.mark}.{len(self.lifted) - 1}"

    def _content(self, data: str) -> str:
        mark, _, number = data.partition(".")
        return self.lifted[int(number)] if mark == self.mark else data

    def take(self, image: html.Image) -> html.Image | None:
        """The image as a reference to what was taken out, None where nothing in it is an image."""
        match = _DATA_URL.fullmatch(image.get("src", ""))
        if match is None:
            return image
        content = _decoded(self._content(match[2]), is_base64=match[1].lower().endswith(";base64"))
        content_type = content_types.sniff(content[: content_types.HEAD_BYTES])
        if content_type not in content_types.PICTURES:
            return None
        taken = self.taken.setdefault(content, _inline_image(content_type, content))
        return {**image, "src": f"cid:{taken.token}"}


def _inline_image(content_type: str, content: bytes) -> InlineImage:
    # As long as a file's key, so that the body's length is settled; its dot is in no key.
    token = "img." + secrets.token_hex(14)
    some = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(4))
    return InlineImage(token, f"image{some}.{content_type.removeprefix('image/')}", content_type, content)


def _decoded(data: str, *, is_base64: bool) -> bytes:
    if not is_base64:
        return unquote_to_bytes(data)
    try:
        return b64decode(re.sub(r"\s", "", unquote(data)) + "==")
    except (NotBase64, ValueError):
        return b""


def _storable(image: html.Image) -> html.Image | None:
    """The image with its file's key, or an external one that is a picture by its name. Others are left out."""
    source = image.get("src", "")
    key = image.get("data-cid") or _linked_key(source)
    kept = {name: value for name, value in image.items() if name != "data-cid"}
    if key and _KEY.fullmatch(key):
        return {**kept, "src": f"cid:{key}"}
    return kept if _content_id(source) or _is_external_picture(source) else None


def _linked_key(source: str) -> str | None:
    """The key in one of osTicket's own links to a file."""
    match = _FILE_LINK.fullmatch(source) if len(source) <= _LONGEST_LINK else None
    return match[1] if match else None


def _content_id(source: str) -> str | None:
    """The content id that a `cid:` address names."""
    return source[4:] if source[:4].lower() == "cid:" else None


def _is_external_picture(source: str) -> bool:
    try:
        url = urlsplit(source)
    except ValueError:
        return False
    return bool(url.netloc and _PICTURE_NAME.search(url.path))


def with_cids(prepared: PreparedBody, keys: Mapping[str, str]) -> str:
    """The text to store, with the tokens of images, or the content ids of a mail's parts, replaced by file keys.

    An image taken out of the HTML that got no key, since it was not stored, is left out.

    Source: tickets.md 2.5 (7).
    """

    taken = {image.token for image in prepared.images}

    def named(image: html.Image) -> html.Image | None:
        token = _content_id(image.get("src", "")) or ""
        key = keys.get(token) or keys.get(unquote(token))
        if key is None:
            return None if token in taken else image
        return {**image, "src": f"cid:{key}"}

    return html.map_images(prepared.text, named) if prepared.format == "html" else prepared.text


def inline_keys(stored: str) -> list[str]:
    """The keys of the files a stored HTML body shows, each once: they belong to the entry's inline attachments.

    Source: tickets.md 2.6.
    """
    return list(dict.fromkeys(re.findall(r'"cid:([\w-]{32})"', stored, re.ASCII)))


@off_loop.when_long
def for_reader(stored: str, format: str, url_for: Callable[[str], str | None]) -> str:
    """A stored body as it leaves: HTML cleaned once more, text as it was written.

    Images of the help desk get the address `url_for` gives for their file's key, and the key as `data-cid`, by which
    `prepare` knows them again; those without an address are left out.
    """
    if format != "html":
        return html.unescape(stored)

    def shown(image: html.Image) -> html.Image | None:
        source = image.get("src", "")
        key = _content_id(source)
        if key is None:
            return image if _is_external_picture(source) else None
        url = url_for(key) if _KEY.fullmatch(key) else None
        return {**image, "src": url, "data-cid": key} if url else None

    return html.map_images(html.clean(stored), shown)
