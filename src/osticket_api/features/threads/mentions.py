"""Agents whom a note mentions, as `@alice`."""

from sqlalchemy import func, select

from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.kit.mentions import mentioned


def mentioned_agents(tx: Read, actor: Principal, body: str, format: str) -> list[int]:
    """The ids of the active agents whom a text mentions, but for its writer."""
    names = mentioned(body, is_html=format == "html")
    if not names:
        return []
    staff = t.staff.c
    found = tx.scalars(select(staff.staff_id).where(func.lower(staff.username).in_(names), staff.isactive == 1))
    return sorted(each for each in found if not (isinstance(actor, Staff) and each == actor.id))
