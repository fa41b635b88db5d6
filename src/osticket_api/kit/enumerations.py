"""Texts that are one of a few words, told as such in the description."""

from collections.abc import Iterable

import msgspec


def one_of(values: Iterable[str]) -> msgspec.Meta:
    """The mark of a text that is one of these. Nothing is checked: rows of other programs may hold other words."""
    return msgspec.Meta(extra_json_schema={"enum": list(values)})
