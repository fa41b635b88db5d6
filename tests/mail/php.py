"""The few PHP expressions in which recorded operations are written: literals, arrays, calls."""

import re
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<number>\d+)|(?P<name>\$?\w+)|(?P<sign>::|->|=>|[=(),!\[\];.])|(?P<rest>.))",
    re.DOTALL,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True)
class Called:
    """What a call gives: nobody knows more of it than who was asked for what."""

    target: Any
    method: str
    arguments: tuple[Any, ...]

    def __hash__(self) -> int:
        return id(self)


class Script:
    """The statements of one operation, run: `calls` are those of methods, in order."""

    def __init__(self, text: str) -> None:
        self.calls: list[Called] = []
        self._names: dict[str, Any] = {}
        self._tokens = [match for match in _TOKEN.finditer(text) if match[0].strip()]
        self._at = 0
        while self._at < len(self._tokens):
            self._statement()

    def _peek(self, offset: int = 0) -> str:
        place = self._at + offset
        return self._tokens[place][0].strip() if place < len(self._tokens) else ""

    def _take(self, expected: str = "") -> str:
        found = self._peek()
        assert not expected or found == expected, f"{found!r} instead of {expected!r}"
        self._at += 1
        return found

    def _statement(self) -> None:
        if self._peek() == "require_once":
            while self._take() != ";":
                pass
            return
        if self._peek().startswith("$") and self._peek(1) == "=":
            name = self._take()
            self._take("=")
            self._names[name] = self._expression()
        else:
            self._expression()
        self._take(";")

    def _expression(self) -> Any:
        while self._peek() == "!":
            self._take()
        value = self._primary()
        while self._peek() in ("->", "::", "?", "["):
            sign = self._take()
            if sign == "?":
                while self._peek() not in (")", ",", ";"):
                    self._take()
                    if self._peek() == "(":
                        self._arguments()
                return value
            value = self._called(value, self._take())
        return value

    def _called(self, target: Any, method: str) -> Any:
        call = Called(target, method, tuple(self._arguments()))
        self.calls.append(call)
        return call

    def _primary(self) -> Any:
        match = self._tokens[self._at]
        token = self._take()
        if match["text"]:
            return _text(token)
        if match["number"]:
            return int(token)
        if token == "new":
            return self._called(self._take(), "new")
        if token in ("array", "var_dump") and self._peek() == "(":
            return self._array() if token == "array" else self._arguments()
        return self._names.get(token, token) if token.startswith("$") else _word(token)

    def _array(self) -> Any:
        self._take("(")
        named: dict[Any, Any] = {}
        while self._peek() != ")":
            value = self._expression()
            if self._peek() == "=>":
                self._take()
                named[value] = self._expression()
            else:
                named[len(named)] = value
            if self._peek() == ",":
                self._take()
        self._take(")")
        return list(named.values()) if list(named) == list(range(len(named))) else named

    def _arguments(self) -> list[Any]:
        if self._peek() != "(":
            return []
        found = self._array()
        return found if isinstance(found, list) else [found]


def _text(token: str) -> str:
    if token[0] == "'":
        return re.sub(r"\\([\\'])", r"\1", token[1:-1])
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), token[1:-1], flags=re.DOTALL)


def _word(token: str) -> Any:
    return {"true": True, "false": False, "null": None}.get(token.lower(), token)
