"""Reading organizations."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, func, or_, select

from osticket_api.access.people import visible_organizations
from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.flags import UserStatus
from osticket_api.db.unit import Read
from osticket_api.errors import Faults
from osticket_api.features.forms import api as forms
from osticket_api.features.organizations.requests import OrganizationQuery
from osticket_api.features.organizations.responses import Manager, OrganizationDetail, OrganizationSummary
from osticket_api.features.organizations.service.flags import read_flags
from osticket_api.features.organizations.service.state import missing
from osticket_api.features.tickets.api import TicketQuery, TicketSummary, list_tickets
from osticket_api.features.users.api import UserQuery, UserSummary, count_tickets, list_users
from osticket_api.kit.utf8mb3 import to_names
from osticket_api.query.filtering import FilterReader
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.web.file_urls import FileUrls, plain
from osticket_api.web.paging import Page
from osticket_api.web.responses import NamedRef
from osticket_api.web.results import Download

INCLUDES: Final = ("custom_fields",)


def list_directory(tx: Read, principal: Principal, query: OrganizationQuery) -> Page[OrganizationSummary]:
    """The page of all organizations that the query asks for. Raises: Forbidden without `user.dir`, Invalid."""
    require_global(principal, GlobalPermission.user_dir)
    return list_organizations(tx, principal, query)


def list_organizations(
    tx: Read, principal: Principal, query: OrganizationQuery, *narrowing: ColumnElement[bool]
) -> Page[OrganizationSummary]:
    """The page of organizations that the query asks for, among those the caller may see. Raises: Invalid."""
    organization = t.organization.c
    faults = Faults()
    wanted = [
        visible_organizations(principal),
        *_conditions(FilterReader(tx, principal, query, faults), query),
    ]
    faults.raise_if_any()
    columns = {
        "id": organization.id,
        "name": organization.name,
        "created_at": organization.created,
        "updated_at": organization.updated,
    }
    listing = Listing(principal, query, organization.id, sort_keys(query.sort, columns), wanted, narrowing)
    page = listing.ids()
    rows = tx.rows(
        select(t.organization, *listing.places(page))
        .join_from(page, t.organization, organization.id == page.c.page_id)
        .order_by(*listing.order(page))
    )
    found = listing.page(
        tx, rows, lambda shown: [OrganizationSummary(**each) for each in _fields(tx, principal, shown)]
    )
    return found.labelled(forms.custom_field_labels("O", _audience(principal)))


def get_organization(
    tx: Read, principal: Principal, organization_id: int, urls: FileUrls = plain, *, include: Collection[str] = ()
) -> OrganizationDetail:
    """An organization the caller may see. Raises: NotFound."""
    organization, user = t.organization.c, t.user.c
    row = tx.row(select(t.organization).where(organization.id == organization_id, visible_organizations(principal)))
    if row is None:
        raise missing(organization_id)
    (fields,) = _fields(tx, principal, [row], urls)
    contacts = tx.rows(
        select(user.id, user.name)
        .where(user.org_id == organization_id, user.status.bitwise_and(UserStatus.PRIMARY_CONTACT) != 0)
        .order_by(user.id)
    )
    detail = OrganizationDetail(**fields, primary_contacts=[NamedRef(each.id, each.name) for each in contacts])
    if "custom_fields" in include:
        named = forms.read_named_answers(tx, "O", [organization_id], audience=_audience(principal), urls=urls)
        detail.named_fields = named.get(organization_id, [])
    return detail


def get_form(tx: Read, principal: Principal, organization_id: int) -> forms.FormSchema:
    """What the caller may change in the answers of an organization they may see. Raises: NotFound."""
    _check_visible(tx, principal, organization_id)
    return forms.schema_of(tx, principal, "O", organization_id)


def list_members(tx: Read, principal: Principal, organization_id: int, query: UserQuery) -> Page[UserSummary]:
    """The members of an organization, as far as the caller may see both. Raises: NotFound, Invalid."""
    _check_visible(tx, principal, organization_id)
    return list_users(tx, principal, query, t.user.c.org_id == organization_id)


def list_tickets_of(tx: Read, principal: Principal, organization_id: int, query: TicketQuery) -> Page[TicketSummary]:
    """The tickets of an organization's members that the caller may see. Raises: NotFound, Invalid."""
    _check_visible(tx, principal, organization_id)
    members = select(t.user.c.id).where(t.user.c.org_id == organization_id)
    return list_tickets(tx, principal, query, t.ticket.c.user_id.in_(members))


def open_answer_file(tx: Read, principal: Principal, organization_id: int, file_id: int) -> Download:
    """A file in an answer that the caller sees of an organization. Raises: NotFound, NotAvailable."""
    _check_visible(tx, principal, organization_id)
    return forms.open_answer_file(tx, principal, "O", organization_id, file_id, audience=_audience(principal))


def _check_visible(tx: Read, principal: Principal, organization_id: int) -> None:
    organization = t.organization.c
    seen = select(organization.id).where(organization.id == organization_id, visible_organizations(principal))
    if tx.scalar(seen) is None:
        raise missing(organization_id)


def _conditions(reader: FilterReader, query: OrganizationQuery) -> Iterable[ColumnElement[bool]]:
    organization = t.organization.c
    yield from reader.moments({"created": organization.created, "updated": organization.updated})
    if query.q is not None:
        parts = (organization.name, organization.domain)
        yield or_(*(part.contains(query.q, autoescape=True) for part in parts))
    if query.name is not None:
        yield organization.name == query.name
    if query.domain is not None:
        listed = func.replace(organization.domain, " ", "")
        yield ("," + listed + ",").contains(f",{to_names(query.domain)},", autoescape=True)
    for kind, name in (("s", "manager_staff_id"), ("t", "manager_team_id")):
        if (value := getattr(query, name)) is not None:
            yield organization.manager.in_([f"{kind}{each}" for each in reader.ids(name, value, {})])


def _audience(principal: Principal) -> forms.Audience:
    return "staff" if isinstance(principal, Staff) else "client"


def _fields(tx: Read, principal: Principal, rows: Sequence[Row[Any]], urls: FileUrls = plain) -> list[dict[str, Any]]:
    ids = [row.id for row in rows]
    is_staff = isinstance(principal, Staff)
    answers = forms.read_answers(tx, "O", ids, audience=_audience(principal), urls=urls)
    managers = _managers(tx, rows) if is_staff else {}
    members = _member_counts(tx, ids)
    counts = count_tickets(tx, principal, t.user.c.org_id, ids)
    return [
        {
            "id": row.id,
            "name": row.name,
            "manager": managers.get(row.manager),
            "domain": [part.strip() for part in row.domain.split(",") if part.strip()],
            "user_count": members.get(row.id, 0),
            "ticket_counts": counts[row.id],
            **read_flags(row.status),
            **({} if is_staff else {"assigns_to_manager": None}),
            "created_at": row.created,
            "updated_at": row.updated,
            "custom_fields": answers.get(row.id, {}),
        }
        for row in rows
    ]


def _member_counts(tx: Read, ids: Sequence[int]) -> dict[int, int]:
    user = t.user.c
    rows = tx.rows(select(user.org_id, func.count().label("members")).where(user.org_id.in_(ids)).group_by(user.org_id))
    return {row.org_id: row.members for row in rows}


def _managers(tx: Read, rows: Sequence[Row[Any]]) -> dict[str, Manager]:
    """Managers by the code that rows name them with: `s2`, `t1`."""
    codes = {row.manager for row in rows if row.manager[1:].isdigit()}
    staff_ids = [int(code[1:]) for code in codes if code[0] == "s"]
    team_ids = [int(code[1:]) for code in codes if code[0] == "t"]
    staff, team = t.staff.c, t.team.c
    found: dict[str, Manager] = {}
    if staff_ids:
        agents = select(staff.staff_id, staff.firstname, staff.lastname).where(staff.staff_id.in_(staff_ids))
        for row in tx.rows(agents):
            name = f"{row.firstname} {row.lastname}".strip()
            found[f"s{row.staff_id}"] = Manager("staff", row.staff_id, name)
    if team_ids:
        for row in tx.rows(select(team.team_id, team.name).where(team.team_id.in_(team_ids))):
            found[f"t{row.team_id}"] = Manager("team", row.team_id, row.name)
    return found
