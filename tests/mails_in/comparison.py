"""How what is stored differs from what a case says.

A case is an exact value for each path, but for HTML, which must show the same. There are three ways around: `ANY` is
any value; a rule in `right` takes the place of the recorded value, since osTicket was wrong there; a rule in
`also_right` is as good as the recorded value.
"""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any, Final

KEYS: Final = ("status", "answer", "into_ticket", "ticket", "entries", "collaborators", "new_users")
_ANY: Final = "ANY"
_RANDOM_KEY: Final = re.compile(r"cid:[A-Za-z0-9_-]{32}")
_RANDOM_NAME: Final = re.compile(r"\b(image|email-message)-[A-Za-z0-9]{4}(?=\.)")


def problems(case: Mapping[str, Any], stored: Mapping[str, Any]) -> list[str]:
    """A line for each value that differs; none when all is as it should be."""
    rules = _Rules(case)
    found = [each for key in KEYS if key in case for each in rules.differences(key, case[key], stored.get(key))]
    return [f"{path}: expected {expected!r}, found {actual!r}" for path, expected, actual in found]


def without_random(value: Any) -> Any:
    """The same data with placeholders where values are drawn at random."""
    if isinstance(value, dict):
        return {key: without_random(each) for key, each in value.items()}
    if isinstance(value, list):
        return [without_random(each) for each in value]
    if isinstance(value, str):
        return _RANDOM_NAME.sub(r"\1-XXXX", _RANDOM_KEY.sub("cid:KEY", value))
    return value


Difference = tuple[str, Any, Any]


class _Rules:
    def __init__(self, case: Mapping[str, Any]) -> None:
        self.right = {rule["path"]: rule for rule in case.get("right", ())}
        self.also_right = {rule["path"]: rule for rule in case.get("also_right", ())}

    def differences(self, path: str, expected: Any, actual: Any) -> Iterator[Difference]:
        if path in self.right:
            if not _allows(self.right[path], actual):
                yield path, self.right[path], actual
        elif path not in self.also_right or not _allows(self.also_right[path], actual):
            yield from self._inside(path, expected, actual)

    def _inside(self, path: str, expected: Any, actual: Any) -> Iterator[Difference]:
        if _is_file(expected):
            yield from self._of_file(path, expected, actual)
        elif isinstance(expected, dict) and isinstance(actual, dict):
            for key, value in expected.items():
                yield from self.differences(f"{path}.{key}", value, actual.get(key))
        elif isinstance(expected, list) and isinstance(actual, list) and self._goes_by_position(path, expected):
            if len(expected) != len(actual):
                yield path, expected, actual
            for position, (value, found) in enumerate(zip(expected, actual, strict=False)):
                yield from self.differences(f"{path}[{position}]", value, found)
        elif not equal(expected, actual) and not (path.endswith(".body") and _says_the_same(expected, actual)):
            yield path, expected, actual

    def _goes_by_position(self, path: str, expected: list[Any]) -> bool:
        """Files are paired in any order, unless a rule is about one of them."""
        has_rule = any(each.startswith(f"{path}[") for each in (*self.right, *self.also_right))
        return has_rule or not (expected and _is_file(expected[0]))

    def _of_file(self, path: str, expected: Mapping[str, Any], actual: Any) -> Iterator[Difference]:
        found = actual if isinstance(actual, dict) else {}
        for key in ("name", "content_type", "inline"):
            yield from self.differences(f"{path}.{key}", expected[key], found.get(key))
        if not _has_content(expected, found):
            yield path, expected, actual


class _Shown(HTMLParser):
    """What a reader sees of HTML: its words, pictures, and where links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.pictures: list[str | None] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "img":
            self.pictures.append(given.get("src"))
        link = given.get("href") or "denied:"
        if tag == "a" and not link.startswith("denied:"):
            self.links.append(link)


def _says_the_same(expected: Any, actual: Any) -> bool:
    """Whether two bodies say the same, though they are not equal.

    We clean HTML by another library than osTicket, which writes it otherwise. And osTicket takes `--B50` for the end of
    `B5`, so that it repeats a text that is deep inside.
    """
    if not (isinstance(expected, str) and isinstance(actual, str)):
        return False
    if "<" not in expected:
        return bool(actual.strip()) and set(expected.split("\n")) == {actual}
    one, other = _Shown(expected), _Shown(actual)
    words = "".join(one.words) == "".join(other.words)
    return words and one.pictures == other.pictures and one.links == other.links


def _allows(rule: Mapping[str, Any], actual: Any) -> bool:
    if "contains" in rule:
        return isinstance(actual, str) and rule["contains"] in actual
    return any(equal(value, actual) for value in rule["any_of"])


def equal(expected: Any, actual: Any) -> bool:
    """Whether a value is the expected one."""
    if expected == _ANY:
        return True
    if _is_file(expected):
        named = ("name", "content_type", "inline")
        is_dict = isinstance(actual, dict)
        return is_dict and all(equal(expected[k], actual.get(k)) for k in named) and _has_content(expected, actual)
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(equal(value, actual.get(key)) for key, value in expected.items())
    if isinstance(expected, list):
        return isinstance(actual, list) and len(expected) == len(actual) and _all_equal(expected, actual)
    return bool(expected == actual)


def _all_equal(expected: list[Any], actual: list[Any]) -> bool:
    if not (expected and _is_file(expected[0])):
        return all(map(equal, expected, actual))
    left = list(actual)
    for each in expected:
        found = next((file for file in left if equal(each, file)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _is_file(value: Any) -> bool:
    return isinstance(value, dict) and "sha1" in value


def _has_content(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> bool:
    """osTicket counts the line end before a boundary to a part that is not encoded; without it is right too."""
    short = expected.get("without_last_newline")
    contents = [(each["size"], each["sha1"]) for each in (expected, short) if each]
    return (actual.get("size"), actual.get("sha1")) in contents
