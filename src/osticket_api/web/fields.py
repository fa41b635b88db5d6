"""`fields=` and `include=`: select fields of a resource, or add optional ones."""

from collections.abc import Sequence
from typing import Any

import msgspec

from osticket_api.errors import Fault, Invalid
from osticket_api.kit.suggestions import did_you_mean, shortened


def select_fields(items: Sequence[Any], shape: type[msgspec.Struct], fields: str | None) -> Sequence[Any]:
    """The items with the requested fields only, in the order of the type; all fields by default.

    Raises: Invalid naming the valid fields.
    """
    if fields is None:
        return items
    known = shape.__struct_fields__
    wanted = {part.strip() for part in fields.split(",")}
    unknown = sorted(wanted - set(known))
    if unknown:
        raise Invalid(*(_unknown(name, known) for name in unknown))
    return [_selected(item, [name for name in known if name in wanted]) for item in items]


def _unknown(name: str, known: Sequence[str]) -> Fault:
    message = f"{shortened(name) or 'An empty name'} is not a valid field.{did_you_mean(name, known)}"
    return Fault("unknown_field", message, "fields", {"allowed": known})


def _selected(item: Any, names: Sequence[str]) -> dict[str, Any]:
    values = ((name, getattr(item, name)) for name in names)
    return {name: value for name, value in values if value is not msgspec.UNSET}


def included(text: str | None, known: Sequence[str], *, parameter: str = "include") -> frozenset[str]:
    """The words in an `include=` parameter, or in another parameter that lists words.

    Raises: Invalid naming the valid words.
    """
    parts = {part.strip() for part in (text or "").split(",")} - {""}
    unknown = sorted(parts - set(known))
    if unknown:
        raise Invalid(*(_not_included(name, known, parameter) for name in unknown))
    return frozenset(parts)


def _not_included(name: str, known: Sequence[str], parameter: str) -> Fault:
    message = f"{shortened(name)} is not a valid value of {parameter}.{did_you_mean(name, known)}"
    return Fault("invalid", message, parameter, {"allowed": known})
