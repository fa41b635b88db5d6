"""Requests drawn at random from the published description: right, half right, and wild.

Half-right requests reach deepest, so bodies start from the published example, and paths from those that are known.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from tests.contract.published import Description
from tests.contract.test_matrix import MATRIX

_ODD = st.sampled_from(
    ["", " ", "0", "-1", "1e3", "none", "me", "true", "null", "4294967296", "9" * 30, "'", '"', "%", "_", "\\", "*",
     "<b>", "\U0001f600", "\u202e", "\u0130", "x" * 300, "2026-01-31", "2026-02-30", "0001-01-01T00:00:00Z",
     "9999-12-31T23:59:59Z", "2026-01-31T10:00:00+02:00", "2026-01-31T10:00:00", "number:736944", "{}", "[1]",
     "a,b", "-created_at", "nobody@example.net"]
)  # fmt: skip
_TEXTS = _ODD | st.text(st.characters(codec="utf-8"), max_size=12)
_NUMBERS = st.sampled_from([0, 1, 2, 3, 26, 29, -1, 255, 2**31, 2**32 - 1, 2**32, 2**63, -(2**63), 10**30])
_SCALARS = st.none() | st.booleans() | _NUMBERS | st.sampled_from([0.5, -1e300, 1e10]) | _TEXTS
_VALUES = _SCALARS | st.lists(_SCALARS, max_size=2) | st.dictionaries(_TEXTS, _SCALARS, max_size=2)


@dataclass(frozen=True)
class Sent:
    """One request. `body` None: none at all."""

    path: str
    query: dict[str, str]
    body: Any


class Requests:
    """What can be asked of one operation."""

    def __init__(self, description: Description, route: str) -> None:
        self._description = description
        self._route = route
        self.method, _, self._pattern = route.partition(" ")

    def drawn(self) -> st.SearchStrategy[Sent]:
        return st.builds(Sent, self._paths(), self._queries(), self._bodies())

    def _paths(self) -> st.SearchStrategy[str]:
        """The path of the caller matrix; or the route with anything in its places."""
        known = st.just(MATRIX[self._route]["path"].partition("?")[0])
        names = re.findall(r"{\w+}", self._pattern)
        if not names:
            return known
        parts = st.lists(_NUMBERS.map(str) | _TEXTS, min_size=len(names), max_size=len(names))
        return st.one_of(known, known, known, parts.map(lambda values: self._filled(names, values)))

    def _filled(self, names: list[str], values: list[str]) -> str:
        path = self._pattern
        for name, value in zip(names, values, strict=True):
            path = path.replace(name, quote(value or "0", safe=""))
        return path

    def _queries(self) -> st.SearchStrategy[dict[str, str]]:
        told = self._description.parameters(self._route, "query")
        fitting = {name: self._fitting(each["schema"]).map(_as_parameter) for name, each in told.items()}
        fitting.pop("dry_run", None)
        odd = st.dictionaries(st.sampled_from([*fitting, "unknown"]), _TEXTS, max_size=2)
        return st.one_of(_few(fitting), _few(fitting), odd)

    def _bodies(self) -> st.SearchStrategy[Any]:
        content = self._description.operations[self._route].get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return st.none()
        told = content["application/json"]
        properties = self._description.resolved(told["schema"]).get("properties", {})
        fitting = {name: self._fitting(each) for name, each in properties.items()}
        odd = _few(dict.fromkeys(properties, _VALUES))
        half_right = st.one_of(_few(fitting), odd).map(lambda some: {**told["example"], **some})
        return st.one_of(half_right, half_right, half_right, _few(fitting), _VALUES)

    def _fitting(self, schema: Any) -> st.SearchStrategy[Any]:
        """Values of about the right type."""
        schema = self._description.resolved(schema)
        options = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
        if options:
            return st.one_of(*map(self._fitting, options))
        if "enum" in schema or "const" in schema:
            return st.sampled_from(schema.get("enum") or [schema["const"]])
        if schema.get("type") == "array":
            return st.lists(self._fitting(schema.get("items", {})), max_size=2)
        if schema.get("type") == "object":
            return _few({name: self._fitting(each) for name, each in schema.get("properties", {}).items()})
        kinds: dict[str, st.SearchStrategy[Any]] = {"integer": _NUMBERS, "boolean": st.booleans()}
        return kinds.get(schema.get("type", ""), _TEXTS)


def _few(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """At most two of the fields: with more of them, one is always wrong."""
    if not fields:
        return st.just({})
    names = st.lists(st.sampled_from(list(fields)), max_size=2, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: fields[name] for name in chosen}))


def _as_parameter(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
