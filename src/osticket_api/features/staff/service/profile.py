"""Changes of agents to their own profile. Source: people.md 3.1, golden cases 309, 310."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from osticket_api.access.principal import Principal
from osticket_api.db.unit import Write
from osticket_api.errors import Invalid
from osticket_api.features.staff.service.identity import check_identity
from osticket_api.features.staff.service.passwords import new_password
from osticket_api.features.staff.service.preferences import in_row, save_settings
from osticket_api.features.staff.service.sign_ins import end_sign_ins
from osticket_api.features.staff.service.state import save


def edit_profile(
    tx: Write,
    actor: Principal,
    staff: Row[Any],
    given: Mapping[str, Any],
    preferences: Mapping[str, Any],
    password_hash: str | None = None,
    session_id: int | None = None,
) -> None:
    """Change what is given of the agent who calls. A new password ends all sign-ins but the one it came through.

    Raises: Invalid, Conflict naming the agent who has the address.
    """
    _check_signature(staff, given, preferences)
    check_identity(tx, actor, given, staff)
    save(tx, staff, {**given, **in_row(preferences), **new_password(tx, password_hash)})
    save_settings(tx, staff.staff_id, preferences)
    if password_hash:
        end_sign_ins(tx, staff.staff_id, session_id)


def _check_signature(staff: Row[Any], given: Mapping[str, Any], preferences: Mapping[str, Any]) -> None:
    """Refuse the agent's own signature under replies to an agent who has none."""
    if preferences.get("signature_type") == "mine" and not given.get("signature", staff.signature):
        message = "You have no signature to sign with; write one first."
        raise Invalid.because(message, field="preferences.signature_type")
