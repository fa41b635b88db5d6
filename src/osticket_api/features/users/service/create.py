"""Adding a user from the directory."""

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy.exc import IntegrityError

from osticket_api.access.field_rules import limits_on
from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal
from osticket_api.db.unit import Write
from osticket_api.errors import Faults
from osticket_api.features.forms import api as forms
from osticket_api.features.users.service.addresses import check_free, taken
from osticket_api.features.users.service.known import create_user
from osticket_api.features.users.service.membership import check_organization


def add_user(
    tx: Write,
    actor: Principal,
    *,
    email: str,
    name: str,
    answers: Mapping[str, Any],
    organization_id: int | Literal["by domain"] | None,
) -> int:
    """Add a user as an agent does. Returns the id.

    Raises: Forbidden without `user.create`, Conflict naming the user who has the address, Invalid.
    Source: people.md 1.2, golden cases 248 to 254.
    """
    require_global(actor, GlobalPermission.user_create)
    limits = limits_on(actor, "user")
    if organization_id not in (None, "by domain"):
        limits.require_settable(["organization_id"])
    faults = Faults()
    form = forms.load_form(tx, "U")
    parsed = forms.validate(tx, [form], answers, actor="staff", faults=faults, caller=actor, limits=limits)
    faults.raise_if_any()
    if organization_id != "by domain":
        check_organization(tx, organization_id)
    check_free(tx, email)
    try:
        user = create_user(tx, email=email, name=name, answers=parsed, organization_id=organization_id)
    except IntegrityError:
        raise taken(email) from None
    tx.note_effect("user", created=email, name=user.name)
    return user.id
