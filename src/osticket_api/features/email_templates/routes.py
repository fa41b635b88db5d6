"""Mail templates over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR
from osticket_api.db.unit import Read, Write
from osticket_api.features.email_templates import queries, service
from osticket_api.features.email_templates.previewing import preview
from osticket_api.features.email_templates.requests import TemplatePreview, TemplateQuery, TemplateUpdate
from osticket_api.features.email_templates.responses import EmailTemplate, FilledTemplate
from osticket_api.features.email_templates.service import TEMPLATES
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Secret
from osticket_api.web.router import Router

router = Router(tag="email templates", prefix="/email-templates")


@router.get("", access=ADMINISTRATOR)
def get_email_templates(unit: Read, caller: Staff, query: TemplateQuery) -> Page[EmailTemplate]:
    """The templates of mails, by group and purpose."""
    return queries.list_templates(unit, caller, query)


@router.get("/{template}", access=ADMINISTRATOR)
def get_email_template(unit: Read, caller: Staff, template: PathId) -> EmailTemplate:
    """A mail template."""
    return queries.get_template(unit, caller, template)


@router.patch("/{template}", access=ADMINISTRATOR)
def update_email_template(unit: Write, caller: Staff, template: PathId, body: TemplateUpdate) -> EmailTemplate:
    """Change the text of a mail, also of mails that osTicket itself sends."""
    service.edit_template(unit, caller, TEMPLATES.get_for_update(unit, caller, template), body.given())
    return TEMPLATES.get(unit, caller, template)


@router.post("/{template}/reset", access=ADMINISTRATOR)
def reset_email_template(unit: Write, caller: Staff, template: PathId) -> EmailTemplate:
    """Reset a template to its text in a new help desk of this server, which is not osTicket's own text."""
    service.reset_template(unit, caller, TEMPLATES.get_for_update(unit, caller, template))
    return TEMPLATES.get(unit, caller, template)


@router.post("/{template}/preview", access=ADMINISTRATOR)
def preview_email_template(
    unit: Read, caller: Staff, template: PathId, body: TemplatePreview
) -> Secret[FilledTemplate]:
    """Fill in a template, or a text to try in its place, for a ticket. Nothing is sent."""
    return Secret(preview(unit, caller, template, body))
