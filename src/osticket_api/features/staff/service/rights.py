"""The permissions of agents that hold everywhere, and other properties that osTicket stores as JSON.

Source: people.md 3.1, 3.6.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from osticket_api.access.permissions import GlobalPermission
from osticket_api.errors import Faults
from osticket_api.features.roles.api import granted
from osticket_api.kit import php_json
from osticket_api.kit.suggestions import did_you_mean, shortened

_KNOWN = frozenset(each.value for each in GlobalPermission)


def rights(given: Mapping[str, Any], before: Row[Any] | None = None) -> dict[str, Any]:
    """What is given of `permissions` and `keeps_role_when_assigned`, as the row holds it.

    Raises: Invalid for permissions that nobody knows. Those of plugins an agent can keep.
    """
    found: dict[str, Any] = {}
    if "permissions" in given:
        found["permissions"] = _permissions(given["permissions"], before.permissions if before is not None else None)
    if "keeps_role_when_assigned" in given:
        found["extra"] = _extra(given["keeps_role_when_assigned"], before.extra if before is not None else None)
    return found


def _permissions(wanted: Sequence[str], stored: str | None) -> str | None:
    held = granted(stored)
    _check(wanted, held)
    if set(wanted) == set(held):
        return stored
    return php_json.encode(dict.fromkeys(wanted, 1)) if wanted else None


def _extra(keeps_role: bool, stored: str | None) -> str | None:
    extra = _decoded(stored)
    if extra.get("def_assn_role") is keeps_role:
        return stored
    return php_json.encode(extra | {"def_assn_role": keeps_role})


def keeps_role_when_assigned(stored: str | None) -> bool:
    return bool(_decoded(stored).get("def_assn_role", True))


def _decoded(stored: str | None) -> dict[str, Any]:
    extra = php_json.decode(stored)
    return extra if isinstance(extra, dict) else {}


def _check(permissions: Sequence[str], held: Sequence[str]) -> None:
    faults = Faults()
    known = sorted(_KNOWN.union(held))
    for number, name in enumerate(permissions):
        if name not in known:
            faults.add(f"permissions.{number}", f"There is no permission {shortened(name)}.{did_you_mean(name, known)}")
    faults.raise_if_any()
