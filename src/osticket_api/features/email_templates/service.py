"""Setting up mail templates. Source: mail.md 2."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, delete, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Write
from osticket_api.embedded.seed.mail import DEFAULT_TEMPLATES
from osticket_api.errors import Conflict
from osticket_api.features.email_templates.queries import get_group, get_template
from osticket_api.query.resource import Resource, check_reference, refuse_in_use

GROUPS: Final = Resource("template group", t.email_template_group, get_group)
TEMPLATES: Final = Resource("mail template", t.email_template, get_template)

_group, _template = t.email_template_group.c, t.email_template.c
_COLUMNS: Final = {"name": "name", "is_active": "isactive", "language": "lang", "notes": "notes"}


def add_group(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Add a template group with copies of the templates of another one. Returns its id.

    Raises: Conflict for a name that is taken, Invalid for a group that is not there.
    """
    GROUPS.check_unique(tx, "name", given["name"], field="name")
    check_reference(tx, _group.tpl_id, given["copy_of"], field="copy_of", noun="template group")
    copied = get_group(tx, actor, given["copy_of"])
    columns = {column: given[name] for name, column in _COLUMNS.items() if given.get(name) is not None}
    group_id = GROUPS.insert(tx, **{"isactive": True, "lang": copied.language, **columns})
    for row in tx.rows(select(t.email_template).where(_template.tpl_id == copied.id).order_by(_template.id)):
        texts = {"code_name": row.code_name, "subject": row.subject, "body": row.body, "notes": row.notes}
        tx.insert(t.email_template, tpl_id=group_id, created=tx.now, updated=tx.now, **texts)
    return group_id


def edit_group(tx: Write, actor: Principal, group: Row[Any], given: Mapping[str, Any]) -> None:
    """Change a template group.

    Raises: Conflict for a name that is taken, and for switching off one that is in use.
    """
    if "name" in given:
        GROUPS.check_unique(tx, "name", given["name"], field="name", but=group.tpl_id)
    if given.get("is_active") is False:
        _refuse_in_use(tx, group)
    GROUPS.save(tx, group, {column: given[name] for name, column in _COLUMNS.items() if name in given})


def delete_group(tx: Write, actor: Principal, group: Row[Any]) -> None:
    """Delete a template group with its templates. Raises: Conflict for one that is in use."""
    _refuse_in_use(tx, group)
    tx.change(delete(t.email_template).where(_template.tpl_id == group.tpl_id))
    tx.change(delete(t.email_template_group).where(_group.tpl_id == group.tpl_id))


def _refuse_in_use(tx: Write, group: Row[Any]) -> None:
    if group.tpl_id == load_config(tx).number("default_template_id"):
        message = "This is the default template group. Make another group the default first."
        raise Conflict.because(message, code="is_default")
    uses = {"departments": t.department.c.tpl_id == group.tpl_id}
    refuse_in_use(tx, "template group", uses, "Give them another one first.")


def edit_template(tx: Write, actor: Principal, template: Row[Any], given: Mapping[str, Any]) -> None:
    """Change what a mail says, in this server and in osTicket."""
    TEMPLATES.save(tx, template, given)


def reset_template(tx: Write, actor: Principal, template: Row[Any]) -> None:
    """Give a template the text that a new help desk of this server begins with.

    Raises: Conflict where there is none for this purpose.
    """
    found = DEFAULT_TEMPLATES.get(template.code_name)
    if found is None:
        message = f"There is no default text for the template {template.code_name}."
        raise Conflict.because(message, code="no_default")
    subject, body = found
    TEMPLATES.save(tx, template, {"subject": subject, "body": body})
