"""Changing what a user says about themselves: name, address, answers to the contact form.

Source: people.md 1.3, 1.4, golden cases 255 to 257.
"""

from collections.abc import Mapping
from typing import Any

from osticket_api.access.field_rules import limits_on
from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal, User
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Forbidden
from osticket_api.features.forms import api as forms
from osticket_api.features.users.service.addresses import make_default
from osticket_api.features.users.service.answers import save_answers
from osticket_api.features.users.service.membership import check_organization, set_organization
from osticket_api.features.users.service.state import UserState, addresses_of, index_user, save
from osticket_api.kit.names import normalized


def edit_user(
    tx: Write, actor: Principal, user: UserState, changes: Mapping[str, Any], answers: Mapping[str, Any]
) -> None:
    """Change a user as an agent: `name`, `email`, `organization_id`, and answers by the name of their field.

    Raises: Forbidden without `user.edit`, Conflict naming the user who has the address, Invalid.
    """
    require_global(actor, GlobalPermission.user_edit)
    _require_settable(tx, actor, user, changes)
    check_organization(tx, changes.get("organization_id"))
    changed = save_answers(tx, actor, "U", user.id, answers)
    moved = "email" in changes and make_default(tx, user, changes["email"])
    named = save(tx, user, touch=changed, **_named(tx, user, changes))
    if changed or moved or named:
        index_user(tx, user)
    if "organization_id" in changes:
        set_organization(tx, user, changes["organization_id"])


def edit_profile(
    tx: Write, actor: User, user: UserState, changes: Mapping[str, Any], answers: Mapping[str, Any]
) -> None:
    """Change a user as they do it themselves: `name`, and the answers that the form lets users change.

    Raises: Forbidden where the help desk keeps names, Invalid.
    Source: people.md 1.3, golden case 067
    """
    _require_settable(tx, actor, user, changes)
    field = forms.load_form(tx, "U").field("name")
    if "name" in changes and field is not None and not field.is_editable_by("user"):
        raise Forbidden.because("This help desk does not let users change their own name.", field="name")
    changed = save_answers(tx, actor, "U", user.id, answers)
    if save(tx, user, touch=changed, **_named(tx, user, changes)):
        index_user(tx, user)


def _require_settable(tx: Read, actor: Principal, user: UserState, changes: Mapping[str, Any]) -> None:
    """Raises: Forbidden naming what an administrator has frozen for the caller, or hidden."""
    limits = limits_on(actor, "user")
    if limits.frozen:
        email = next(iter(addresses_of(tx, user.id)), None)
        before = {"name": user.name, "organization_id": user.organization_id, "email": email}
        limits.require_settable(changes, [name for name, value in changes.items() if before.get(name) != value])


def _named(tx: Read, user: UserState, changes: Mapping[str, Any]) -> dict[str, str]:
    if "name" not in changes:
        return {}
    return {"name": normalized(changes["name"], next(iter(addresses_of(tx, user.id)), ""))}
