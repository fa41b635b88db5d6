"""Ids in a body that must name something in use: one query tells about all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, case, literal, select

from osticket_api.db.engine import Read
from osticket_api.errors import Faults
from osticket_api.kit.lineage import Lineage


@dataclass(frozen=True)
class Choice:
    """What a field may name: things of a kind, by their id, if they are `usable`."""

    kind: str
    id: ColumnElement[int]
    usable: ColumnElement[bool] | None = None

    def state(self, identifier: int) -> ScalarSelect[int]:
        """1 for a thing in use, 0 for one that is not, null where there is none."""
        state = literal(1) if self.usable is None else case((self.usable, 1), else_=0)
        return select(state).where(self.id == identifier).scalar_subquery()


def check_choices(tx: Read, choices: Mapping[str, Choice], wanted: Mapping[str, Any], faults: Faults) -> None:
    """Find what is wrong with the ids that are `wanted`, by the name of their field. None chooses nothing."""
    named = {field: identifier for field, identifier in wanted.items() if field in choices and identifier is not None}
    if not named:
        return
    found = tx.row(select(*(choices[field].state(identifier).label(field) for field, identifier in named.items())))
    assert found is not None
    for field, identifier in named.items():
        kind, state = choices[field].kind, getattr(found, field)
        if state is None:
            faults.add(field, f"There is no {kind} {identifier}.")
        elif not state:
            faults.add(field, f"The {kind} {identifier} is not in use.", code="disabled")


def check_choice(tx: Read, choice: Choice, identifier: int | None, *, field: str) -> None:
    """Raises: Invalid when this names nothing in use. None chooses nothing."""
    faults = Faults()
    check_choices(tx, {field: choice}, {field: identifier}, faults)
    faults.raise_if_any()


def check_parent(lineage: Lineage, identifier: int | None, parent_id: int | None, kind: str, faults: Faults) -> None:
    """Whether a thing, or a new one, can lie below that parent: there must be one, and none of its own children."""
    if parent_id is None:
        return
    if parent_id not in lineage.ids:
        faults.add("parent_id", f"There is no {kind} {parent_id}.")
    elif identifier is not None and identifier in (parent_id, *lineage.ancestors(parent_id)):
        faults.add("parent_id", f"A {kind} cannot lie in itself or below.", code="loop")
