"""Keeping categories of FAQs. Source: people.md 5.7, golden cases 348 to 350 and 381."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, delete, select, update

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict, Faults, Invalid
from osticket_api.features.knowledge_base.category_queries import get_category
from osticket_api.features.knowledge_base.service import remove_faqs
from osticket_api.features.knowledge_base.visibility import NUMBERS
from osticket_api.kit.tree import Tree
from osticket_api.query.choices import check_parent
from osticket_api.query.resource import Resource

CATEGORIES: Final = Resource("FAQ category", t.faq_category, get_category)


class _Tree:
    """Every category, locked: names are unique among siblings and nothing lies below itself."""

    def __init__(self, tx: Write) -> None:
        statement = select(t.faq_category).order_by(t.faq_category.c.category_id)
        self.rows: Sequence[Row[Any]] = tx.rows(statement if tx.is_sqlite else statement.with_for_update())
        self.hierarchy = Tree((row.category_id, row.category_pid, row.name or "") for row in self.rows)

    def below(self, category_id: int) -> list[int]:
        """The ids of the categories right below."""
        return [row.category_id for row in self.rows if row.category_pid == category_id]


def add_category(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Add a category. Returns its id.

    Raises: Forbidden without `faq.manage`, Conflict for a name that a sibling has, Invalid for a parent there is not.
    """
    require_global(actor, GlobalPermission.faq_manage)
    _check(_Tree(tx), None, given)
    return CATEGORIES.insert(tx, **_columns(given))


def edit_category(tx: Write, actor: Principal, category: Row[Any], given: Mapping[str, Any]) -> None:
    """Change a category, or move it. A public one may lie below a private one, which hides it.

    Raises: as `add_category`, Invalid for a parent that lies below it.
    """
    require_global(actor, GlobalPermission.faq_manage)
    _check(_Tree(tx), category, given)
    columns = _columns(given)
    if columns.get("category_pid", 0) == (category.category_pid or None):
        del columns["category_pid"]
    CATEGORIES.save(tx, category, columns)


def delete_category(
    tx: Write, actor: Principal, category: Row[Any], move_to: int | None, *, with_faqs: bool = False
) -> None:
    """Delete a category. Its FAQs go with it or to another one, categories below only to another one.

    osTicket deletes the FAQs without asking, and leaves categories below pointing at one that is gone.

    Raises: Forbidden without `faq.manage`, Conflict that counts what is in the way, Invalid for no place to move to.
    """
    require_global(actor, GlobalPermission.faq_manage)
    tree = _Tree(tx)
    faq_ids = tx.scalars(select(t.faq.c.faq_id).where(t.faq.c.category_id == category.category_id))
    if with_faqs and faq_ids:
        remove_faqs(tx, faq_ids)
        tx.note_effect("faq", ids=list(faq_ids), deleted=True)
        faq_ids = []
    if move_to is not None:
        _move(tx, tree, category.category_id, move_to)
    else:
        _refuse_in_use(len(faq_ids), len(tree.below(category.category_id)))
    tx.change(delete(t.faq_category).where(t.faq_category.c.category_id == category.category_id))


def _refuse_in_use(faqs: int, categories: int) -> None:
    in_the_way = {name: count for name, count in (("faqs", faqs), ("categories", categories)) if count}
    if in_the_way:
        contents = " and ".join(f"{count} {'FAQs' if name == 'faqs' else name}" for name, count in in_the_way.items())
        advice = "Move them with ?move_to=<category>, or delete the FAQs with ?faqs=delete."
        message = f"This FAQ category holds {contents}. {advice}"
        raise Conflict.because(message, code="in_use", detail=in_the_way)


def _move(tx: Write, tree: _Tree, category_id: int, move_to: int) -> None:
    """Give what is in a category to another one."""
    if move_to not in tree.hierarchy.ids:
        raise Invalid.because(f"There is no FAQ category {move_to}.", field="move_to")
    if category_id in (move_to, *tree.hierarchy.ancestors(move_to)):
        message = "Name a category that is not deleted: neither this one nor one below it."
        raise Invalid.because(message, field="move_to")
    below = t.faq_category.c.category_pid == category_id
    for name in (row.name for row in tree.rows if row.category_pid == category_id):
        _check_name(tree, None, name, move_to, field="move_to")
    inside = t.faq.c.category_id == category_id
    moved = {
        "faqs": tx.change(update(t.faq).where(inside).values(category_id=move_to, updated=tx.now)),
        "categories": tx.change(update(t.faq_category).where(below).values(category_pid=move_to, updated=tx.now)),
    }
    tx.note_effect(CATEGORIES.key, id=move_to, receives=moved)


def _check(tree: _Tree, category: Row[Any] | None, given: Mapping[str, Any]) -> None:
    identifier = category and category.category_id
    faults = Faults()
    check_parent(tree.hierarchy, identifier, given.get("parent_id"), "FAQ category", faults)
    faults.raise_if_any()
    if given.keys() & {"name", "parent_id"}:
        name = given.get("name", category and category.name)
        parent_id = given.get("parent_id", category and category.category_pid)
        _check_name(tree, identifier, name or "", parent_id or None, field="name")


def _check_name(tree: _Tree, identifier: int | None, name: str, parent_id: int | None, *, field: str) -> None:
    """Raises: Conflict naming the sibling of this name."""
    for row in tree.rows:
        is_sibling = (row.category_pid or None) == parent_id and row.category_id != identifier
        if is_sibling and (row.name or "").casefold() == name.casefold():
            message = f"There is an FAQ category {row.name} with the same parent already."
            detail = {CATEGORIES.key: {"id": row.category_id, "name": row.name}}
            raise Conflict.because(message, field=field, code="name_taken", detail=detail)


def _columns(given: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name: given[name] for name in ("name", "description") if name in given}
    if "notes" in given:
        columns["notes"] = given["notes"] or ""
    if "parent_id" in given:
        columns["category_pid"] = given["parent_id"]
    if "visibility" in given:
        columns["ispublic"] = NUMBERS[given["visibility"]]
    return columns
