"""The tree of all departments, with their rows locked.

Names are unique among siblings and nothing lies below itself, which one row cannot tell: whoever changes a department
holds all of them until the end of the transaction.
"""

from sqlalchemy import bindparam, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.errors import Invalid
from osticket_api.kit.tree import Tree
from osticket_api.query.resource import locked_rows

_MAX_PATH = 128


class DepartmentTree:
    """Every department, with those above it."""

    def __init__(self, tx: Write) -> None:
        rows = locked_rows(tx, t.department)
        self.rows = {row.id: row for row in rows}
        self.hierarchy = Tree((row.id, row.pid or None, row.name) for row in rows)


def write_paths(tx: Write, department_id: int) -> None:
    """Write the `path` of a department and of all below it, by which agents have access.

    osTicket forgets those below. Source: people.md 4.2
    """
    tree = DepartmentTree(tx)
    paths = {each: tree.hierarchy.path(each) for each in (department_id, *tree.hierarchy.descendants(department_id))}
    if any(len(path) > _MAX_PATH for path in paths.values()):
        raise Invalid.because("Departments are nested too deep.", field="parent_id")
    changed = [{"row": each, "new": path} for each, path in paths.items() if tree.rows[each].path != path]
    if changed:
        department = t.department
        statement = update(department).where(department.c.id == bindparam("row")).values(path=bindparam("new"))
        tx.change(statement, changed)
