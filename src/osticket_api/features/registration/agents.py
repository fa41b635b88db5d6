"""Forgotten passwords of agents, as on the sign-in page of osTicket's panel.

Source: people.md 1.8
"""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, select

from osticket_api.access.loading import find_staff_login
from osticket_api.access.principal import ANONYMOUS
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Forbidden, Unauthenticated
from osticket_api.events.system_log import log
from osticket_api.features.auth.api import (
    Challenge,
    Session,
    SignInContext,
    cancel_links,
    count_recent,
    enter,
    find_owner,
    mail_to_agent,
)
from osticket_api.features.staff.api import set_password

_LINKS_AT_MOST: Final = 3
_WITHIN: Final = timedelta(minutes=10)
_LOCAL: Final = (None, "", "local")


def mail_reset_link(tx: Write, username: str) -> None:
    """Mail an agent a link to choose a password with, and write in the system log that somebody asked for it.

    Whoever asks learns nothing about who is there. One agent gets a few links in ten minutes and no more.
    Raises: Forbidden where the help desk does not offer it.
    """
    _check_offered(tx)
    found = find_staff_login(tx, username.strip())
    if found is None or not found.passwd or not found.isactive or found.backend not in _LOCAL:
        return
    if count_recent(tx, str(found.staff_id), tx.now - _WITHIN) >= _LINKS_AT_MOST:
        return
    mail_to_agent(tx, ANONYMOUS, "pwreset-staff", found.staff_id)
    agent = _agent(tx, found.staff_id)
    text = f"A link to choose a new password was mailed to {agent.email} for {agent.username}, from {tx.client_ip}."
    log(tx, "Warning", "Agent Password Reset", text)


def reset_password(
    tx: Write, token: str, username: str, password_hash: str | None, context: SignInContext
) -> Challenge | tuple[Session, bool]:
    """Give an agent the password that they chose by the link, and sign them in. That ends all other sign-ins.

    The link stands for the password alone: who has a second factor is asked for it then.
    Returns as `service.reset_password`, or the challenge.

    Raises: Unauthenticated for a link that is bad or somebody else's, Forbidden where this is not offered.
    """
    _check_offered(tx)
    assert password_hash is not None
    owner, named = find_owner(tx, token), find_staff_login(tx, username.strip())
    if named is None or owner != str(named.staff_id) or not named.isactive:
        raise Unauthenticated.because("The link is unknown, used, or expired.", code="token_invalid")
    set_password(tx, ANONYMOUS, _agent(tx, named.staff_id), password_hash, must_change=False)
    cancel_links(tx, str(named.staff_id))
    return enter(tx, f"staff:{named.staff_id}", context)


def _check_offered(tx: Read) -> None:
    if not load_config(tx).flag("allow_pw_reset"):
        message = "Agents of this help desk do not reset passwords themselves: ask an administrator."
        raise Forbidden.because(message, code="password_reset_closed")


def _agent(tx: Read, staff_id: int) -> Row[Any]:
    row = tx.row(select(t.staff).where(t.staff.c.staff_id == staff_id))
    assert row is not None
    return row
