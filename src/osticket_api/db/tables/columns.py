"""The kinds of columns osTicket has, each by one short word, with the exact type MySQL shows for it.

A column that MySQL calls NOT NULL without a default gets osTicket's implicit zero value here (0, '' or the zero date):
PHP relies on a lenient server for that, our sessions are strict.
"""

from typing import Any, Final

from sqlalchemy import BigInteger, Column, Date, Index, Integer, LargeBinary, TextClause, text
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateColumn, CreateIndex, FetchedValue
from sqlalchemy.types import TypeEngine

from osticket_api.db.types import ZERO_DATE, Escaped, Html, Moment, Plain, Reference, Seconds, Switch

NOW: Final = "now"
ZERO: Final = "zero"

_INTEGERS: dict[str, tuple[type[TypeEngine[int]], Any, int]] = {
    "tiny": (Integer, mysql.TINYINT, 4),
    "normal": (Integer, mysql.INTEGER, 10),
    "big": (BigInteger, mysql.BIGINT, 20),
}


def _integer(size: str, width: int | None, signed: bool) -> TypeEngine[int]:
    generic, exact, default_width = _INTEGERS[size]
    return generic().with_variant(exact(display_width=width or default_width, unsigned=not signed), "mysql", "mariadb")


def identifier(name: str, *, width: int = 11, signed: bool = False, tiny: bool = False) -> Column[int]:
    """The auto-increment primary key."""
    kind = _integer("tiny", 4, True) if tiny else _integer("normal", width, signed)
    return Column(name, kind, primary_key=True, autoincrement=True)


def number(
    name: str,
    *,
    size: str = "normal",
    width: int | None = None,
    signed: bool = False,
    nullable: bool = False,
    default: int | None = None,
    primary_key: bool = False,
) -> Column[int]:
    return Column(
        name,
        _integer(size, width, signed),
        nullable=nullable,
        primary_key=primary_key,
        autoincrement=False,
        server_default=None if default is None else text(str(default)),
        default=None if nullable or primary_key or default is not None else 0,
    )


def reference(name: str, *, width: int = 10, signed: bool = False, required: bool = False) -> Column[int]:
    """An id of another row, 0 for none. `required`: MySQL has no default for it, so we send the 0."""
    return Column(
        name,
        Reference(width, signed=signed),
        nullable=False,
        server_default=None if required else text("0"),
        default=0 if required else None,
    )


def switch(name: str, *, default: bool, width: int = 1, signed: bool = False, nullable: bool = False) -> Column[bool]:
    return Column(name, Switch(width, signed=signed), nullable=nullable, server_default=text(str(int(default))))


def moment(
    name: str, *, timestamp: bool = False, nullable: bool = False, default: str | None = None, touched: bool = False
) -> Column[Any]:
    """A point in time. `touched`: MySQL sets it on every update of the row."""
    server_default = {NOW: text("CURRENT_TIMESTAMP"), ZERO: text(f"'{ZERO_DATE}'"), None: None}[default]
    return Column(
        name,
        Moment(zero=not nullable, timestamp=timestamp),
        nullable=nullable,
        server_default=server_default,
        server_onupdate=FetchedValue() if touched else None,
        default=_nothing if not nullable and default is None else None,
        info={"touched": touched},
    )


def _nothing() -> None:
    """The value of a NOT NULL moment that an INSERT does not name: `Moment` stores None as the zero date."""


def day(name: str) -> Column[Any]:
    return Column(name, Date(), nullable=True)


def seconds(name: str) -> Column[int]:
    return Column(name, Seconds(), nullable=True)


def blob(name: str, *, long: bool = False, nullable: bool = False) -> Column[bytes]:
    exact = mysql.LONGBLOB() if long else mysql.BLOB()
    return Column(name, LargeBinary().with_variant(exact, "mysql", "mariadb"), nullable=nullable)


def choice(name: str, *values: str, nullable: bool = False, default: str | None = None) -> Column[str]:
    return Column(
        name,
        Plain(max(map(len, values))).with_variant(mysql.ENUM(*values), "mysql", "mariadb"),
        nullable=nullable,
        server_default=default,
        info={"choices": values},
    )


def plain(name: str, length: int | None = None, **options: Any) -> Column[str]:
    return _text(Plain, name, length, **options)


def html(name: str, length: int | None = None, **options: Any) -> Column[str]:
    return _text(Html, name, length, **options)


def escaped(name: str, length: int | None = None, **options: Any) -> Column[str]:
    return _text(Escaped, name, length, **options)


def _text(
    kind: type[Plain],
    name: str,
    length: int | None,
    *,
    fixed: bool = False,
    size: str = "text",
    nullable: bool = False,
    default: str | None = None,
    primary_key: bool = False,
    collation: str | None = None,
) -> Column[str]:
    is_filled = length is not None and default is not None
    return Column(
        name,
        kind(length, "char" if fixed else size, collation),
        nullable=nullable,
        primary_key=primary_key,
        server_default=default if is_filled or default is None else _as_expression(default),
        default=None if nullable or primary_key or is_filled else default or "",
    )


def _as_expression(default: str) -> TextClause:
    """The default of a TEXT as MySQL takes it. Where MySQL made osTicket's tables there is none, so we send it too."""
    return text(f"('{default}')")


def index(name: str, *columns: str) -> Index:
    return Index(name, *columns)


def unique(name: str, *columns: str) -> Index:
    return Index(name, *columns, unique=True)


def fulltext(name: str, *columns: str) -> Index:
    """A MySQL full-text index. On SQLite `embedded` builds an FTS5 table in its stead."""
    return Index(name, *columns, mysql_prefix="FULLTEXT", mariadb_prefix="FULLTEXT")


@compiles(CreateIndex, "sqlite")
def _create_index_on_sqlite(element: CreateIndex, compiler: Any, **options: Any) -> str:
    """SQLite's index names are one name space for all tables, osTicket's are one per table."""
    target = element.element
    assert isinstance(target, Index)
    assert target.table is not None
    columns = ", ".join(compiler.preparer.quote(column.name) for column in target.columns)
    name = compiler.preparer.quote(f"{target.table.name}_{target.name}")
    table = compiler.preparer.format_table(target.table)
    return f"CREATE {'UNIQUE ' if target.unique else ''}INDEX {name} ON {table} ({columns})"


@compiles(CreateColumn, "mysql", "mariadb")
def _create_column_on_mysql(element: CreateColumn, compiler: Any, **options: Any) -> str | None:
    """SQLAlchemy cannot say that the server touches a column on update."""
    created: str | None = compiler.visit_create_column(element, **options)
    touched = created and element.element.info.get("touched")
    return f"{created} ON UPDATE CURRENT_TIMESTAMP" if touched else created
