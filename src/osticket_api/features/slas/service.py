"""Setting up SLA plans. Source: people.md 5.2, golden cases 339 to 342."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, delete, update

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import SlaFlag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict
from osticket_api.features.filters.api import named_by_filters
from osticket_api.features.slas.queries import get_sla
from osticket_api.query.choices import SCHEDULE, check_choice
from osticket_api.query.resource import Resource, refuse_in_use

SLAS: Final = Resource("SLA", t.sla, get_sla)


def add_sla(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Add an SLA plan. Returns its id. Raises: Conflict for a name that is taken, Invalid for an unknown schedule."""
    SLAS.check_unique(tx, "name", given["name"], field="name")
    return SLAS.insert(tx, **{"flags": SlaFlag.ACTIVE, **_columns(tx, given, SlaFlag.ACTIVE)})


def edit_sla(tx: Write, actor: Principal, sla: Row[Any], given: Mapping[str, Any]) -> None:
    """Change an SLA plan. When its tickets are due stays as it was until something happens to them, as in osTicket.

    Raises: Conflict for a name that is taken, Invalid for an unknown schedule.
    """
    if "name" in given:
        SLAS.check_unique(tx, "name", given["name"], field="name", but=sla.id)
    SLAS.save(tx, sla, _columns(tx, given, sla.flags))


def delete_sla(tx: Write, actor: Principal, sla: Row[Any]) -> None:
    """Delete an SLA plan. Its tickets get the default one; departments and topics are left without one of their own.

    osTicket would leave filters behind that set a plan that is gone.

    Raises: Conflict for the default plan, and while a filter sets this one.
    """
    default_id = load_config(tx).number("default_sla_id")
    if sla.id == default_id:
        raise Conflict.because("This is the default SLA. Make another one the default first.", code="is_default")
    uses = {"actions of filters": named_by_filters("sla", sla.id)}
    refuse_in_use(tx, "SLA", uses, "Take it out of the filters first.")
    for table, substitute in ((t.ticket, default_id), (t.department, None), (t.help_topic, None)):
        tx.change(update(table).where(table.c.sla_id == sla.id).values(sla_id=substitute))
    tx.change(delete(t.sla).where(t.sla.c.id == sla.id))


def _columns(tx: Read, given: Mapping[str, Any], flags: int) -> dict[str, Any]:
    columns = {name: given[name] for name in ("name", "schedule_id", "notes") if name in given}
    if "grace_hours" in given:
        columns["grace_period"] = given["grace_hours"]
    check_choice(tx, SCHEDULE, given.get("schedule_id"), field="schedule_id")
    switches = {"is_active": SlaFlag.ACTIVE, "is_transient": SlaFlag.TRANSIENT}
    set_bits = {bit: given[name] for name, bit in switches.items() if name in given}
    if "sends_overdue_alerts" in given:
        set_bits[SlaFlag.NO_ALERTS] = not given["sends_overdue_alerts"]
    for bit, is_set in set_bits.items():
        flags = flags | bit if is_set else flags & ~bit
    return {**columns, "flags": flags}
