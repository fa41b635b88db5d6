"""Unassign the tickets and tasks of an agent or a team that is deleted; everything else about them stays.

osTicket frees the tickets, and leaves all else pointing at nobody.
Source: people.md 3.4, 3.9, golden cases 305, 325.
"""

from typing import Final, Literal

from sqlalchemy import delete, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.filters.api import named_by_filters

Kind = Literal["staff", "team"]

_ASSIGNED: Final = (t.ticket, t.task, t.help_topic)
_REFERRED: Final = {"staff": "S", "team": "E"}
_IN_FILTERS: Final = {"staff": "agent", "team": "team"}


def free_assignments(tx: Write, kind: Kind, assignee_id: int) -> None:
    """Tickets, tasks and topics lose their assignee, organizations their manager; referrals and filters forget them."""
    column = f"{kind}_id"
    for table in _ASSIGNED:
        tx.change(update(table).where(table.c[column] == assignee_id).values({column: None}))
    organization, referral = t.organization.c, t.thread_referral.c
    managed = update(t.organization).where(organization.manager == f"{kind[0]}{assignee_id}")
    tx.change(managed.values(manager="", updated=tx.now))
    tx.change(
        delete(t.thread_referral).where(referral.object_type == _REFERRED[kind], referral.object_id == assignee_id)
    )
    tx.change(delete(t.filter_action).where(named_by_filters(_IN_FILTERS[kind], assignee_id)))
