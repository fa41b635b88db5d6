"""Reads the constants a PHP configuration file defines, without running PHP.

Understood is what such files consist of: comments, and `define('NAME', value)` with strings, numbers, TRUE, FALSE,
NULL, constants defined before, and these joined by dots. A value that only PHP could work out is given as None.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

PhpValue = str | int | float | bool | None

_TOKEN: Final = re.compile(
    r"""
    (?P<skip> \s+ | (?: //|\# ) [^\n]*? (?= \n | \?> | \Z ) | /\*.*?\*/ )
  | (?P<close> \?> )
  | (?P<heredoc> <<<[ \t]*(?P<quote>['"]?)(?P<label>[^\W\d]\w*)(?P=quote)\r?\n (?: .*?\n )?? [ \t]*(?P=label)\b )
  | (?P<single> '(?: [^'\\] | \\. )*+' )
  | (?P<double> "(?: [^"\\] | \\. )*+" )
  | (?P<number> -?(?: 0[xX][0-9a-fA-F]+ | \d+(?:\.\d+)? ) )
  | (?P<word> [^\W\d][\w\\]* )
  | (?P<other> . )
    """,
    re.DOTALL | re.VERBOSE,
)
_OPEN: Final = re.compile(r"<\?(?:php\b|=)?", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"\\(?:([nrtvef\\$\"])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u\{([0-9A-Fa-f]+)\})")
_LETTERS: Final = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "e": "\x1b", "f": "\f"}
_VARIABLE: Final = re.compile(r"(?<!\\)(?:\\\\)*(?:\$[^\W\d]|\$\{|\{\$)")
_MOST_DIGITS: Final = 19
"""PHP does not keep a number with more digits exactly."""
_DEEPEST: Final = 50
"""How many parentheses may be open."""
_WORDS: Final[Mapping[str, PhpValue]] = {"true": True, "false": False, "null": None}


class Token(NamedTuple):
    kind: str
    text: str


class PhpConfigError(ValueError):
    """The file is not PHP, or is cut off."""


class _Unknown(Exception):
    """Raised for a value that only PHP can evaluate."""


def read_constants(source: str) -> dict[str, PhpValue]:
    """Every constant the file defines. Of two definitions the first counts, as in PHP.

    Raises: PhpConfigError when the file is not PHP, or a string in it never ends.
    """
    if not _OPEN.search(source):
        raise PhpConfigError("it holds no PHP code: there is no <?php in it")
    return _Definitions(list(_tokens(source))).read()


def _tokens(source: str) -> Iterator[Token]:
    position = 0
    while opening := _OPEN.search(source, position):
        position = opening.end()
        while position < len(source):
            match = _TOKEN.match(source, position)
            assert match is not None
            position, kind = match.end(), str(match.lastgroup)
            if kind == "close":
                break
            if match["other"] in ("'", '"'):
                raise PhpConfigError(f"the string that begins in line {_line(source, match.start())} never ends")
            if kind != "skip":
                yield Token(kind, match[0])
        else:
            return


def _line(source: str, position: int) -> int:
    return source.count("\n", 0, position) + 1


class _Definitions:
    """Walks over the tokens from one `define(` to the next."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0
        self.constants: dict[str, PhpValue] = {}

    def read(self) -> dict[str, PhpValue]:
        while self.position < len(self.tokens):
            kind, text = self._take()
            if kind == "word" and text.lower() == "define" and self._next_is("("):
                self._definition()
        return self.constants

    def _definition(self) -> None:
        self._take()
        name = self._argument()
        if isinstance(name, str) and self._next_is(","):
            self._take()
            self.constants.setdefault(name, self._argument())

    def _argument(self) -> PhpValue:
        """The value up to the next comma or parenthesis, None where it is more than we understand."""
        self.depth = 0
        try:
            value = self._expression()
        except _Unknown:
            return None
        return value if self._next_is(",") or self._next_is(")") else None

    def _expression(self) -> PhpValue:
        value = self._term()
        while self._next_is("."):
            self._take()
            value = _php_string(value) + _php_string(self._term())
        return value

    def _term(self) -> PhpValue:
        kind, text = self._take()
        if text == "(":
            return self._in_parentheses()
        if kind == "word":
            return self._word(text)
        reader = _LITERALS.get(kind)
        if reader is None:
            raise _Unknown
        return reader(text)

    def _in_parentheses(self) -> PhpValue:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _Unknown
        value = self._expression()
        self._expect(")")
        self.depth -= 1
        return value

    def _word(self, name: str) -> PhpValue:
        if self._next_is("("):
            raise _Unknown
        if name.lower() in _WORDS:
            return _WORDS[name.lower()]
        value = self.constants.get(name)
        if value is None:
            raise _Unknown
        return value

    def _take(self) -> Token:
        token = self.tokens[self.position] if self.position < len(self.tokens) else Token("end", "")
        self.position += 1
        return token

    def _next_is(self, text: str) -> bool:
        return self.position < len(self.tokens) and self.tokens[self.position] == Token("other", text)

    def _expect(self, text: str) -> None:
        if self._take() != Token("other", text):
            raise _Unknown


def _php_string(value: PhpValue) -> str:
    if value is None or value is False:
        return ""
    return "1" if value is True else str(value)


def _single(text: str) -> str:
    return re.sub(r"\\([\\'])", r"\1", text[1:-1])


def _double(text: str) -> str:
    if _VARIABLE.search(text):
        raise _Unknown
    return _joined_bytes(_ESCAPE.sub(_unescape, text[1:-1]))


def _unescape(match: re.Match[str]) -> str:
    letter, octal, hexadecimal, code_point = match.groups()
    if letter:
        return _LETTERS.get(letter, letter)
    if code_point:
        return _character(int(code_point, 16))
    byte = int(octal, 8) & 0xFF if octal else int(hexadecimal, 16)
    return bytes([byte]).decode("ascii", "surrogateescape")


def _character(code_point: int) -> str:
    if code_point > sys.maxunicode or 0xD800 <= code_point <= 0xDFFF:
        raise _Unknown
    return chr(code_point)


def _joined_bytes(text: str) -> str:
    """PHP's strings are bytes: two escaped bytes may make one character."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def _number(text: str) -> int | float:
    if "x" in text.lower():
        return int(text, 16)
    return float(text) if "." in text or len(text) > _MOST_DIGITS else int(text)


_LITERALS: Final = {"single": _single, "double": _double, "number": _number}
