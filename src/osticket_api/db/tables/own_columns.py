"""The kinds of columns our own tables have.

Migrations of the past use them too, so a kind never changes: a new one gets a new name.
"""

from typing import Any, Final

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Text
from sqlalchemy.dialects import mysql

from osticket_api.db.types import UtcMoment

_ON_MYSQL: Final = ("mysql", "mariadb")

TABLE_OPTIONS: Final[dict[str, Any]] = {
    f"{dialect}_{option}": value
    for dialect in _ON_MYSQL
    for option, value in (("engine", "InnoDB"), ("charset", "utf8mb4"), ("collate", "utf8mb4_general_ci"))
}
"""Said expressly: a database's own defaults may be older than we are, and servers differ in how they compare text."""


def row_id() -> Column[int]:
    return Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True)


def exact(name: str, length: int, *, nullable: bool = False, primary_key: bool = False) -> Column[str]:
    """What a header can hold, compared byte by byte: hashes, codes, what other programs name."""
    kind = mysql.VARCHAR(length, charset="latin1", collation="latin1_bin")
    return Column(name, String(length).with_variant(kind, *_ON_MYSQL), nullable=nullable, primary_key=primary_key)


def large(name: str, *, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary().with_variant(mysql.LONGBLOB(), *_ON_MYSQL), nullable=nullable)


def utc_moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, UtcMoment(), nullable=nullable)


def exact_text(name: str, *, nullable: bool = False) -> Column[str]:
    """Any text, compared character by character, as other tables' text is not."""
    kind = mysql.TEXT(charset="utf8mb4", collation="utf8mb4_bin")
    return Column(name, Text().with_variant(kind, *_ON_MYSQL), nullable=nullable)
