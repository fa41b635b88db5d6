"""Custom lists and their items over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.lists import queries
from osticket_api.features.lists.requests import ItemCreate, ItemQuery, ItemUpdate, ListCreate, ListUpdate
from osticket_api.features.lists.responses import CustomList, ListItem
from osticket_api.features.lists.service import (
    LISTS,
    add_item,
    add_list,
    delete_item,
    delete_list,
    edit_item,
    edit_list,
    items_of,
)
from osticket_api.query.small_lists import NamedQuery
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="lists", prefix="/lists")


@router.get("", access=STAFF)
def get_lists(unit: Read, caller: Staff, query: NamedQuery) -> Page[CustomList]:
    """The custom lists that fields can offer."""
    return queries.list_lists(unit, caller, query)


@router.get("/{list}", access=STAFF)
def get_list_detail(unit: Read, caller: Staff, list: PathId) -> CustomList:
    """A custom list."""
    return queries.get_list(unit, caller, list)


@router.post("", access=ADMINISTRATOR)
def post_list(unit: Write, caller: Staff, body: ListCreate) -> Created[CustomList]:
    """Add a custom list. Its items are added one by one."""
    list_id = add_list(unit, caller, body.given())
    return Created(LISTS.get(unit, caller, list_id))


@router.patch("/{list}", access=ADMINISTRATOR)
def update_list(unit: Write, caller: Staff, list: PathId, body: ListUpdate) -> CustomList:
    """Change a custom list."""
    edit_list(unit, caller, LISTS.get_for_update(unit, caller, list), body.given())
    return LISTS.get(unit, caller, list)


@router.delete("/{list}", access=ADMINISTRATOR)
def delete_list_route(unit: Write, caller: Staff, list: PathId) -> None:
    """Delete a custom list that no field offers. Answers that were given with its items stay readable."""
    delete_list(unit, caller, LISTS.get_for_update(unit, caller, list))
    LISTS.note_deleted(unit, list)


@router.get("/{list}/items", access=STAFF)
def get_items(unit: Read, caller: Staff, list: PathId, query: ItemQuery) -> Page[ListItem]:
    """The items of a list, in its order."""
    return queries.list_items(unit, caller, list, query)


@router.post("/{list}/items", access=ADMINISTRATOR)
def post_item(unit: Write, caller: Staff, list: PathId, body: ItemCreate) -> Created[ListItem]:
    """Add an item to a list."""
    item_id = add_item(unit, caller, list, body.given())
    return Created(items_of(list).get(unit, caller, item_id))


@router.get("/{list}/items/{item}", access=STAFF)
def get_item_detail(unit: Read, caller: Staff, list: PathId, item: PathId) -> ListItem:
    """An item of a list."""
    return queries.get_item(unit, caller, list, item)


@router.patch("/{list}/items/{item}", access=ADMINISTRATOR)
def update_item(unit: Write, caller: Staff, list: PathId, item: PathId, body: ItemUpdate) -> ListItem:
    """Change an item. Answers that were given before keep the text they had."""
    edit_item(unit, caller, items_of(list).get_for_update(unit, caller, item), body.given())
    return items_of(list).get(unit, caller, item)


@router.delete("/{list}/items/{item}", access=ADMINISTRATOR)
def delete_item_route(unit: Write, caller: Staff, list: PathId, item: PathId) -> None:
    """Take an item out of a list. Answers that name it stay readable."""
    delete_item(unit, caller, items_of(list).get_for_update(unit, caller, item))
    items_of(list).note_deleted(unit, item)
