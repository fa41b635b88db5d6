"""Reads what PHP's session handler `php` stores: `<key>|<serialized value>`, one after the other.

What is read may have been made up by anybody. No class is ever looked up, and nothing but `PhpSessionError` is raised:
for what PHP would not have written, for more than a session can hold, and for arrays that are nested too deeply.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

_LONGEST: Final = 65_535
"""osTicket's column holds no more."""
_MOST_VALUES: Final = 10_000
_DEEPEST: Final = 32
_NUMBER: Final = re.compile(rb"-?[0-9]{1,19}")
_FRACTION: Final = re.compile(rb"-?(?:INF|NAN|[0-9.]{1,40}(?:[eE][+-]?[0-9]{1,4})?)")


class PhpSessionError(ValueError):
    """The text is not a valid PHP session."""


class _Opaque:
    """An object, an enumeration, or a reference: there, but not to be looked into."""

    def __repr__(self) -> str:
        return "OPAQUE"


OPAQUE: Final = _Opaque()


def read_session(data: bytes) -> dict[str, Any]:
    """The values of a session by key. Arrays become dicts, whose keys are numbers or texts. Raises: PhpSessionError."""
    if len(data) > _LONGEST:
        raise PhpSessionError("it is too long")
    reader, found = _Reader(data), {}
    while not reader.is_at_end:
        key = reader.key()
        found[key] = reader.value()
    return found


class _Reader:
    """A place in the bytes, which goes on with each thing that is read."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._values = 0
        self._depth = 0

    @property
    def is_at_end(self) -> bool:
        return self._at >= len(self._data)

    def key(self) -> str:
        end = self._data.find(b"|", self._at)
        if end < 0:
            raise PhpSessionError("a key has no end")
        return self._take(end - self._at, b"|")

    def value(self) -> Any:
        self._values += 1
        if self._values > _MOST_VALUES:
            raise PhpSessionError("it has too many values")
        kind = self._data[self._at : self._at + 1]
        if kind not in _KINDS:
            raise PhpSessionError("it has a value of an unknown kind")
        self._at += 1
        return _KINDS[kind](self)

    def null(self) -> None:
        self._expect(b";")

    def boolean(self) -> bool:
        return self.number() != 0

    def number(self) -> int:
        self._expect(b":")
        return self._number(b";")

    def fraction(self) -> float:
        self._expect(b":")
        found = self._match(_FRACTION, b";")
        try:
            return float(found)
        except ValueError:
            raise PhpSessionError("a number has more than one point") from None

    def text(self) -> str:
        self._expect(b":")
        return self._text(b";")

    def array(self) -> dict[int | str, Any]:
        self._expect(b":")
        return self._members()

    def object(self) -> _Opaque:
        self._expect(b":")
        self._text(b":")
        self._members()
        return OPAQUE

    def packed_object(self) -> _Opaque:
        """An object that has serialized itself, in a form of its own."""
        self._expect(b":")
        self._text(b":")
        length = self._number(b":")
        self._expect(b"{")
        self._take(length, b"}")
        return OPAQUE

    def enumeration(self) -> _Opaque:
        self.text()
        return OPAQUE

    def reference(self) -> _Opaque:
        self.number()
        return OPAQUE

    def _members(self) -> dict[int | str, Any]:
        count = self._number(b":")
        self._expect(b"{")
        self._depth += 1
        if self._depth > _DEEPEST or count < 0:
            raise PhpSessionError("its arrays are nested too deeply, or hold less than nothing")
        found: dict[int | str, Any] = {}
        for _ in range(count):
            name = self.value()
            if type(name) not in (int, str):
                raise PhpSessionError("an array has a key that is neither number nor text")
            found[name] = self.value()
        self._depth -= 1
        self._expect(b"}")
        return found

    def _text(self, end: bytes) -> str:
        length = self._number(b":")
        self._expect(b'"')
        return self._take(length, b'"' + end)

    def _number(self, end: bytes) -> int:
        return int(self._match(_NUMBER, end))

    def _match(self, pattern: re.Pattern[bytes], end: bytes) -> bytes:
        found = pattern.match(self._data, self._at)
        if found is None:
            raise PhpSessionError("a number is missing")
        self._at = found.end()
        self._expect(end)
        return found[0]

    def _take(self, length: int, end: bytes) -> str:
        """The next bytes as text; what is not UTF-8 in them is replaced."""
        if not 0 <= length <= len(self._data) - self._at:
            raise PhpSessionError("a text is longer than all there is")
        taken = self._data[self._at : self._at + length]
        self._at += length
        self._expect(end)
        return taken.decode(errors="replace")

    def _expect(self, what: bytes) -> None:
        if not self._data.startswith(what, self._at):
            raise PhpSessionError(f"{what.decode()} is missing")
        self._at += len(what)


_KINDS: Final[Mapping[bytes, Callable[[_Reader], Any]]] = {
    b"N": _Reader.null,
    b"b": _Reader.boolean,
    b"i": _Reader.number,
    b"d": _Reader.fraction,
    b"s": _Reader.text,
    b"a": _Reader.array,
    b"O": _Reader.object,
    b"C": _Reader.packed_object,
    b"E": _Reader.enumeration,
    b"R": _Reader.reference,
    b"r": _Reader.reference,
}
"""What reads a value, by the letter that it begins with."""
