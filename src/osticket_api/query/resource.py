"""Setting up what a help desk is made of: the one way to add, change and remove a row that has an id and a name.

A feature describes its rows once, as a `Resource`, and gives it the functions that know the rules:

    ROLES = Resource("role", t.role, get_role)

    @router.patch("/{role}", access=ADMINISTRATOR)
    def update_role(unit: Write, caller: Staff, role: PathId, body: RoleUpdate) -> Role:
        edit_role(unit, caller, ROLES.get_for_update(unit, caller, role), body.given())
        return ROLES.get(unit, caller, role)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Column, ColumnElement, Row, Table, func, select, update

from osticket_api.access.principal import Principal
from osticket_api.db.effects import EffectKind
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Invalid, NotFound

Shape = TypeVar("Shape")


@dataclass(frozen=True)
class Resource(Generic[Shape]):
    """One kind of row: what it is called, and how a caller sees it.

    `words`: fields by the columns that are called otherwise, for telling what a change does.
    """

    noun: str
    table: Table
    get: Callable[[Read, Principal, int], Shape]
    words: Mapping[str, str] = field(default_factory=dict)

    def get_for_update(self, unit: Write, caller: Principal, row_id: int) -> Row[Any]:
        """The row, locked, its state compared with `If-Match`. Raises: NotFound where the caller cannot see it."""
        row = unit.locked(select(self.table).where(self.identity == row_id))
        unit.precondition.check(self.get(unit, caller, row_id))
        if row is None:
            raise NotFound.because(f"There is no {self.noun} {row_id}.")
        return row

    def note_deleted(self, unit: Write, row_id: int) -> None:
        """Tell of a deletion in the effects."""
        unit.note_effect(self.key, id=row_id, deleted=True)

    @property
    def key(self) -> EffectKind:
        """The name of the resource in effects and details."""
        return cast("EffectKind", self.noun.lower().replace(" ", "_"))

    @property
    def identity(self) -> Column[Any]:
        (column,) = self.table.primary_key.columns
        return column

    def insert(self, tx: Write, **values: Any) -> int:
        """Add a row, stamped. Returns its id."""
        stamped = {name: tx.now for name in ("created", "updated") if name in self.table.c}
        row_id = tx.insert(self.table, **stamped, **values)
        tx.note_effect(self.key, id=row_id, added=True)
        return row_id

    def save(self, tx: Write, row: Row[Any], values: Mapping[str, Any], *, touch: bool = False) -> bool:
        """Write the columns that really change, and `updated` with them. Returns whether anything did.

        `touch`: something that belongs to the row but is kept elsewhere changed.
        """
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not changed and not touch:
            return False
        told = {self.words.get(name, name): [getattr(row, name), value] for name, value in changed.items()}
        tx.note_effect(self.key, id=self._id(row), changed=told)
        stamped = {"updated": tx.now} if "updated" in self.table.c else {}
        if changed or stamped:
            tx.change(update(self.table).where(self.identity == self._id(row)).values(**changed, **stamped))
        return True

    def check_unique(
        self, tx: Read, column: str, value: Any, *within: ColumnElement[bool], field: str, but: int | None = None
    ) -> None:
        """Raises: Conflict naming the row that has this value already, `within` those it must differ from."""
        same = select(self.identity).where(self.table.c[column] == value, self.identity != (but or 0), *within)
        other = tx.scalar(same.limit(1))
        if other is not None:
            message = f"Another {self.noun} has this {field} already: {self.noun} {other}."
            raise Conflict.because(message, field=field, code=f"{field}_taken", detail={self.key: {"id": other}})

    def _id(self, row: Row[Any]) -> int:
        return int(getattr(row, self.identity.key))


def locked_rows(tx: Write, table: Table) -> Sequence[Row[Any]]:
    """All rows of a small table, locked: for what one row cannot tell, such as that no tree lies in itself."""
    statement = select(table).order_by(*table.primary_key.columns)
    return tx.rows(statement if tx.is_sqlite else statement.with_for_update())


def check_reference(tx: Read, column: Column[Any], value: int | None, *, field: str, noun: str, **having: Any) -> None:
    """Raises: Invalid when a row that is referred to is not there, or not with these values. None refers to nothing."""
    if value is None:
        return
    wanted = [column.table.c[name] == expected for name, expected in having.items()]
    if tx.scalar(select(column).where(column == value, *wanted)) is None:
        raise Invalid.because(f"There is no {noun} {value} to choose.", field=field)


def refuse_in_use(tx: Read, noun: str, uses: Mapping[str, Any], advice: str) -> None:
    """Hold on to what others refer to.

    `uses`: by what they are called, the condition that finds them.

    Raises: Conflict that counts what is in the way, and says where it could go.
    """
    counts = {name: tx.scalar(select(func.count()).where(condition)) or 0 for name, condition in uses.items()}
    in_the_way = {name: count for name, count in counts.items() if count}
    if in_the_way:
        told = ", ".join(f"{count} {name}" for name, count in in_the_way.items())
        raise Conflict.because(f"This {noun} is in use: {told}. {advice}", code="in_use", detail=in_the_way)
