"""Reading users."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select

from osticket_api.access.field_rules import limits_on
from osticket_api.access.people import visible_users
from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal, Staff, User
from osticket_api.db import tables as t
from osticket_api.db.flags import AccountStatus, UserStatus
from osticket_api.db.identity import rows_named
from osticket_api.db.unit import Read
from osticket_api.errors import Faults
from osticket_api.features.forms import api as forms
from osticket_api.features.users.requests import UserQuery
from osticket_api.features.users.responses import Account, UserDetail, UserEmail, UserSummary
from osticket_api.features.users.service.state import missing
from osticket_api.features.users.service.ticket_counts import count_tickets
from osticket_api.query.filtering import NONE, FilterReader
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.web.file_urls import FileUrls, plain
from osticket_api.web.paging import Page
from osticket_api.web.responses import NamedRef
from osticket_api.web.results import Download

INCLUDES: Final = ("custom_fields",)
_SHOWN_ELSEWHERE: Final = ("name", "email")
_SHOWN_BESIDE: Final = (*_SHOWN_ELSEWHERE, "phone")


def list_directory(
    tx: Read, principal: Principal, query: UserQuery, *narrowing: ColumnElement[bool]
) -> Page[UserSummary]:
    """The page of all users that the query asks for. Raises: Forbidden without `user.dir`, Invalid."""
    require_global(principal, GlobalPermission.user_dir)
    return list_users(tx, principal, query, *narrowing)


def list_users(tx: Read, principal: Principal, query: UserQuery, *narrowing: ColumnElement[bool]) -> Page[UserSummary]:
    """The page of users that the query asks for, among those the caller may see. Raises: Invalid."""
    user = t.user.c
    faults = Faults()
    wanted = [visible_users(principal), *_conditions(FilterReader(tx, principal, query, faults), query)]
    faults.raise_if_any()
    keys = sort_keys(
        query.sort, {"id": user.id, "name": user.name, "created_at": user.created, "updated_at": user.updated}
    )
    listing = Listing(principal, query, user.id, keys, wanted, narrowing)
    page = listing.ids()
    rows = tx.rows(
        _select_users()
        .add_columns(*listing.places(page))
        .join(page, page.c.page_id == user.id)
        .order_by(*listing.order(page))
    )
    found = listing.page(tx, rows, lambda shown: _summaries(tx, principal, shown))
    return found.labelled(forms.custom_field_labels("U", _audience(principal), _SHOWN_BESIDE))


def get_user(
    tx: Read, principal: Principal, user_id: int, urls: FileUrls = plain, *, include: Collection[str] = ()
) -> UserDetail:
    """A user the caller may see. Raises: NotFound."""
    row = tx.row(_select_users().where(t.user.c.id == user_id, visible_users(principal)))
    if row is None:
        raise missing(user_id)
    found = forms.read_named_answers(
        tx, "U", [user_id], audience=_audience(principal), exclude=_SHOWN_ELSEWHERE, urls=urls
    )
    named = found.get(user_id, [])
    (fields,) = _fields(tx, principal, [row], {user_id: {each.name: each.value for each in named}})
    is_shown = isinstance(principal, Staff) or (isinstance(principal, User) and principal.id == user_id)
    phone = next((each.text for each in named if each.name == "phone" and each.text), None)
    detail = UserDetail(**fields, phone_text=phone, account=_account(row) if is_shown else None)
    if "custom_fields" in include:
        detail.named_fields = [each for each in named if each.name not in _SHOWN_BESIDE]
    return detail


def get_form(tx: Read, principal: Principal, user_id: int) -> forms.FormSchema:
    """What the caller may change in the answers of a user they may see. Raises: NotFound."""
    _check_visible(tx, principal, user_id)
    return forms.schema_of(tx, principal, "U", user_id)


def _check_visible(tx: Read, principal: Principal, user_id: int) -> None:
    if tx.scalar(select(t.user.c.id).where(t.user.c.id == user_id, visible_users(principal))) is None:
        raise missing(user_id)


def open_answer_file(tx: Read, principal: Principal, user_id: int, file_id: int) -> Download:
    """A file in an answer that the caller sees of a user. Raises: NotFound, NotAvailable."""
    _check_visible(tx, principal, user_id)
    return forms.open_answer_file(tx, principal, "U", user_id, file_id, audience=_audience(principal))


def _conditions(reader: FilterReader, query: UserQuery) -> Iterable[ColumnElement[bool]]:
    user, account = t.user.c, t.user_account.c
    yield from reader.references({"organization_id": (user.org_id, {NONE: None})})
    yield from reader.moments({"created": user.created, "updated": user.updated})
    if query.email is not None:
        owners = rows_named(reader.tx, select(t.user_email.c.user_id), t.user_email.c.address, query.email)
        yield user.id.in_([row.user_id for row in owners])
    if query.q is not None:
        yield or_(*_ways_to_find(reader, query.q))
    registered = exists().where(account.user_id == user.id)
    if query.registered is not None:
        yield registered if query.registered else ~registered
    if query.locked is not None:
        locked = exists().where(account.user_id == user.id, account.status.bitwise_and(AccountStatus.LOCKED) != 0)
        yield locked if query.locked else ~locked


def _ways_to_find(reader: FilterReader, part: str) -> Iterable[ColumnElement[bool]]:
    """The ways to find users, as in osTicket's directory. For users, fields that only agents see find nobody."""
    user, organization = t.user.c, t.organization.c
    yield user.name.contains(part, autoescape=True)
    limits = limits_on(reader.principal, "user")
    if not limits.hides("email"):
        yield _has_address(t.user_email.c.address.contains(part, autoescape=True))
    if isinstance(reader.principal, Staff) and not limits.hides("organization"):
        yield user.org_id.in_(select(organization.id).where(organization.name.contains(part, autoescape=True)))


def _has_address(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return t.user.c.id.in_(select(t.user_email.c.user_id).where(condition))


def _select_users() -> Select[Any]:
    user, account = t.user.c, t.user_account.c
    first = t.user_account.alias("first")
    only_one = select(func.min(first.c.id)).where(first.c.user_id == user.id).scalar_subquery()
    return (
        select(
            t.user, t.organization.c.name.label("organization_name"), account.id.label("account_id"),
            account.status.label("account_status"), account.username, account.timezone, account.lang,
            account.registered,
        )
        .select_from(t.user)
        .outerjoin(t.organization, t.organization.c.id == user.org_id)
        .outerjoin(t.user_account, and_(account.user_id == user.id, account.id == only_one))
    )  # fmt: skip


def _summaries(tx: Read, principal: Principal, rows: Sequence[Row[Any]]) -> list[UserSummary]:
    ids = [row.id for row in rows]
    answers = forms.read_answers(tx, "U", ids, audience=_audience(principal), exclude=_SHOWN_ELSEWHERE)
    return [UserSummary(**each) for each in _fields(tx, principal, rows, answers)]


def _fields(
    tx: Read, principal: Principal, rows: Sequence[Row[Any]], answers: Mapping[int, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    emails, counts = _emails(tx, rows), count_tickets(tx, principal, t.user.c.id, [row.id for row in rows])
    return [
        {
            **_own_fields(row),
            **_named_fields(emails[row.id], answers.get(row.id, {})),
            "ticket_counts": counts[row.id],
        }
        for row in rows
    ]


def _audience(principal: Principal) -> forms.Audience:
    return "staff" if isinstance(principal, Staff) else "client"


def _own_fields(row: Row[Any]) -> dict[str, Any]:
    status = row.account_status or 0
    return {
        "id": row.id,
        "name": row.name,
        "organization": NamedRef(row.org_id, row.organization_name) if row.organization_name is not None else None,
        "is_primary_contact": bool(row.org_id and row.status & UserStatus.PRIMARY_CONTACT),
        "is_registered": row.account_id is not None,
        "is_locked": bool(status & AccountStatus.LOCKED),
        "is_active": bool(status & AccountStatus.CONFIRMED and not status & AccountStatus.LOCKED),
        "created_at": row.created,
        "updated_at": row.updated,
    }


def _named_fields(emails: list[UserEmail], answers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "email": next((each.email for each in emails if each.is_default), None),
        "emails": emails,
        "phone": answers.get("phone"),
        "custom_fields": {name: value for name, value in answers.items() if name != "phone"},
    }


def _emails(tx: Read, rows: Collection[Row[Any]]) -> dict[int, list[UserEmail]]:
    address = t.user_email.c
    default = {row.id: row.default_email_id for row in rows}
    found: dict[int, list[UserEmail]] = {user_id: [] for user_id in default}
    for row in tx.rows(select(t.user_email).where(address.user_id.in_(list(default))).order_by(address.id)):
        found[row.user_id].append(UserEmail(row.id, row.address, row.id == default[row.user_id]))
    return found


def _account(row: Row[Any]) -> Account | None:
    if row.account_id is None:
        return None
    status = row.account_status
    return Account(
        username=row.username or None,
        timezone=row.timezone or None,
        language=row.lang or None,
        is_confirmed=bool(status & AccountStatus.CONFIRMED),
        is_locked=bool(status & AccountStatus.LOCKED),
        must_change_password=bool(status & AccountStatus.MUST_CHANGE_PASSWORD),
        may_change_password=not status & AccountStatus.MAY_NOT_CHANGE_PASSWORD,
        registered_at=row.registered,
    )
