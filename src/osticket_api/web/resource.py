"""Setting up what a help desk is made of: the one way to add, change and remove a row that has an id and a name.

A feature describes its rows once, as a `Resource`, and gives it the functions that know the rules:

    ROLES = Resource("role", t.role, "/api/v2/roles", get_role)

    @router.update("/{role}", access=ADMINISTRATOR, returns=Role)
    async def update_role(call, role, body):
        return await ROLES.change(call, role, edit_role, body.given())
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from sqlalchemy import Column, ColumnElement, Row, Table, func, select, update
from starlette.responses import Response

from osticket_api.access.principal import Principal
from osticket_api.db.engine import Read, Write
from osticket_api.errors import Conflict, Invalid, NotFound
from osticket_api.web.call import Call, Precondition

P = ParamSpec("P")
Shape = TypeVar("Shape")


@dataclass(frozen=True)
class Resource(Generic[Shape]):
    """One kind of row: what it is called, where it is, and how a caller sees it.

    `words`: fields by the columns that are called otherwise, for telling what a change does.
    """

    noun: str
    table: Table
    path: str
    get: Callable[[Read, Principal, int], Shape]
    words: Mapping[str, str] = field(default_factory=dict)

    async def create(
        self,
        call: Call,
        add: Callable[Concatenate[Write, Principal, P], int],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Response:
        """Add a row with a function that gives its id, and answer 201 with the resource and where it is."""

        def unit(tx: Write, principal: Principal) -> tuple[int, Shape]:
            row_id = add(tx, principal, *args, **kwargs)
            return row_id, self.get(tx, principal, row_id)

        return await call.change(self._created(call), unit)

    async def change(
        self,
        call: Call,
        row_id: int,
        edit: Callable[Concatenate[Write, Principal, Row[Any], P], object],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Response:
        """Change a row that the caller may see, held to `If-Match`, and answer with the resource as it is then."""

        def unit(tx: Write, principal: Principal) -> Shape:
            edit(tx, principal, self.to_change(tx, principal, row_id, call.precondition), *args, **kwargs)
            return self.get(tx, principal, row_id)

        return await call.change(call.one, unit)

    async def remove(
        self,
        call: Call,
        row_id: int,
        delete: Callable[Concatenate[Write, Principal, Row[Any], P], object],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Response:
        """Remove a row that the caller may see, held to `If-Match`, and answer 204."""

        def unit(tx: Write, principal: Principal) -> None:
            delete(tx, principal, self.to_change(tx, principal, row_id, call.precondition), *args, **kwargs)
            tx.note_effect(self.key, id=row_id, deleted=True)

        return await call.change(lambda _: call.nothing(), unit)

    def to_change(self, tx: Write, principal: Principal, row_id: int, precondition: Precondition) -> Row[Any]:
        """The row, locked, as the caller has read it. Raises: NotFound where they cannot see it, Stale."""
        row = tx.locked(select(self.table).where(self.identity == row_id))
        current = self.get(tx, principal, row_id)
        precondition.check(current)
        if row is None:
            raise NotFound.because(f"There is no {self.noun} {row_id}.")
        return row

    @property
    def key(self) -> str:
        """What it is called in effects and details."""
        return self.noun.lower().replace(" ", "_")

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
            message = f"There is a {self.noun} with this {field} already: {self.noun} {other}."
            raise Conflict.because(message, field=field, code=f"{field}_taken", detail={self.key: {"id": other}})

    def _created(self, call: Call) -> Callable[[tuple[int, Shape]], Response]:
        def answer(made: tuple[int, Shape]) -> Response:
            row_id, shape = made
            return call.one(shape, status=201, location=f"{self.path}/{row_id}")

        return answer

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
