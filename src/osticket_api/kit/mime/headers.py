"""Headers of mails, whose writers kept to the standards or did not.

Source: RFC 2047, RFC 2231, RFC 5322, and what mail programs make of them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from urllib.parse import unquote_to_bytes

from osticket_api.kit.mime.charsets import Decoder
from osticket_api.kit.mime.encodings import from_base64, from_quoted_printable

_FOLD: Final = re.compile(rb"[ \t]*(?:\r\n|\n|\r)[ \t]*")
_WORD: Final = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN: Final = re.compile(rb"[ \t]+")
_MAX_HEADER: Final = 1 << 18
_MAX_DOMAIN: Final = 255
_MAX_MAILBOXES: Final = 2000
"""Beyond these a header is no longer read. It is kept as it came all the same."""


def unfolded(value: bytes) -> bytes:
    """A header on one line."""
    return _FOLD.sub(b" ", value[:_MAX_HEADER]).strip()


def decoded(value: bytes, decoder: Decoder, hint: str = "") -> str:
    """A header in plain characters. Bytes beyond ASCII outside encoded words are UTF-8, the hint, or a guess."""
    pieces: list[tuple[bytes, str]] = []
    end = 0
    value = unfolded(value)
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        if between and not (end and _BETWEEN.fullmatch(between)):
            pieces.append((between, ""))
        pieces.append(_word(match))
        end = match.end()
    pieces.append((value[end:], ""))
    return "".join(decoder.decode(content, charset, hint) for content, charset in _joined(pieces)).replace("\0", "")


def _word(match: re.Match[bytes]) -> tuple[bytes, str]:
    charset = match[1].partition(b"*")[0].decode("ascii", "replace")
    if match[2] in b"bB":
        return from_base64(match[3]), charset
    return from_quoted_printable(match[3].replace(b"_", b" "), is_header=True), charset


def _joined(pieces: Sequence[tuple[bytes, str]]) -> Iterator[tuple[bytes, str]]:
    """Neighbours in one character set as one: a character may be divided between two words."""
    content, charset = b"", ""
    for more, its_charset in pieces:
        if content and its_charset.lower() == charset.lower():
            content += more
        else:
            yield content, charset
            content, charset = more, its_charset
    yield content, charset


_PARAMETER: Final = re.compile(
    rb';\s*([^\s=;"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*"|"[^"]*$|[^;"]*(?:"[^"]*"[^;"]*)*)', re.DOTALL
)
_SECTION: Final = re.compile(r"(.*?)(?:\*(\d{1,6}))?(\*)?")


def parameters(value: bytes, decoder: Decoder, hint: str = "") -> dict[str, str]:
    """The parameters of a header such as Content-Type, by their names in small letters.

    One that is written in sections is put together in their order; one that names its character set counts before
    another of the same name that does not.
    """
    sections: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for match in _PARAMETER.finditer(_FOLD.sub(b" ", value[:_MAX_HEADER])):
        section = _SECTION.fullmatch(match[1].decode("latin-1").lower())
        assert section is not None
        is_extended = section[3] is not None
        number = int(section[2]) if section[2] else 0
        place = sections.setdefault(section[1], {})
        if number not in place or (is_extended and not place[number][1]):
            place[number] = (_unquoted(match[2]), is_extended)
    return {name: _assembled(place, decoder, hint) for name, place in sections.items()}


def _unquoted(value: bytes) -> bytes:
    value = value.strip()
    if value.startswith(b'"'):
        value = value[1:].removesuffix(b'"')
        # A backslash before anything else than these two is one that Windows writes into paths.
        return re.sub(rb'\\(["\\])', rb"\1", value)
    return value


def _assembled(sections: Mapping[int, tuple[bytes, bool]], decoder: Decoder, hint: str) -> str:
    ordered = [sections[number] for number in sorted(sections)]
    if not any(is_extended for _, is_extended in ordered):
        return decoded(b"".join(content for content, _ in ordered), decoder, hint)
    charset, content = "", b""
    for position, (section, is_extended) in enumerate(ordered):
        if is_extended and position == 0 and section.count(b"'") >= 2:
            name, _, section = section.split(b"'", 2)
            charset = name.decode("latin-1")
        content += unquote_to_bytes(section) if is_extended else section
    return decoder.decode(content, charset, hint).replace("\0", "")


def main_value(value: bytes) -> str:
    """What stands before the parameters, in small letters."""
    return unfolded(value).partition(b";")[0].strip().lower().decode("latin-1")


@dataclass(frozen=True)
class Mailbox:
    """Somebody as a header names them."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|\([^()]*\)|<[^<>]*>|[,;]|[^",;(<]+|[(<"]', re.DOTALL)
_ANGLE: Final = re.compile(rb"<([^<>]*@[^<>]*)>")
_BARE: Final = re.compile(rb"[^\s<>(),;:\"]+@[^\s<>(),;:\"]+")
_GROUP: Final = re.compile(rb'^[^"<>@:]{0,200}:(?!//)')
_COMMENT: Final = re.compile(rb"\(([^()]*)\)")


def mailboxes(values: Sequence[bytes], decoder: Decoder, hint: str = "") -> list[Mailbox]:
    """Everybody these headers name, in order. They are taken apart before they are decoded: a name may hold a comma."""
    found = (_mailbox(piece, decoder, hint) for piece in _whole_pieces(b", ".join(map(unfolded, values))))
    return list(islice((box for box in found if box is not None), _MAX_MAILBOXES))


def _whole_pieces(value: bytes) -> Iterator[bytes]:
    """One piece for each mailbox. `Doe, Jane <jane@example.org>` is one too: a name with a comma and without quotes."""
    before = b""
    for divided in _pieces(value[:_MAX_HEADER]):
        piece = _GROUP.sub(b"", divided.strip())
        whole = b", ".join(filter(None, (before, piece)))
        if b"@" in piece:
            yield whole
        before = b"" if b"@" in piece else piece


def _pieces(value: bytes) -> Iterator[bytes]:
    """What commas and semicolons divide, but for those in quotes, comments and angle brackets."""
    piece: list[bytes] = []
    for match in _TOKEN.finditer(value):
        if match[0] in (b",", b";"):
            yield b"".join(piece)
            piece = []
        else:
            piece.append(match[0])
    yield b"".join(piece)


def _mailbox(piece: bytes, decoder: Decoder, hint: str) -> Mailbox | None:
    angles = list(_ANGLE.finditer(piece))
    if angles:
        name, address = piece[: angles[-1].start()], angles[-1][1]
    else:
        bare = _BARE.search(_COMMENT.sub(b" ", piece)) or _BARE.search(piece)
        if bare is None:
            return None
        # Text before a bare address is not a name; a comment is one.
        name, address = b" ".join(match[0] for match in _COMMENT.finditer(piece)), bare[0]
    shown = _without_quotes(decoded(name, decoder, hint))
    return Mailbox(shown, _with_ascii_domain(decoded(b"".join(address.split()), decoder, hint)))


def _with_ascii_domain(address: str) -> str:
    """The address as mail servers write it: domains in other letters have a form in ASCII."""
    name, at, domain = address.rpartition("@")
    if domain.isascii() or len(domain) > _MAX_DOMAIN:
        return address
    try:
        return name + at + domain.encode("idna").decode("ascii")
    except UnicodeError:
        return address


def _without_quotes(name: str) -> str:
    quoted = re.sub(r'"((?:[^"\\]|\\.)*)"', lambda match: re.sub(r"\\(.)", r"\1", match[1]), name.strip())
    return quoted.strip().strip('"').strip()
