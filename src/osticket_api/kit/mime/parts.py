"""A mail taken apart into its parts, each with the bytes it came in.

Whatever the bytes are, there is a part: nesting that is deeper than any mail program writes is taken apart in one go,
and a boundary that is nowhere to be found is looked for in the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from osticket_api.kit.mime.charsets import Decoder
from osticket_api.kit.mime.encodings import transfer_decoded
from osticket_api.kit.mime.headers import main_value, parameters

_DEEPEST: Final = 12
_MOST: Final = 2000
_END_OF_HEADERS: Final = re.compile(rb"\r?\n\r?\n")
_FIELD: Final = re.compile(rb"([!-9;-~]{1,100})[ \t]*:[ \t]*(.*(?:\r?\n[ \t].*)*)")
_DASHES: Final = re.compile(rb"^--([^\r\n]*)\r?\n?", re.MULTILINE)
_ANY_BOUNDARY: Final = re.compile(rb"boundary\s*=\s*\"?([^\"\s;]{1,200})", re.IGNORECASE)
_CONTENT: Final = re.compile(rb"content-[a-z-]+[ \t]*:", re.IGNORECASE)
_ENVELOPE: Final = re.compile(rb"(?:\s*\n)?(?:>?From [^\r\n]*\r?\n)?")


@dataclass(frozen=True)
class Part:
    """A part, or a whole mail: its headers by name in small letters, its content as it came, and the parts inside."""

    headers: Sequence[tuple[str, bytes]]
    content: bytes
    raw: bytes
    decoder: Decoder
    parts: Sequence["Part"] = field(default=())
    is_cut: bool = False
    """Whether a whole mail has more parts than were taken apart."""

    def header(self, name: str) -> bytes:
        """The last header of this name, as in osTicket; empty when there is none."""
        return next((value for each, value in reversed(self.headers) if each == name), b"")

    def all_headers(self, name: str) -> list[bytes]:
        return [value for each, value in self.headers if each == name]

    @cached_property
    def content_type(self) -> str:
        found = main_value(self.header("content-type"))
        return found if re.fullmatch(r"[!-~]+/[!-~]+", found) else "text/plain"

    @property
    def kind(self) -> str:
        """The first half of the type, such as `text`."""
        return self.content_type.partition("/")[0]

    @cached_property
    def type_parameters(self) -> dict[str, str]:
        return parameters(self.header("content-type"), self.decoder)

    @property
    def charset(self) -> str:
        return self.type_parameters.get("charset", "")

    @cached_property
    def disposition(self) -> str:
        """`inline`, `attachment` or something else; empty where nothing is said."""
        return main_value(self.header("content-disposition"))

    @cached_property
    def file_name(self) -> str:
        given = parameters(self.header("content-disposition"), self.decoder, self.charset)
        return (given.get("filename") or self.type_parameters.get("name") or "").strip()

    @property
    def content_id(self) -> str:
        return self.header("content-id").strip().strip(b"<>").decode("utf-8", "replace")

    @cached_property
    def decoded(self) -> bytes:
        return transfer_decoded(self.content, main_value(self.header("content-transfer-encoding")))

    @property
    def is_mail(self) -> bool:
        return self.content_type in ("message/rfc822", "message/global")

    def text(self) -> str:
        """The content in characters."""
        if self.content_type == "text/html":
            return self.decoder.decode_html(self.decoded, self.charset)
        return self.decoder.decode(self.decoded, self.charset)


def read(raw: bytes) -> Part:
    """The mail in these bytes."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    start = _ENVELOPE.match(raw)
    reader = _Reader()
    mail = reader.part(raw[start.end() if start else 0 :], depth=0)
    return replace(mail, is_cut=reader.count > _MOST)


def header_block(raw: bytes) -> bytes:
    """The headers of a mail as they came."""
    end = _END_OF_HEADERS.search(raw)
    return raw[: end.start()] if end else raw


class _Reader:
    """Takes one mail apart; it ends with more parts than any mail has."""

    def __init__(self) -> None:
        self.decoder = Decoder()
        self.count = 0

    def part(self, raw: bytes, depth: int) -> Part:
        self.count += 1
        headers, content = _divided(raw)
        part = Part(headers, content, raw, self.decoder)
        return Part(headers, content, raw, self.decoder, list(self._inside(part, depth)))

    def _inside(self, part: Part, depth: int) -> Iterator[Part]:
        if self.count > _MOST:
            return
        if part.is_mail and depth < _DEEPEST:
            yield self.part(part.decoded, depth + 1)
        elif part.kind == "multipart":
            boundaries = _boundaries(part, everything=depth >= _DEEPEST)
            for raw in _between(part.content, boundaries):
                if self.count > _MOST:
                    return
                if depth < _DEEPEST:
                    yield self.part(raw, depth + 1)
                else:
                    yield from self._leaf(raw)

    def _leaf(self, raw: bytes) -> Iterator[Part]:
        """A part as it is found when nesting is looked through: one that only holds others is none."""
        headers, content = _divided(raw)
        part = Part(headers, content, raw, self.decoder)
        if part.kind != "multipart":
            self.count += 1
            yield part


def _divided(raw: bytes) -> tuple[list[tuple[str, bytes]], bytes]:
    """Headers and content. Lines among the headers that are none are left out."""
    if raw[:1] in (b"\n", b"\r"):
        return [], raw.removeprefix(b"\r").removeprefix(b"\n")
    end = _END_OF_HEADERS.search(raw)
    block, content = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    found = _FIELD.finditer(block)
    headers = [(match[1].decode("ascii").lower(), match[2]) for match in found if _starts_a_line(block, match.start())]
    return headers, content if headers or not end else raw


def _starts_a_line(block: bytes, position: int) -> bool:
    return position == 0 or block[position - 1 : position] == b"\n"


def _boundaries(part: Part, *, everything: bool) -> set[bytes]:
    """What divides the parts; with `everything`, also what divides the parts of the parts."""
    named = part.type_parameters.get("boundary", "").encode("utf-8", "replace")
    found = {named.strip()} if named else set()
    if everything:
        return found | set(_ANY_BOUNDARY.findall(part.content))
    is_there = any(match[1].rstrip() in found for match in _DASHES.finditer(part.content))
    return found if is_there else _likely(part.content)


def _likely(content: bytes) -> set[bytes]:
    """A line of dashes and something with a part's header right below, where the boundary that was named is missing."""
    for match in _DASHES.finditer(content):
        if match[1] and _CONTENT.match(content, match.end()):
            return {match[1].rstrip()}
    return set()


def _between(content: bytes, boundaries: set[bytes]) -> Iterator[bytes]:
    """The parts that the boundaries divide. The last one may lack its end."""
    start: int | None = None
    for match in _DASHES.finditer(content):
        name = match[1].rstrip()
        is_end = name not in boundaries and name.endswith(b"--") and name[:-2] in boundaries
        if name in boundaries or is_end:
            if start is not None:
                yield _without_last_newline(content[start : match.start()])
            start = None if is_end else match.end()
    if start is not None:
        yield content[start:]


def _without_last_newline(raw: bytes) -> bytes:
    """The newline before a boundary belongs to the boundary."""
    return raw.removesuffix(b"\n").removesuffix(b"\r") if raw.endswith(b"\n") else raw
