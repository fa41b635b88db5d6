"""Reading mail templates and their groups."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select, true

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read
from osticket_api.errors import Faults, NotFound
from osticket_api.features.email_templates.requests import GroupQuery, TemplateQuery
from osticket_api.features.email_templates.responses import EmailTemplate, TemplateGroup
from osticket_api.query.filtering import FilterReader
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import matching, named, read_page
from osticket_api.web.paging import Page

_group, _template = t.email_template_group.c, t.email_template.c


def list_groups(tx: Read, principal: Principal, query: GroupQuery) -> Page[TemplateGroup]:
    """The page of template groups that the query asks for. Raises: Invalid."""
    columns = {"id": _group.tpl_id, "name": _group.name, "created_at": _group.created, "updated_at": _group.updated}
    wanted = matching(query, _group.name, _group.isactive == 1)
    listing = Listing(principal, query, _group.tpl_id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, select(t.email_template_group), lambda rows: _to_groups(tx, rows))


def get_group(tx: Read, principal: Principal, group_id: int) -> TemplateGroup:
    """Raises: NotFound."""
    rows = tx.rows(select(t.email_template_group).where(_group.tpl_id == group_id))
    if not rows:
        raise NotFound.because(f"There is no template group {group_id}.")
    return _to_groups(tx, rows)[0]


def list_templates(tx: Read, principal: Principal, query: TemplateQuery) -> Page[EmailTemplate]:
    """The page of templates that the query asks for. Raises: Invalid."""
    faults = Faults()
    groups = FilterReader(tx, principal, query, faults).references({"group_id": (_template.tpl_id, {})})
    wanted = [true(), *groups]
    faults.raise_if_any()
    if query.code_name is not None:
        wanted.append(_template.code_name == query.code_name)
    columns = {"id": _template.id, "code_name": _template.code_name, "updated_at": _template.updated}
    listing = Listing(principal, query, _template.id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, _select(), _to_templates)


def get_template(tx: Read, principal: Principal, template_id: int) -> EmailTemplate:
    """Raises: NotFound."""
    rows = tx.rows(_select().where(_template.id == template_id))
    if not rows:
        raise NotFound.because(f"There is no mail template {template_id}.")
    return _to_templates(rows)[0]


def _select() -> Select[Any]:
    joined = t.email_template.outerjoin(t.email_template_group, _group.tpl_id == _template.tpl_id)
    return select(t.email_template, _group.name.label("group_name")).select_from(joined)


def _to_groups(tx: Read, rows: Sequence[Row[Any]]) -> list[TemplateGroup]:
    default_id = load_config(tx).number("default_template_id")
    return [
        TemplateGroup(
            id=row.tpl_id,
            name=row.name,
            is_active=row.isactive,
            is_default=row.tpl_id == default_id,
            language=row.lang,
            notes=row.notes,
            created_at=row.created,
            updated_at=row.updated,
        )
        for row in rows
    ]


def _to_templates(rows: Sequence[Row[Any]]) -> list[EmailTemplate]:
    return [
        EmailTemplate(
            id=row.id,
            group=named(row.tpl_id, row.group_name),
            code_name=row.code_name,
            subject=row.subject,
            body=row.body,
            notes=row.notes,
            created_at=row.created,
            updated_at=row.updated,
        )
        for row in rows
    ]
