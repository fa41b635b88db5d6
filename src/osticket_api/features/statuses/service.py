"""Setting up statuses. Source: people.md 5.5, tickets.md Appendix A."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, delete, func, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import StatusMode
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Invalid
from osticket_api.features.filters.api import named_by_filters
from osticket_api.features.statuses.properties import changed_properties, description_key, read_properties
from osticket_api.features.statuses.queries import get_status
from osticket_api.query.resource import Resource, check_reference, refuse_in_use

STATUSES: Final = Resource("status", t.ticket_status, get_status)


def add_status(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Add a status. Tickets closed by it can be reopened, unless asked otherwise. Returns its id.

    Raises: Conflict for a name that is taken, Invalid for a status to reopen with that is not open.
    """
    STATUSES.check_unique(tx, "name", given["name"], field="name")
    reopening = {"allows_reopening": True} if given["state"] == "closed" else {}
    columns = _columns(tx, {**reopening, **given}, mode=StatusMode.ENABLED, properties="[]", state=given["state"])
    return STATUSES.insert(tx, **{"sort": _last(tx) + 1, **columns})


def edit_status(tx: Write, actor: Principal, status: Row[Any], given: Mapping[str, Any]) -> None:
    """Change a status. Built-in ones keep name and state, the default one its state; both stay switched on.

    Raises: Conflict for what is kept, for a name that is taken, and for another state while tickets have it; Invalid.
    """
    _protect(tx, status, given)
    if "name" in given:
        STATUSES.check_unique(tx, "name", given["name"], field="name", but=status.id)
    if given.get("state", status.state) != status.state:
        refuse_in_use(
            tx, "status", {"tickets": t.ticket.c.status_id == status.id}, "Give the tickets another status first."
        )
    state = given.get("state", status.state)
    STATUSES.save(tx, status, _columns(tx, given, mode=status.mode, properties=status.properties, state=state))


def delete_status(tx: Write, actor: Principal, status: Row[Any]) -> None:
    """Delete a status that nothing has or leads to. Raises: Conflict for built-in ones, the default, and one in use."""
    if status.mode & StatusMode.INTERNAL or _is_default(tx, status):
        raise Conflict.because("Built-in statuses and the default status cannot be deleted.", code="is_built_in")
    uses = {
        "tickets": t.ticket.c.status_id == status.id,
        "topics": t.help_topic.c.status_id == status.id,
        "actions of filters": named_by_filters("status", status.id),
        "statuses": t.ticket_status.c.id.in_(_reopening_with(tx, status.id)),
    }
    refuse_in_use(tx, "status", uses, "Replace the status there first.")
    tx.change(delete(t.ticket_status).where(t.ticket_status.c.id == status.id))


def _protect(tx: Read, status: Row[Any], given: Mapping[str, Any]) -> None:
    is_built_in = bool(status.mode & StatusMode.INTERNAL)
    if is_built_in or _is_default(tx, status):
        kept = {"state": status.state, "is_active": bool(status.mode & StatusMode.ENABLED)}
        kept |= {"name": status.name} if is_built_in else {}
        for name, value in kept.items():
            if given.get(name, value) != value:
                message = f"The {name} of built-in statuses and of the default status cannot be changed."
                raise Conflict.because(message, field=name, code="is_built_in")


def _columns(tx: Read, given: Mapping[str, Any], *, mode: int, properties: str, state: str) -> dict[str, Any]:
    columns = {name: given[name] for name in ("name", "state") if name in given}
    if "is_active" in given:
        mode = mode | StatusMode.ENABLED if given["is_active"] else mode & ~StatusMode.ENABLED
    if given.get("position") is not None:
        columns["sort"] = given["position"]
    remembered = _remembered(tx, given, state)
    return columns | {"mode": mode, "properties": changed_properties(properties, description_key(tx), remembered)}


def _remembered(tx: Read, given: Mapping[str, Any], state: str) -> dict[str, Any]:
    """The properties to store. Only closed statuses say how a ticket is reopened."""
    reopening = {name: given[name] for name in ("allows_reopening", "reopen_status_id") if name in given}
    if state != "closed":
        for name, value in reopening.items():
            if value is not None and value is not True:
                raise Invalid.because("Only a closed status can say whether its tickets are reopened.", field=name)
        reopening = {}
    target = reopening.get("reopen_status_id")
    check_reference(tx, t.ticket_status.c.id, target, field="reopen_status_id", noun="open status", state="open")
    return reopening | ({"description": given["description"]} if "description" in given else {})


def _is_default(tx: Read, status: Row[Any]) -> bool:
    return bool(status.id == load_config(tx).number("default_ticket_status_id"))


def _last(tx: Read) -> int:
    return tx.scalar(select(func.max(t.ticket_status.c.sort))) or 0


def _reopening_with(tx: Read, status_id: int) -> list[int]:
    status = t.ticket_status.c
    rows = tx.rows(select(status.id, status.properties))
    return [row.id for row in rows if str(read_properties(row.properties).get("reopenstatus")) == str(status_id)]
