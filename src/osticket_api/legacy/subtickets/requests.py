"""What a request to link or unlink names: numbers in the path, as the plugin has it, or ids in the body, as planned.

Source: subtickets.md, legacy-endpoints.md 9 and 10.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from osticket_api.legacy.answers import LegacyError
from osticket_api.legacy.plugin.naming import as_name
from osticket_api.legacy.subtickets.responses import Name


@dataclass(frozen=True)
class Wording:
    """The words of refusals, which differ between the two forms of requests."""

    conflict: int
    parent: str
    child: str


PLANNED = Wording(409, "", "")
PLUGIN = Wording(422, "parent ", "child ")


def read_path(token: str, message: str) -> Name:
    """Raises: LegacyError with 400 for a zero."""
    if as_name(token) is None:
        raise LegacyError(400, message)
    return Name(token.strip())


def read_link(token: str | None, body: Mapping[str, Any]) -> tuple[Name, Name]:
    """Parent and child. Raises: LegacyError when one is missing, or both are the same."""
    parent, child = _with_path(token, body) if token is not None else _by_ids(body)
    if parent.text == child.text and parent.id_first == child.id_first:
        raise LegacyError(400, "Cannot link ticket to itself")
    return parent, child


def _with_path(token: str, body: Mapping[str, Any]) -> tuple[Name, Name]:
    parent = read_path(token, "Invalid parent ticket number")
    child = _child(body)
    if child is None:
        raise LegacyError(400, "Missing childId in request body")
    return parent, child


def _by_ids(body: Mapping[str, Any]) -> tuple[Name, Name]:
    parent = as_name(body.get("parent_id"))
    child = _child(body)
    if parent is None or child is None:
        raise LegacyError(400, "Invalid ticket IDs")
    return Name(parent, id_first=True), child


def read_child(body: Mapping[str, Any]) -> Name:
    """Raises: LegacyError."""
    child = _child(body)
    if child is None:
        raise LegacyError(400, "Invalid child ticket ID")
    return child


def _child(body: Mapping[str, Any]) -> Name | None:
    """`childId` is a number, `child_id` an id."""
    by_number, by_id = as_name(body.get("childId")), as_name(body.get("child_id"))
    if by_number is not None:
        return Name(by_number)
    return Name(by_id, id_first=True) if by_id is not None else None
