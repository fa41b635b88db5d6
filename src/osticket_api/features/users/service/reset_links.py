"""Links with which users choose a password by themselves, on osTicket's own page.

Source: people.md 1.6, 1.8, golden cases 266, 271.
"""

from typing import Any

from sqlalchemy import Row

from osticket_api.access.passwords import OWN_BACKENDS
from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal
from osticket_api.db.flags import AccountStatus
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict
from osticket_api.features.auth.api import ResetLink, make_link
from osticket_api.features.users.service.accounts import get_account
from osticket_api.features.users.service.state import UserState


def add_reset_link(tx: Write, actor: Principal, user: UserState) -> ResetLink:
    """Make a link that lets whoever has it sign in as this user and choose a password. osTicket would mail it.

    It confirms an account that is not confirmed. It grants no more than `user.manage` does, which can set the password.

    Raises: Forbidden without `user.manage`; Conflict without an account, or when it is one that gets no new password;
    NotAvailable where osTicket's address is unknown.
    """
    require_global(actor, GlobalPermission.user_manage)
    _check(user, get_account(tx, user))
    link = make_link(tx, "pwreset.php", f"c{user.id}")
    tx.note_effect("reset_link", user_id=user.id)
    return link


def _check(user: UserState, account: Row[Any]) -> None:
    reasons = {
        "locked": (account.status & AccountStatus.LOCKED, "is locked; unlock the account first"),
        "password_fixed": (account.status & AccountStatus.MAY_NOT_CHANGE_PASSWORD, "may not change the password"),
        "other_backend": (
            (account.backend or "") not in OWN_BACKENDS,
            "signs in through another back end, which has the password",
        ),
    }
    for code, (holds, reason) in reasons.items():
        if holds:
            raise Conflict.because(f"{user.name} {reason}.", code=code)
