"""Groups of mail templates over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR
from osticket_api.db.unit import Read, Write
from osticket_api.features.email_templates import queries, service
from osticket_api.features.email_templates.requests import GroupCreate, GroupQuery, GroupUpdate
from osticket_api.features.email_templates.responses import TemplateGroup
from osticket_api.features.email_templates.service import GROUPS
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="email templates", prefix="/email-template-groups")


@router.get("", access=ADMINISTRATOR)
def get_template_groups(unit: Read, caller: Staff, query: GroupQuery) -> Page[TemplateGroup]:
    """The template groups. Each department uses one of them."""
    return queries.list_groups(unit, caller, query)


@router.get("/{template_group}", access=ADMINISTRATOR)
def get_template_group(unit: Read, caller: Staff, template_group: PathId) -> TemplateGroup:
    """A template group."""
    return queries.get_group(unit, caller, template_group)


@router.post("", access=ADMINISTRATOR)
def post_template_group(unit: Write, caller: Staff, body: GroupCreate) -> Created[TemplateGroup]:
    """Add a template group with copies of the templates of another one."""
    return Created(GROUPS.get(unit, caller, service.add_group(unit, caller, body.given())))


@router.patch("/{template_group}", access=ADMINISTRATOR)
def update_template_group(unit: Write, caller: Staff, template_group: PathId, body: GroupUpdate) -> TemplateGroup:
    """Change the name of a template group, or whether it can be chosen."""
    service.edit_group(unit, caller, GROUPS.get_for_update(unit, caller, template_group), body.given())
    return GROUPS.get(unit, caller, template_group)


@router.delete("/{template_group}", access=ADMINISTRATOR)
def delete_template_group(unit: Write, caller: Staff, template_group: PathId) -> None:
    """Delete a template group that neither the help desk nor a department uses."""
    service.delete_group(unit, caller, GROUPS.get_for_update(unit, caller, template_group))
    GROUPS.note_deleted(unit, template_group)
