"""Keeping the searches that agents save for themselves.

Queues of the help desk are set up in osTicket. Source: tickets.md 8.3, Appendix A.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, delete, update

from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.flags import QueueFlag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Faults, Forbidden, Invalid, NotFound
from osticket_api.features.queues import model
from osticket_api.features.queues.conditions import require_not_hidden
from osticket_api.features.queues.criteria.context import CriteriaContext, Untranslatable
from osticket_api.features.queues.criteria.reading import Criterion, keys_of
from osticket_api.features.queues.criteria.translating import KEYWORDS, translate
from osticket_api.features.queues.queries import agent, get_queue
from osticket_api.kit import php_json
from osticket_api.query.resource import Resource, check_reference, refuse_in_use

SEARCHES: Final = Resource("queue", t.queue, get_queue)

_OF_TICKETS: Final = "T"
_LIKE_THE_ONE_ABOVE: Final = (
    QueueFlag.INHERITS_CRITERIA
    | QueueFlag.INHERITS_COLUMNS
    | QueueFlag.INHERITS_SORTS
    | QueueFlag.INHERITS_DEFAULT_SORT
)
_CONFIG_BYTES: Final = 65_535
_PATH_LENGTH: Final = 80


def add_search(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Save a search for the agent alone. Returns its id.

    Below a queue it takes over that one's criteria, columns and orders. Raises: Invalid.
    """
    staff = agent(actor)
    columns = _columns(tx, staff, given)
    flags = _LIKE_THE_ONE_ABOVE if given.get("parent_id") else 0
    search_id = SEARCHES.insert(tx, root=_OF_TICKETS, staff_id=staff.id, flags=flags, **columns)
    tx.change(update(t.queue).where(t.queue.c.id == search_id).values(path=_path(tx, staff, search_id)))
    return search_id


def edit_search(tx: Write, actor: Principal, search: Row[Any], given: Mapping[str, Any]) -> None:
    """Change a search of the agent's. Raises: Forbidden for one that is not theirs, Invalid."""
    staff = agent(actor)
    _check_own(staff, search)
    columns = _columns(tx, staff, given, search.id)
    if "parent_id" in given:
        line = _LIKE_THE_ONE_ABOVE if given["parent_id"] else 0
        columns["flags"] = search.flags & ~_LIKE_THE_ONE_ABOVE | line
    if SEARCHES.save(tx, search, columns) and "parent_id" in given:
        tx.change(update(t.queue).where(t.queue.c.id == search.id).values(path=_path(tx, staff, search.id)))


def delete_search(tx: Write, actor: Principal, search: Row[Any]) -> None:
    """Delete a search of the agent's with what they have set on it.

    Raises: Forbidden for one that is not theirs, Conflict while others lie below it.
    """
    _check_own(agent(actor), search)
    refuse_in_use(tx, "search", {"searches below it": t.queue.c.parent_id == search.id}, "Delete or move them first.")
    for table in (t.queue_columns, t.queue_sorts, t.queue_config, t.queue_export):
        tx.change(delete(table).where(table.c.queue_id == search.id))
    tx.change(delete(t.queue).where(t.queue.c.id == search.id))


def _check_own(staff: Staff, search: Row[Any]) -> None:
    if search.staff_id != staff.id:
        raise Forbidden.because(
            "Only your own saved searches can be changed: queues of the help desk are set up in osTicket."
        )


def _columns(tx: Read, staff: Staff, given: Mapping[str, Any], search_id: int | None = None) -> dict[str, Any]:
    columns = {name: given[name] for name in ("title", "sort_id", "parent_id") if name in given}
    if "criteria" in given:
        columns["config"] = _config(tx, staff, given["criteria"])
    check_reference(tx, t.queue_sort.c.id, given.get("sort_id"), field="sort_id", noun="order")
    if given.get("parent_id") is not None:
        _check_parent(tx, staff, given["parent_id"], search_id)
    return columns


def _check_parent(tx: Read, staff: Staff, parent_id: int, search_id: int | None) -> None:
    queues = model.load_queues(tx, staff)
    try:
        parent = queues.get(parent_id)
    except NotFound:
        raise Invalid.because(f"There is no queue {parent_id} to choose.", field="parent_id") from None
    if search_id in [each.id for each in queues.above(parent)]:
        raise Invalid.because("A saved search cannot be its own parent.", field="parent_id", code="loop")


def _path(tx: Read, staff: Staff, search_id: int) -> str:
    """The ids from the top down, as osTicket keeps them beside the row."""
    queues = model.load_queues(tx, staff)
    line = reversed(queues.above(queues.get(search_id)))
    path = "/" + "".join(f"{each.id}/" for each in line)
    if len(path) > _PATH_LENGTH:
        raise Invalid.because("Saved searches are nested too deep.", field="parent_id")
    return path


def _config(tx: Read, staff: Staff, given: Sequence[Mapping[str, Any]]) -> str:
    """The criteria as the row holds them. Raises: Invalid naming those that cannot be asked for."""
    criteria = [_as_kept(each) for each in given]
    require_not_hidden(staff, {each.path: f"criteria.{place}" for place, each in enumerate(criteria)})
    faults = Faults()
    for place, criterion in enumerate(criteria):
        try:
            translate(CriteriaContext(tx, staff), [criterion])
        except Untranslatable as error:
            faults.add(f"criteria.{place}", f"This server does not support {error.what}.")
    faults.raise_if_any()
    triples = [[each.path, each.method, each.value] for each in criteria]
    config = php_json.encode({"criteria": triples, "conditions": []})
    if len(config) > _CONFIG_BYTES:
        raise Invalid.because("These criteria are too long.", field="criteria")
    return config


def _as_kept(given: Mapping[str, Any]) -> Criterion:
    """Choices are kept as maps of keys to labels: osTicket shows the labels."""
    path, method, value = given["field"], given.get("method"), given.get("value")
    if path == KEYWORDS:
        return Criterion(path, None, value)
    if method in ("includes", "!includes") and not isinstance(value, Mapping):
        value = {key: key for key in keys_of(value)}
    return Criterion(path, method, value)
