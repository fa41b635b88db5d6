"""Ending the sign-ins of an agent, with us and in PHP. Source: people.md 1.8, 3.3, 7.1."""

from sqlalchemy import delete

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.auth import api as auth


def end_sign_ins(tx: Write, staff_id: int, kept: int | None = None) -> None:
    """Sign an agent out everywhere, but for our session `kept`, and make links for resetting worthless."""
    config, session = t.config.c, t.session.c
    auth.end_sessions(tx, "staff", staff_id, kept)
    tx.change(delete(t.session).where(session.user_id == str(staff_id)))
    tx.change(delete(t.config).where(config.namespace == "pwreset", config.value == str(staff_id)))
