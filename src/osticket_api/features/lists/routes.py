"""Custom lists and their items over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import ADMINISTRATOR, STAFF
from osticket_api.features.lists import queries
from osticket_api.features.lists.schemas import ItemCreate, ItemQuery, ItemUpdate, ListCreate, ListUpdate
from osticket_api.features.lists.setup import (
    LISTS,
    add_item,
    add_list,
    delete_item,
    delete_list,
    edit_item,
    edit_list,
    items_of,
)
from osticket_api.features.lists.shapes import CustomList, ListItem
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router
from osticket_api.web.small_lists import NamedQuery

router = Router(tag="lists", prefix="/lists")


@router.read("", access=STAFF, returns=Page[CustomList])
async def get_lists(call: CallDependency, query: Annotated[NamedQuery, query(NamedQuery)]) -> Response:
    """The custom lists that fields can offer."""
    page = await call.read(queries.list_lists, query)
    return call.listed(page, select_fields(page.items, CustomList, query.fields))


@router.read("/{list}", access=STAFF, returns=CustomList)
async def get_list_detail(call: CallDependency, list: PathId) -> Response:
    """A custom list."""
    return call.one(await call.read(queries.get_list, list))


@router.create("", access=ADMINISTRATOR, returns=CustomList)
async def post_list(call: CallDependency, body: Annotated[ListCreate, payload(ListCreate)]) -> Response:
    """Add a custom list. Its items are added one by one."""
    return await LISTS.create(call, add_list, body.given())


@router.update("/{list}", access=ADMINISTRATOR, returns=CustomList)
async def update_list(call: CallDependency, list: PathId, body: Annotated[ListUpdate, payload(ListUpdate)]) -> Response:
    """Change a custom list."""
    return await LISTS.change(call, list, edit_list, body.given())


@router.remove("/{list}", access=ADMINISTRATOR)
async def delete_list_route(call: CallDependency, list: PathId) -> Response:
    """Delete a custom list that no field offers. Answers that were given with its items stay readable."""
    return await LISTS.remove(call, list, delete_list)


@router.read("/{list}/items", access=STAFF, returns=Page[ListItem])
async def get_items(call: CallDependency, list: PathId, query: Annotated[ItemQuery, query(ItemQuery)]) -> Response:
    """The items of a list, in its order."""
    page = await call.read(queries.list_items, list, query)
    return call.listed(page, select_fields(page.items, ListItem, query.fields))


@router.create("/{list}/items", access=ADMINISTRATOR, returns=ListItem)
async def post_item(call: CallDependency, list: PathId, body: Annotated[ItemCreate, payload(ItemCreate)]) -> Response:
    """Add an item to a list."""
    return await items_of(list).create(call, add_item, list, body.given())


@router.read("/{list}/items/{item}", access=STAFF, returns=ListItem)
async def get_item_detail(call: CallDependency, list: PathId, item: PathId) -> Response:
    """An item of a list."""
    return call.one(await call.read(queries.get_item, list, item))


@router.update("/{list}/items/{item}", access=ADMINISTRATOR, returns=ListItem)
async def update_item(
    call: CallDependency, list: PathId, item: PathId, body: Annotated[ItemUpdate, payload(ItemUpdate)]
) -> Response:
    """Change an item. Answers that were given before keep the text they had."""
    return await items_of(list).change(call, item, edit_item, body.given())


@router.remove("/{list}/items/{item}", access=ADMINISTRATOR)
async def delete_item_route(call: CallDependency, list: PathId, item: PathId) -> Response:
    """Take an item out of a list. Answers that name it stay readable."""
    return await items_of(list).remove(call, item, delete_item)
