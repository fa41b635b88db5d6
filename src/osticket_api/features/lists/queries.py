"""Reading custom lists and their items."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import UNSET
from sqlalchemy import ColumnElement, Row, Select, func, literal, or_, select

from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.flags import FormFlag, ListItemStatus, has_flag
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.lists.properties import Properties
from osticket_api.features.lists.requests import ItemQuery
from osticket_api.features.lists.responses import CustomList, ListItem
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import NamedQuery, matching, read_page
from osticket_api.web.paging import Page

ORDERS: Final = {"alphabetical": "Alpha", "reversed": "-Alpha", "manual": "SortCol"}
_NAMES: Final = {stored: name for name, stored in ORDERS.items()}
_SORTS: Final = {"Alpha": "value", "-Alpha": "-value", "SortCol": "position,value"}


def list_lists(tx: Read, principal: Principal, query: NamedQuery) -> Page[CustomList]:
    """The page of custom lists that the query asks for. Raises: Invalid."""
    list_ = t.list_.c
    columns = {"id": list_.id, "name": list_.name, "created_at": list_.created, "updated_at": list_.updated}
    wanted = [_is_custom(), *matching(query, list_.name)]
    listing = Listing(principal, query, list_.id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, _select_lists(), lambda rows: [_to_response(principal, row) for row in rows])


def get_list(tx: Read, principal: Principal, list_id: int) -> CustomList:
    """Raises: NotFound."""
    row = tx.row(_select_lists().where(t.list_.c.id == list_id, _is_custom()))
    if row is None:
        raise NotFound.because(f"There is no list {list_id}.")
    return _to_response(principal, row)


def list_items(tx: Read, principal: Principal, list_id: int, query: ItemQuery) -> Page[ListItem]:
    """The page of a list's items that the query asks for. Raises: NotFound, Invalid."""
    order = ORDERS[get_list(tx, principal, list_id).order]
    item = t.list_items.c
    columns = {"id": item.id, "value": item.value, "abbreviation": item.extra, "position": item.sort}
    keys = sort_keys(_SORTS[order] if query.sort == "order" else query.sort, columns)
    wanted = [item.list_id == list_id, *matching(query, item.value, has_flag(item.status, ListItemStatus.ENABLED))]
    listing = Listing(principal, query, item.id, keys, wanted)
    properties = Properties(tx, list_id)
    return read_page(tx, listing, select(t.list_items), lambda rows: _items(properties, rows))


def get_item(tx: Read, principal: Principal, list_id: int, item_id: int) -> ListItem:
    """Raises: NotFound."""
    get_list(tx, principal, list_id)
    item = t.list_items.c
    rows = tx.rows(select(t.list_items).where(item.id == item_id, item.list_id == list_id))
    if not rows:
        raise NotFound.because(f"The list {list_id} has no item {item_id}.")
    return _items(Properties(tx, list_id), rows)[0]


def _is_custom() -> ColumnElement[bool]:
    """Lists with a type are kept elsewhere, as the statuses are."""
    return or_(t.list_.c.type.is_(None), t.list_.c.type == "")


def _select_lists() -> Select[Any]:
    list_, form, item = t.list_.c, t.form.c, t.list_items.c
    count = select(func.count()).where(item.list_id == list_.id).scalar_subquery()
    of_list = form.type == literal("L").concat(list_.id)
    form_id = select(func.min(form.id)).where(of_list, ~has_flag(form.flags, FormFlag.DELETED)).scalar_subquery()
    return select(t.list_, count.label("item_count"), form_id.label("form_id"))


def _to_response(principal: Principal, row: Row[Any]) -> CustomList:
    is_admin = isinstance(principal, Staff) and principal.is_admin
    return CustomList(
        id=row.id,
        name=row.name,
        plural_name=row.name_plural or None,
        order=_NAMES.get(row.sort_mode, "alphabetical"),
        item_count=row.item_count,
        form_id=row.form_id,
        notes=row.notes if is_admin else UNSET,
        created_at=row.created,
        updated_at=row.updated,
    )


def _items(properties: Properties, rows: Sequence[Row[Any]]) -> list[ListItem]:
    return [
        ListItem(
            id=row.id,
            value=row.value,
            abbreviation=row.extra or None,
            position=row.sort,
            is_active=bool(row.status & ListItemStatus.ENABLED),
            properties=properties.read(row.properties),
        )
        for row in rows
    ]
