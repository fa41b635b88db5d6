"""The content of files in answers, such as a photo that a form asks for."""

from osticket_api.access.field_rules import Where, limits_on
from osticket_api.access.principal import Principal
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.files.api import find_file, open_content
from osticket_api.features.forms.answer_addresses import RESOURCES
from osticket_api.features.forms.answers import files_in_answers
from osticket_api.features.forms.references import Audience
from osticket_api.web.results import Download


def open_answer_file(
    tx: Read,
    principal: Principal,
    object_type: str,
    object_id: int,
    file_id: int,
    *,
    audience: Audience,
    where: Where = None,
) -> Download:
    """A file in an answer that the caller sees on something of which it is settled that they see it.

    `where`: the department of a ticket or task. Raises: NotFound, NotAvailable.
    """
    resource = RESOURCES[object_type]
    limits = limits_on(principal, resource, where)
    names = files_in_answers(
        tx, object_type, object_id, audience=audience, is_hidden=lambda name: limits.hides(f"custom_fields.{name}")
    )
    if file_id not in names or find_file(tx, file_id) is None:
        raise NotFound.because(f"The {resource} has no file {file_id} in its answers.")
    content = open_content(tx, file_id)
    return Download(content, names[file_id], content.file.content_type)
