"""Keeping canned responses. Source: people.md 5.6, golden cases 357 to 359 and 382."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, delete, select

from osticket_api.access.permissions import Permission
from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Forbidden, Invalid
from osticket_api.features.canned_responses.queries import get_canned_response, require_switched_on
from osticket_api.features.filters.api import named_by_filters
from osticket_api.features.rich_text.api import CANNED_RESPONSE, attach, detach_all, store_text
from osticket_api.query.resource import Resource, refuse_in_use

CANNED_RESPONSES: Final = Resource("canned response", t.canned_response, get_canned_response)
_COLUMNS: Final = {"title": "title", "department_id": "dept_id", "is_active": "isenabled", "notes": "notes"}


def add_canned_response(
    tx: Write, actor: Principal, given: Mapping[str, Any], response: str, file_ids: Sequence[int] | None
) -> int:
    """Add a canned response. Returns its id.

    Raises: Forbidden without `canned.manage` in any department, Conflict for a title that is taken, Invalid.
    """
    _require_manager(tx, actor)
    _check(tx, actor, given)
    text = store_text(tx, response, "response")
    canned_id = CANNED_RESPONSES.insert(tx, response=text.stored, **_columns(given))
    attach(tx, actor, CANNED_RESPONSE, canned_id, text, file_ids)
    return canned_id


def edit_canned_response(
    tx: Write,
    actor: Principal,
    canned: Row[Any],
    given: Mapping[str, Any],
    response: str | None,
    file_ids: Sequence[int] | None,
) -> None:
    """Change a canned response. Raises: as `add_canned_response`."""
    _require_manager(tx, actor)
    _check(tx, actor, given, but=canned.canned_id)
    columns = _columns(given)
    text = None
    if response is not None:
        text = store_text(tx, response, "response")
        columns["response"] = text.stored
    touched = attach(tx, actor, CANNED_RESPONSE, canned.canned_id, text, file_ids)
    CANNED_RESPONSES.save(tx, canned, columns, touch=touched)


def delete_canned_response(tx: Write, actor: Principal, canned: Row[Any]) -> None:
    """Delete a canned response with what is attached to it.

    Raises: Forbidden without `canned.manage` in any department, Conflict while a ticket filter uses it.
    """
    _require_manager(tx, actor)
    uses = {"actions of filters": named_by_filters("canned", canned.canned_id)}
    refuse_in_use(tx, "canned response", uses, "Let the filters answer with another canned response first.")
    detach_all(tx, CANNED_RESPONSE, [canned.canned_id])
    tx.change(delete(t.canned_response).where(t.canned_response.c.canned_id == canned.canned_id))


def _require_manager(tx: Read, actor: Principal) -> None:
    """osTicket asks for the permission in any department, whichever the response is for."""
    require_switched_on(tx)
    if not isinstance(actor, Staff) or not actor.may_anywhere(Permission.canned_manage):
        raise Forbidden.lacking(Permission.canned_manage, " in any department")


def _check(tx: Read, actor: Principal, given: Mapping[str, Any], *, but: int | None = None) -> None:
    if "title" in given:
        CANNED_RESPONSES.check_unique(tx, "title", given["title"], field="title", but=but)
    department_id = given.get("department_id")
    if department_id is not None and department_id not in _departments(tx, actor):
        raise Invalid.because(f"There is no department {department_id} to choose.", field="department_id")


def _departments(tx: Read, actor: Principal) -> Sequence[int]:
    """The departments that the actor may choose: their own, and all for administrators."""
    assert isinstance(actor, Staff)
    return tx.scalars(select(t.department.c.id)) if actor.is_admin else sorted(actor.department_ids)


def _columns(given: Mapping[str, Any]) -> dict[str, Any]:
    return {_COLUMNS[name]: value for name, value in given.items()}
