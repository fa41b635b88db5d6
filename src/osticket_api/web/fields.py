"""`fields=` and `include=`: only some of a resource's fields, or more of them."""

from collections.abc import Sequence
from typing import Any

import msgspec

from osticket_api.errors import Fault, Invalid
from osticket_api.kit.nearest import did_you_mean


def select_fields(items: Sequence[Any], shape: type[msgspec.Struct], fields: str | None) -> Sequence[Any]:
    """The items with only the fields that are wanted, in the shape's order; all of them by default.

    Raises: Invalid naming the fields there are.
    """
    if fields is None:
        return items
    known = shape.__struct_fields__
    wanted = {part.strip() for part in fields.split(",")} - {""}
    unknown = sorted(wanted - set(known))
    if unknown:
        raise Invalid(
            *(Fault("unknown_field", f"{name} is no field.{did_you_mean(name, known)}", "fields") for name in unknown)
        )
    return [{name: getattr(item, name) for name in known if name in wanted} for item in items]


def included(text: str | None, known: Sequence[str]) -> frozenset[str]:
    """What an `include=` asks for.

    Raises: Invalid naming what there is.
    """
    parts = {part.strip() for part in (text or "").split(",")} - {""}
    for name in sorted(parts - set(known)):
        message = f"{name} cannot be included.{did_you_mean(name, known)}"
        raise Invalid(Fault("invalid", message, "include", {"allowed": known}))
    return frozenset(parts)
