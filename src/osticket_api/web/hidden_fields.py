"""Refuse filters and orders by what is hidden from the caller: whoever may ask by a value finds it out."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from osticket_api.access.field_rules import limits_anywhere
from osticket_api.access.principal import Principal
from osticket_api.errors import Fault, Forbidden
from osticket_api.web.input import Parameters

_LISTS: Final = ("sort", "group_by")
_ENDINGS: Final = {"_id": "", "_after": "_at", "_before": "_at"}


def require_not_hidden(principal: Principal, query: Parameters) -> None:
    """Raises: Forbidden naming each parameter, and each key of an order."""
    resource: str | None = getattr(type(query), "RESOURCE", None)
    if resource is None or not principal.field_rules:
        return
    limits = limits_anywhere(principal, resource)
    tells: Mapping[str, tuple[str, ...]] = getattr(type(query), "TELLS", {})
    faults = [
        Fault("field_not_allowed", f"{name} is hidden from you.", parameter)
        for parameter, name in _asked(query)
        if any(limits.hides(field) for field in tells.get(name, (_field(name),)))
    ]
    if faults:
        raise Forbidden(*faults)


def _asked(query: Any) -> Iterable[tuple[str, str]]:
    """The parameters that are set, with what they ask by: orders and groups may name several."""
    for name in sorted(query.model_fields_set | (query.model_extra or {}).keys()):
        if name in _LISTS:
            named = (getattr(query, name) or "").split(",")
            yield from ((name, each.strip().removeprefix("-")) for each in named)
        else:
            yield name, name


def _field(name: str) -> str:
    """The field that a parameter is about, where it is called after it: `due_after` is about `due_at`."""
    if name.startswith("field."):
        return "custom_fields." + name.removeprefix("field.")
    for ending, replacement in _ENDINGS.items():
        if name.endswith(ending):
            return name.removesuffix(ending) + replacement
    return name
