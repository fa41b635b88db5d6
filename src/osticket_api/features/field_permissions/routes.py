"""Field permissions over HTTP."""

from osticket_api.access.principal import ApiKey, Staff, User
from osticket_api.access.rules import ADMINISTRATOR, LEARNS_OWN_LIMITS
from osticket_api.db.unit import Read, Write
from osticket_api.features.field_permissions.managing import (
    PERMISSIONS,
    add_permission,
    delete_permission,
    edit_permission,
    get_permission,
    list_permissions,
)
from osticket_api.features.field_permissions.own import own_limits
from osticket_api.features.field_permissions.requests import (
    OwnLimitsQuery,
    PermissionCreate,
    PermissionQuery,
    PermissionUpdate,
)
from osticket_api.features.field_permissions.responses import FieldLimits, FieldPermission
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="field permissions", prefix="/field-permissions")


@router.get("", access=ADMINISTRATOR)
def get_field_permissions(unit: Read, caller: Staff, query: PermissionQuery) -> Page[FieldPermission]:
    """The fields that are hidden or frozen, and for whom, newest first."""
    return list_permissions(unit, caller, query)


@router.post("", access=ADMINISTRATOR)
def post_field_permission(unit: Write, caller: Staff, body: PermissionCreate) -> Created[FieldPermission]:
    """Hide or freeze a field.

    A hidden field is absent from all answers, events and exports, and nobody can filter or sort by it, or set it. A
    frozen one is shown; setting it to another value answers 403. Administrators are not narrowed, their keys are.
    """
    permission_id = add_permission(unit, caller, body.model_dump())
    return Created(get_permission(unit, caller, permission_id))


@router.get("/mine", access=LEARNS_OWN_LIMITS)
def get_own_limits(unit: Read, caller: Staff | User | ApiKey, query: OwnLimitsQuery) -> FieldLimits:
    """The fields that are hidden from the caller, and those that they see and cannot set."""
    return own_limits(caller, query)


@router.get("/{permission}", access=ADMINISTRATOR)
def get_field_permission(unit: Read, caller: Staff, permission: PathId) -> FieldPermission:
    """A field that is hidden or frozen."""
    return get_permission(unit, caller, permission)


@router.patch("/{permission}", access=ADMINISTRATOR)
def update_field_permission(unit: Write, caller: Staff, permission: PathId, body: PermissionUpdate) -> FieldPermission:
    """Change a field permission: its field, its effect, or whom it limits."""
    edit_permission(unit, caller, PERMISSIONS.get_for_update(unit, caller, permission), body.given())
    return get_permission(unit, caller, permission)


@router.delete("/{permission}", access=ADMINISTRATOR)
def delete_field_permission(unit: Write, caller: Staff, permission: PathId) -> None:
    """Delete a field permission. Callers whom no other field permission limits see and set the field again."""
    PERMISSIONS.get_for_update(unit, caller, permission)
    delete_permission(unit, caller, permission)
