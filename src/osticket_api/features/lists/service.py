"""Setting up custom lists and their items. Source: people.md 5.9, golden cases 360 to 365."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, and_, delete, select, update

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import FormFlag, ListItemStatus, ListMask, has_flag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict
from osticket_api.features.lists.properties import Properties
from osticket_api.features.lists.queries import ORDERS, get_item, get_list
from osticket_api.features.lists.responses import ListItem
from osticket_api.query.resource import Resource, refuse_in_use

LISTS: Final = Resource("list", t.list_, get_list)

_COLUMNS: Final = {"name": "name", "plural_name": "name_plural", "notes": "notes"}
_ITEM_COLUMNS: Final = {"value": "value", "abbreviation": "extra", "position": "sort"}


def items_of(list_id: int) -> Resource[ListItem]:
    """The items of one list."""

    def get(tx: Read, principal: Principal, item_id: int) -> ListItem:
        return get_item(tx, principal, list_id, item_id)

    return Resource("item", t.list_items, get)


def add_list(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Add a list, and an empty form for the properties of its items. Returns its id.

    Raises: Conflict for a name that is taken.
    """
    LISTS.check_unique(tx, "name", given["name"], field="name")
    list_id = LISTS.insert(tx, **_list_columns(given))
    stamps = {"created": tx.now, "updated": tx.now}
    tx.insert(t.form, type=f"L{list_id}", flags=FormFlag.DELETABLE, title=f"{given['name']} Properties", **stamps)
    return list_id


def edit_list(tx: Write, actor: Principal, list_: Row[Any], given: Mapping[str, Any]) -> None:
    """Change a list. Raises: Conflict for a name that is taken."""
    if "name" in given:
        LISTS.check_unique(tx, "name", given["name"], field="name", but=list_.id)
    LISTS.save(tx, list_, _list_columns(given))


def delete_list(tx: Write, actor: Principal, list_: Row[Any]) -> None:
    """Delete a list that no field offers. Its items stay for the answers that name them, and so does its form, unseen.

    Raises: Conflict.
    """
    field = t.form_field.c
    asked = select(t.form.c.id).where(~has_flag(t.form.c.flags, FormFlag.DELETED))
    uses = {"fields": and_(field.type == f"list-{list_.id}", field.form_id.in_(asked))}
    refuse_in_use(tx, "list", uses, "Delete the fields that offer it first.")
    tx.change(update(t.list_items).where(t.list_items.c.list_id == list_.id).values(list_id=None))
    form = t.form.c
    flags = form.flags.op("|")(FormFlag.DELETED)
    tx.change(update(t.form).where(form.type == f"L{list_.id}").values(flags=flags, updated=tx.now))
    tx.change(delete(t.list_).where(t.list_.c.id == list_.id))


def add_item(tx: Write, actor: Principal, list_id: int, given: Mapping[str, Any]) -> int:
    """Add an item to a list. Returns its id.

    Raises: NotFound, Conflict for a value that is there, or where the list takes none; Invalid for its properties.
    """
    get_list(tx, actor, list_id)
    _check_allowed(tx, list_id, ListMask.NO_NEW_ITEMS)
    _check_value(tx, list_id, given["value"])
    kept = Properties(tx, list_id).changed(None, given.get("properties", {}), is_new=True)
    columns = {
        "status": ListItemStatus.ENABLED,
        "sort": 1,
        "list_id": list_id,
        **_item_columns(given, ListItemStatus.ENABLED),
        "properties": kept,
    }
    return items_of(list_id).insert(tx, **columns)


def edit_item(tx: Write, actor: Principal, item: Row[Any], given: Mapping[str, Any]) -> None:
    """Change an item. Answers given with its former value keep that text, as in osTicket.

    Raises: Conflict for a value that is there, Invalid for its properties.
    """
    columns = _item_columns(given, item.status)
    if "value" in given:
        _check_value(tx, item.list_id, given["value"], but=item.id)
    if given.get("properties"):
        columns["properties"] = Properties(tx, item.list_id).changed(item.properties, given["properties"])
    items_of(item.list_id).save(tx, item, columns)


def delete_item(tx: Write, actor: Principal, item: Row[Any]) -> None:
    """Take an item out of its list. The row stays, for the answers that name it. Raises: Conflict."""
    _check_allowed(tx, item.list_id, ListMask.NO_REMOVAL)
    tx.change(update(t.list_items).where(t.list_items.c.id == item.id).values(list_id=None))


def _list_columns(given: Mapping[str, Any]) -> dict[str, Any]:
    columns = {column: given[name] for name, column in _COLUMNS.items() if name in given}
    return columns | ({"sort_mode": ORDERS[given["order"]]} if "order" in given else {})


def _item_columns(given: Mapping[str, Any], status: int) -> dict[str, Any]:
    columns = {column: given[name] for name, column in _ITEM_COLUMNS.items() if name in given}
    if "is_active" in given:
        status = status | ListItemStatus.ENABLED if given["is_active"] else status & ~ListItemStatus.ENABLED
    return {**columns, "status": status}


def _check_allowed(tx: Read, list_id: int, mask: int) -> None:
    masks = tx.scalar(select(t.list_.c.masks).where(t.list_.c.id == list_id))
    if masks & mask:
        raise Conflict.because("The items of this list are fixed.", code="fixed_items")


def _check_value(tx: Read, list_id: int, value: str, *, but: int | None = None) -> None:
    here = t.list_items.c.list_id == list_id
    items_of(list_id).check_unique(tx, "value", value, here, field="value", but=but)
