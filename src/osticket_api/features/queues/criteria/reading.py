"""Criteria as the database keeps them: JSON in three forms."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from osticket_api.kit import php_json

_UNREADABLE: Final = "(unreadable)"


class Criterion(msgspec.Struct, frozen=True):
    """One condition of a queue, as osTicket writes it."""

    path: str
    """The field that is compared, such as `status__state` or `cdata__subject`."""
    method: str | None
    """How, such as `includes`. null: by words."""
    value: Any = None


def read_criteria(text: str | None) -> list[Criterion]:
    """The criteria in a `config` column. What cannot be read is a criterion that nobody knows.

    Source: tickets.md 8.3.1.
    """
    config = php_json.decode(text)
    if isinstance(config, Mapping):
        listed = config.get("criteria")
        return list(_triples(listed) if isinstance(listed, list) else _of_form(config))
    if isinstance(config, list):
        return list(_triples(config))
    return [Criterion(_UNREADABLE, None)] if text and text.strip() else []


def _triples(listed: Sequence[Any]) -> Iterator[Criterion]:
    for each in listed:
        if isinstance(each, list) and len(each) in (2, 3) and all(isinstance(part, str | None) for part in each[:2]):
            yield Criterion(each[0] or "", each[1], each[2] if len(each) == 3 else None)
        else:
            yield Criterion(_UNREADABLE, None, each)


def _of_form(config: Mapping[str, Any]) -> Iterator[Criterion]:
    """Very old searches keep what the form sent."""
    for name, method in config.items():
        path, plus, kind = name.rpartition("+")
        if plus and kind == "method" and config.get(f"{path}+search"):
            yield Criterion(path, str(method), config.get(f"{path}+{method}"))
    if config.get(":keywords"):
        yield Criterion(":keywords", None, config[":keywords"])


def keys_of(value: Any) -> list[str]:
    """The keys of a choice: it is kept as a map of keys to labels."""
    if isinstance(value, Mapping):
        return [str(key) for key in value]
    if isinstance(value, list):
        return [str(each) for each in value]
    return [] if value is None else [str(value)]
