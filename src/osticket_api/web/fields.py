"""`fields=` and `include=`: only some of a resource's fields, or more of them."""

from collections.abc import Sequence
from typing import Any

import msgspec

from osticket_api.errors import Fault, Invalid
from osticket_api.kit.nearest import did_you_mean, shortened


def select_fields(items: Sequence[Any], shape: type[msgspec.Struct], fields: str | None) -> Sequence[Any]:
    """The items with only the fields that are wanted, in the shape's order; all of them by default.

    Raises: Invalid naming the fields there are.
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
    message = f"{shortened(name) or 'nothing'} is no field.{did_you_mean(name, known)}"
    return Fault("unknown_field", message, "fields", {"allowed": known})


def _selected(item: Any, names: Sequence[str]) -> dict[str, Any]:
    values = ((name, getattr(item, name)) for name in names)
    return {name: value for name, value in values if value is not msgspec.UNSET}


def included(text: str | None, known: Sequence[str], *, parameter: str = "include") -> frozenset[str]:
    """What an `include=`, or another parameter that lists words, asks for.

    Raises: Invalid naming what there is.
    """
    parts = {part.strip() for part in (text or "").split(",")} - {""}
    unknown = sorted(parts - set(known))
    if unknown:
        raise Invalid(*(_not_included(name, known, parameter) for name in unknown))
    return frozenset(parts)


def _not_included(name: str, known: Sequence[str], parameter: str) -> Fault:
    message = f"{shortened(name)} is nothing to {parameter.replace('_', ' ')}.{did_you_mean(name, known)}"
    return Fault("invalid", message, parameter, {"allowed": known})
