"""Reading the help desk's own addresses."""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET
from sqlalchemy import ColumnElement, Row, Select, or_, select, true

from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.emails.requests import EmailQuery
from osticket_api.features.emails.responses import Email
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import named, read_page
from osticket_api.web.paging import Page


def list_emails(tx: Read, principal: Principal, query: EmailQuery) -> Page[Email]:
    """The page of addresses that the query asks for. Raises: Invalid."""
    email = t.email.c
    columns = {"id": email.email_id, "email": email.email, "name": email.name, "created_at": email.created}
    wanted: list[ColumnElement[bool]] = [true()]
    if query.q is not None:
        wanted.append(or_(*(column.contains(query.q, autoescape=True) for column in (email.name, email.email))))
    listing = Listing(principal, query, email.email_id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, _select_emails(), lambda rows: _to_response(tx, principal, rows))


def get_email(tx: Read, principal: Principal, email_id: int) -> Email:
    """Raises: NotFound."""
    rows = tx.rows(_select_emails().where(t.email.c.email_id == email_id))
    if not rows:
        raise NotFound.because(f"There is no system address {email_id}.")
    return _to_response(tx, principal, rows)[0]


def _select_emails() -> Select[Any]:
    email, department, topic, priority = t.email.c, t.department.c, t.help_topic.c, t.ticket_priority.c
    joined = (
        t.email.outerjoin(t.department, department.id == email.dept_id)
        .outerjoin(t.help_topic, topic.topic_id == email.topic_id)
        .outerjoin(t.ticket_priority, priority.priority_id == email.priority_id)
    )
    names = (
        department.name.label("department_name"),
        topic.topic.label("topic_name"),
        priority.priority_desc.label("priority_name"),
    )
    return select(t.email, *names).select_from(joined)


def _to_response(tx: Read, principal: Principal, rows: Sequence[Row[Any]]) -> list[Email]:
    config = load_config(tx)
    default_id, alert_id = config.number("default_email_id"), config.number("alert_email_id")
    is_admin = isinstance(principal, Staff) and principal.is_admin
    return [
        Email(
            id=row.email_id,
            email=row.email,
            name=row.name,
            department=named(row.dept_id, row.department_name),
            topic=named(row.topic_id, row.topic_name),
            priority=named(row.priority_id, row.priority_name),
            sends_auto_responses=not row.noautoresp,
            is_default=row.email_id == default_id,
            sends_alerts=row.email_id == alert_id,
            notes=row.notes if is_admin else UNSET,
            created_at=row.created,
            updated_at=row.updated,
        )
        for row in rows
    ]
