"""Setting up the help desk's own addresses. Source: golden case 373, people.md 3.1, 4.1."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, delete, or_, select, update

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import TopicFlag, has_flag
from osticket_api.db.identity import row_named
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Faults
from osticket_api.features.emails.queries import get_email
from osticket_api.query.choices import DEPARTMENT, PRIORITY, Choice, check_choices
from osticket_api.query.resource import Resource, refuse_in_use

EMAILS: Final = Resource("email", t.email, get_email)

_CHOICES: Final = {
    "department_id": DEPARTMENT,
    "topic_id": Choice("topic", t.help_topic.c.topic_id, has_flag(t.help_topic.c.flags, TopicFlag.ACTIVE)),
    "priority_id": PRIORITY,
}
_COLUMNS: Final = {
    "email": "email",
    "name": "name",
    "department_id": "dept_id",
    "topic_id": "topic_id",
    "notes": "notes",
}


def add_email(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Add an address. No mail is fetched for it before osTicket is told how. Returns its id.

    Raises: Conflict for an address that is taken, Invalid for what cannot be chosen.
    """
    _check_address(tx, given["email"])
    return EMAILS.insert(tx, **{"priority_id": 0, **_columns(tx, given)})


def edit_email(tx: Write, actor: Principal, email: Row[Any], given: Mapping[str, Any]) -> None:
    """Change an address. Raises: Conflict for one that is taken, Invalid for what cannot be chosen."""
    if "email" in given:
        _check_address(tx, given["email"], but=email.email_id)
    EMAILS.save(tx, email, _columns(tx, given))


def delete_email(tx: Write, actor: Principal, email: Row[Any]) -> None:
    """Delete an address that nothing uses. Tickets that came to it stay.

    Raises: Conflict for those that answers and alerts come from, and for one in use.
    """
    config = load_config(tx)
    if email.email_id in (config.number("default_email_id"), config.number("alert_email_id")):
        message = "This is the default address of answers or of alerts. Choose another default address first."
        raise Conflict.because(message, code="is_default")
    department = t.department.c
    uses = {
        "departments": or_(department.email_id == email.email_id, department.autoresp_email_id == email.email_id),
        "mailboxes": t.email_account.c.email_id == email.email_id,
        "filters": t.filter_.c.email_id == email.email_id,
    }
    refuse_in_use(tx, "address", uses, "Give them another one first.")
    tx.change(update(t.ticket).where(t.ticket.c.email_id == email.email_id).values(email_id=None))
    tx.change(delete(t.email).where(t.email.c.email_id == email.email_id))


def _columns(tx: Read, given: Mapping[str, Any]) -> dict[str, Any]:
    faults = Faults()
    check_choices(tx, _CHOICES, given, faults)
    faults.raise_if_any()
    columns = {column: given[name] for name, column in _COLUMNS.items() if name in given}
    if "priority_id" in given:
        columns["priority_id"] = given["priority_id"] or 0
    if "sends_auto_responses" in given:
        columns["noautoresp"] = not given["sends_auto_responses"]
    return columns


def _check_address(tx: Read, address: str, *, but: int | None = None) -> None:
    EMAILS.check_unique(tx, "email", address, field="email", but=but)
    agent = row_named(tx, select(t.staff.c.staff_id), t.staff.c.email, address)
    if agent is not None:
        detail = {"staff": {"id": agent.staff_id}}
        message = "This is the address of an agent: mail from that agent would look like mail from the help desk."
        raise Conflict.because(message, field="email", code="email_taken", detail=detail)
