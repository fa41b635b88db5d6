"""tickets-stats: how many tickets there are, by department and by agent. Source: legacy-endpoints.md 5.

Everything that is not closed counts as open, archived tickets too; overdue counts closed ones as well.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from osticket_api.access.principal import ApiKey
from osticket_api.db.unit import Read
from osticket_api.legacy.plugin import queries
from osticket_api.legacy.plugin.responses import ResponseOptions


def count(tx: Read, key: ApiKey, with_objects: bool) -> dict[str, Any]:
    """PHP writes an empty map as an empty list, and so do we. Departments of the same name count as one."""
    rows = queries.count_by_place(tx, key)
    departments = queries.names_of_departments(tx)
    return {
        **_sums(rows),
        "by_department": _by_department(rows, departments),
        "by_staff": _by_staff(tx, rows, departments, ResponseOptions(tx.zone, with_objects)),
    }


def _sums(rows: Iterable[Row[Any]]) -> dict[str, int]:
    sums = {"total": 0, "open": 0, "closed": 0, "overdue": 0}
    for row in rows:
        sums["total"] += row.amount
        sums["closed" if row.is_closed else "open"] += row.amount
        sums["overdue"] += row.amount if row.isoverdue else 0
    return sums


def _by_department(rows: Iterable[Row[Any]], names: dict[int, str]) -> dict[str, Any] | list[Any]:
    grouped: dict[str, list[Row[Any]]] = {}
    for row in rows:
        if row.dept_id in names:
            grouped.setdefault(names[row.dept_id], []).append(row)
    return {name: _sums(grouped[name]) for name in sorted(grouped)} or []


def _by_staff(
    tx: Read, rows: Iterable[Row[Any]], departments: dict[int, str], options: ResponseOptions
) -> list[dict[str, Any]]:
    names = queries.names_of_staff(tx)
    grouped: dict[int, list[Row[Any]]] = {}
    for row in rows:
        if row.staff_id in names:
            grouped.setdefault(row.staff_id, []).append(row)
    return [
        {
            "staff_id": staff_id,
            "staff_name": options.staff(*names[staff_id]),
            "total": _sums(grouped[staff_id])["total"],
            "departments": _without_total(_by_department(grouped[staff_id], departments)),
        }
        for staff_id in sorted(grouped, key=lambda each: (" ".join(names[each]).lower(), each))
    ]


def _without_total(counted: dict[str, Any] | list[Any]) -> dict[str, Any] | list[Any]:
    if isinstance(counted, list):
        return counted
    return {name: {kind: sums[kind] for kind in ("open", "closed", "overdue")} for name, sums in counted.items()}
