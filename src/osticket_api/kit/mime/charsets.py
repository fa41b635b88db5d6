"""Text from bytes whose label may be missing or wrong."""

import codecs
import re
from collections.abc import Iterator
from typing import Final

import webencodings

_SAMPLE: Final = 4096
_ENOUGH: Final = 12
"""How many bytes beyond ASCII tell a character set; for fewer, the character set of most of Europe is the best guess.
"""
_WIDER: Final = {"gbk": "gb18030", "iso2022_jp": "iso2022_jp_ext"}
"""Codecs of Python that read what theirs does, and more."""
_NEXT: Final = {"euc_jp": "euc_jis_2004", "big5hkscs": "cp950"}
"""What else may be meant where the codec fails."""
_NO_CHARSETS: Final = frozenset(
    ["idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"]
)
_SAYS_NOTHING: Final = frozenset(
    ["", "ascii", "us-ascii", "ansi_x3.4-1968", "7bit", "8bit", "binary", "unknown", "unknown-8bit"]
)
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_WESTERN: Final = "cp1252"
_DAMAGE: Final = 4
"""How many characters beyond ASCII must be right for each that is damaged."""


class Decoder:
    """Reads the texts of one mail. What one of them is found to be written in is the first guess for the others."""

    def __init__(self) -> None:
        self._guess: str | None = None

    def decode(self, content: bytes, label: str = "", *hints: str) -> str:
        """The text, by its label where that can be true, else as UTF-8, by the hints, or by a guess."""
        if content.isascii() and not _has_escapes(label):
            return content.decode("ascii")
        for mark, codec in _MARKS:
            if content.startswith(mark):
                return content[len(mark) :].decode(codec, "replace")
        for codec in self._candidates(content, label, hints):
            text = _strictly(content, codec)
            if text is not None:
                return text
        for codec in (_codec(label) or "utf-8", "utf-8"):
            text = content.decode(codec, "replace")
            if _is_nearly_right(text):
                return text
        guessed = _strictly(content, self._guessed(content))
        return guessed if guessed is not None else content.decode(_WESTERN, "undefined as controls")

    def decode_html(self, content: bytes, label: str = "") -> str:
        """Decode HTML, which may name its character set itself."""
        named = _META.search(content[:_SAMPLE])
        return self.decode(content, label, named[1].decode("ascii", "replace") if named else "")

    def _candidates(self, content: bytes, label: str, hints: tuple[str, ...]) -> Iterator[str]:
        labelled = _codec(label)
        if labelled and (not _is_single_byte(labelled) or _strictly(content, "utf-8") is None):
            yield from _with_next(labelled)
        yield "utf-8"
        for hint in hints:
            codec = _codec(hint)
            if codec:
                yield from _with_next(codec)

    def _guessed(self, content: bytes) -> str:
        high = sum(byte > 0x7F for byte in content[:_SAMPLE])
        if high < _ENOUGH:
            return self._guess or _WESTERN
        if self._guess is None or _strictly(content, self._guess) is None:
            from charset_normalizer import from_bytes  # Loaded by need: few mails are without a true label.

            best = from_bytes(content[:_SAMPLE]).best()
            self._guess = best.encoding if best else _WESTERN
        return self._guess


def is_known(label: str) -> bool:
    """Whether the label names a character set that can be read."""
    return _codec(label) is not None


def _codec(label: str) -> str | None:
    """Python's name of what a label means to the web, else to Python. None when it says nothing."""
    label = label.strip().strip("\"'").lower()
    if label in _SAYS_NOTHING:
        return None
    known = webencodings.lookup(label) if label.isascii() else None
    if known is not None and known.name not in ("replacement", "x-user-defined", "utf-16le"):
        name: str = known.codec_info.name
        return _WIDER.get(name, name)
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    # Some of Python's codecs are not character sets.
    is_text = getattr(info, "_is_text_encoding", False) and info.name not in _NO_CHARSETS
    return _WIDER.get(info.name, info.name) if is_text else None


def _with_next(codec: str) -> Iterator[str]:
    yield codec
    if codec in _NEXT:
        yield _NEXT[codec]


def _has_escapes(label: str) -> bool:
    """Whether a text of this label has only ASCII bytes and still is not ASCII."""
    codec = _codec(label) or ""
    return codec.startswith(("iso2022", "utf-7", "utf-16", "utf-32", "hz"))


def _is_single_byte(codec: str) -> bool:
    """UTF-8 under the label of one of these is taken for UTF-8: hardly any other text happens to be valid UTF-8."""
    return codec.startswith(("cp125", "iso8859", "koi8", "mac", "latin", "cp437", "cp85", "cp86", "cp874", "cp866"))


def _strictly(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        return None


def _is_nearly_right(text: str) -> bool:
    """Whether a text was read as what it is, and only has damage, such as a character that was cut off."""
    damaged = text.count("\ufffd")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore")) - damaged
    return beyond_ascii >= _DAMAGE * damaged


def _undefined_as_controls(error: UnicodeError) -> tuple[str, int]:
    """The bytes that Windows-1252 leaves undefined, as the web reads them."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("undefined as controls", _undefined_as_controls)
