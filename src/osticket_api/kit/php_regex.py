"""The regular expressions of filter rules and fields: written for PHP, `/urgent|asap/i`, and searched for in Python.

Most patterns mean the same in both. Where a notation differs it is rewritten; a pattern that even then cannot be read
is reported as unreadable, never guessed at.

`re` judges what can be read, since `regex` has notations of its own that mean something else to PHP. `regex` searches,
since a bad pattern can take years, and only `regex` can be told to stop.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    import regex

_log = structlog.get_logger("php_regex")

_SECONDS: Final = 0.1
"""About what PHP allows, which counts steps instead: a million (`pcre.backtrack_limit`)."""
_BRACKETS: Final = {"(": ")", "[": "]", "{": "}", "<": ">"}
_FLAGS: Final = {"i": "IGNORECASE", "m": "MULTILINE", "s": "DOTALL", "x": "VERBOSE"}
_WITHOUT_EFFECT: Final = frozenset("uADUSXn\r\n ")
"""Handled elsewhere (u, A, D), or without effect on whether there is a match at all (U, S, X, n)."""

_ESCAPES: Final = {
    "z": r"\Z",
    "Z": r"(?=\n?\Z)",
    "h": r"[ \t\xa0]",
    "H": r"[^ \t\xa0]",
    "N": r"[^\n]",
    "R": r"(?:\r\n|[\n\x0b\f\r\x85\u2028\u2029])",
    "e": r"\x1b",
}
_CLASS_ESCAPES: Final = {"h": r" \t\xa0", "e": r"\x1b"}
_POSIX: Final = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "word": r"\w",
    "xdigit": "0-9A-Fa-f",
}

_CODE_POINT: Final = r"\\x\{(?P<code>[0-9A-Fa-f]{1,6})\}"
_TOKEN: Final = re.compile(
    r"\\Q(?P<literal>.*?)(?:\\E|\Z)"
    rf"|{_CODE_POINT}"
    r"|\\(?P<escape>.)"
    r"|(?P<set>\[\^?\]?(?:\[:\^?[a-z]+:\]|\\.|[^\]\\])*\])"
    r"|\(\?(?:<(?P<name>[A-Za-z_]\w*)>|'(?P<quoted>[A-Za-z_]\w*)')"
    r"|(?P<end>\$)"
    r"|(?P<brace>\{(?!\d*,?\d*\}))",
    re.DOTALL,
)
_CLASS_TOKEN: Final = re.compile(
    rf"{_CODE_POINT}|\\(?P<escape>.)|\[:(?P<posix>\^?[a-z]+):\]|(?P<special>[\[&|~])", re.DOTALL
)


def search(pattern: str, text: str) -> bool | None:
    """Whether the pattern is found in the text. None when the pattern cannot be read.

    One that takes too long counts as not found, as where PHP gives up.
    """
    compiled = _compile(pattern)
    if compiled is None:
        return None
    try:
        return compiled.search(text, timeout=_SECONDS) is not None
    except TimeoutError:
        _log.warning("gave up", pattern=pattern, length=len(text))
        return False


def portable(pattern: str) -> str | None:
    """The pattern without its delimiters, if it needs no modifiers and is written in the notation that all share."""
    body, modifiers = _split(pattern.strip())
    is_shared = body is not None and not modifiers.strip("uD") and _translate(body, "") == body
    return body if is_shared and _compile(pattern) is not None else None


@lru_cache(maxsize=1024)
def _compile(pattern: str) -> "regex.Pattern[str] | None":
    import regex  # Loaded by need: few help desks have patterns.

    body, modifiers = _split(pattern.lstrip())
    if body is None or not set(modifiers) <= _WITHOUT_EFFECT.union(_FLAGS):
        return None
    flags = regex.RegexFlag(0) if "u" in modifiers else regex.ASCII
    for modifier in set(modifiers).intersection(_FLAGS):
        flags |= regex.RegexFlag[_FLAGS[modifier]]
    try:
        python = _translate(body, modifiers)
        re.compile(python, re.VERBOSE if "x" in modifiers else 0)
        return regex.compile(python, flags)
    except (re.error, regex.error, KeyError, ValueError, OverflowError, RecursionError):
        return None


def _split(pattern: str) -> tuple[str | None, str]:
    """What stands between the delimiters, and the modifiers behind them."""
    opening = pattern[:1]
    if not opening or opening.isalnum() or opening == "\\":
        return None, ""
    if opening in _BRACKETS:
        body, found, modifiers = pattern[1:].rpartition(_BRACKETS[opening])
        return (body, modifiers) if found else (None, "")
    delimiter = re.escape(opening)
    parts = re.fullmatch(rf"{delimiter}((?:\\.|(?!{delimiter})[^\\])*){delimiter}(.*)", pattern, re.DOTALL)
    return (parts[1], parts[2]) if parts else (None, "")


def _translate(body: str, modifiers: str) -> str:
    only_at_end = "D" in modifiers and "m" not in modifiers
    python = _TOKEN.sub(lambda token: _python(token, only_at_end), body)
    return rf"\A(?:{python}{chr(10) if 'x' in modifiers else ''})" if "A" in modifiers else python


def _python(token: re.Match[str], only_at_end: bool) -> str:
    kind, value = token.lastgroup, token[token.lastgroup or 0]
    match kind:
        case "literal" | "code":
            return re.escape(value if kind == "literal" else chr(int(value, 16)))
        case "escape":
            return _ESCAPES.get(value, token[0])
        case "set":
            return f"[{_CLASS_TOKEN.sub(_in_class, value[1:-1])}]"
        case "end":
            return r"\Z" if only_at_end else "$"
        case "brace":
            return r"\{"
    return f"(?P<{value}>"


def _in_class(token: re.Match[str]) -> str:
    kind, value = token.lastgroup, token[token.lastgroup or 0]
    match kind:
        case "code":
            return re.escape(chr(int(value, 16)))
        case "escape":
            return _CLASS_ESCAPES.get(value, token[0])
        case "posix":
            return _POSIX[value]
    return f"\\{value}"
