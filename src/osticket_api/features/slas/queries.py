"""Reading SLA plans."""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET
from sqlalchemy import Row, Select, select

from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import SlaFlag, has_flag
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.slas.responses import Sla
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import SwitchedQuery, matching, named, read_page
from osticket_api.web.paging import Page


def list_slas(tx: Read, principal: Principal, query: SwitchedQuery) -> Page[Sla]:
    """The page of SLA plans that the query asks for. Raises: Invalid."""
    sla = t.sla.c
    columns = {
        "id": sla.id,
        "name": sla.name,
        "grace_hours": sla.grace_period,
        "created_at": sla.created,
        "updated_at": sla.updated,
    }
    wanted = matching(query, sla.name, has_flag(sla.flags, SlaFlag.ACTIVE))
    listing = Listing(principal, query, sla.id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, _select_slas(), lambda rows: _to_response(tx, principal, rows))


def get_sla(tx: Read, principal: Principal, sla_id: int) -> Sla:
    """Raises: NotFound."""
    rows = tx.rows(_select_slas().where(t.sla.c.id == sla_id))
    if not rows:
        raise NotFound.because(f"There is no SLA {sla_id}.")
    return _to_response(tx, principal, rows)[0]


def _select_slas() -> Select[Any]:
    joined = t.sla.outerjoin(t.schedule, t.schedule.c.id == t.sla.c.schedule_id)
    return select(t.sla, t.schedule.c.name.label("schedule_name")).select_from(joined)


def _to_response(tx: Read, principal: Principal, rows: Sequence[Row[Any]]) -> list[Sla]:
    default_id = load_config(tx).number("default_sla_id")
    is_admin = isinstance(principal, Staff) and principal.is_admin
    return [
        Sla(
            id=row.id,
            name=row.name,
            is_active=bool(row.flags & SlaFlag.ACTIVE),
            is_default=row.id == default_id,
            grace_hours=row.grace_period,
            schedule=named(row.schedule_id, row.schedule_name),
            is_transient=bool(row.flags & SlaFlag.TRANSIENT),
            sends_overdue_alerts=not row.flags & SlaFlag.NO_ALERTS,
            notes=row.notes if is_admin else UNSET,
            created_at=row.created,
            updated_at=row.updated,
        )
        for row in rows
    ]
