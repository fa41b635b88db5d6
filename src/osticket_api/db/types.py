"""How osTicket's columns become Python values: the conversions live here and nowhere else.

| column | Python |
| --- | --- |
| `datetime` in the database server's local time, zero dates | aware UTC `datetime` or None |
| `datetime` of our own tables, UTC | aware UTC `datetime` or None |
| reference `int` with 0 for "none" | `int` or None |
| `tinyint(1)` | `bool` |
| three-byte text | `str`; four-byte characters are written readably, see `kit.utf8mb3` |
| plain text that osTicket keeps escaped | `str`, as it was written |

The help desk's time zone belongs to the connection, not to the column: `engine.py` puts it on the dialect. A page of
tickets has a thousand values, so each takes one call at most: `result_processor` instead of `process_result_value`.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import DateTime, Dialect, Integer, String, Text
from sqlalchemy import types as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.sql import operators

from osticket_api.kit import html, utf8mb3

ZERO_DATE: Final = "0000-00-00 00:00:00"
_EPOCH: Final = datetime(1970, 1, 1)
_EPOCH_IN_UTC: Final = datetime(1970, 1, 1, tzinfo=UTC)


def zone_of(dialect: Dialect) -> tzinfo:
    """The zone in which this database's `datetime` columns are written."""
    zone: tzinfo = getattr(dialect, "help_desk_zone", UTC)
    return zone


def to_local(moment: datetime, zone: tzinfo) -> datetime:
    """An aware moment as the naive local time the database stores.

    The repeated hour of a clock change is ambiguous in osTicket's columns; the conversion back takes its first pass.
    """
    assert moment.tzinfo is not None, "a moment without a zone could mean anything"
    try:
        local = moment.astimezone(zone)
    except OverflowError:
        local = moment  # In the first and last hours of the calendar.
    return local.replace(tzinfo=None, microsecond=0, fold=0)


def to_utc(local: datetime, zone: tzinfo) -> datetime:
    """A naive local time of the database as an aware UTC moment.

    A time inside the gap of a clock change, which only foreign programs write, moves forward by the gap.
    """
    offset = zone.utcoffset(local)
    assert offset is not None, "the zone of a database has an offset at any time"
    try:
        return _in_utc(local - offset)
    except OverflowError:
        return _in_utc(local)


def _in_utc(time: datetime) -> datetime:
    """The naive time in UTC as an aware one. `datetime.replace` takes ten times as long, which lists notice."""
    return _EPOCH_IN_UTC + (time - _EPOCH)


class Moment(sa.TypeDecorator[datetime]):
    """A `datetime` column. With `zero`, None is stored as the zero date (columns that are NOT NULL)."""

    impl = DateTime
    cache_ok = True

    def __init__(self, *, zero: bool = False, timestamp: bool = False) -> None:
        super().__init__()
        self.zero = zero
        self.timestamp = timestamp

    def load_dialect_impl(self, dialect: Dialect) -> sa.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return String(19)
        return mysql.TIMESTAMP() if self.timestamp else mysql.DATETIME()

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        zone = zone_of(dialect)
        empty = ZERO_DATE if self.zero else None

        def process(moment: datetime | None) -> Any:
            return empty if moment is None else to_local(moment, zone).isoformat(" ")

        return process

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        return moment_reader(dialect)


class UtcMoment(Moment):
    """A `datetime` column of our own tables: UTC, so that no clock change makes it ambiguous."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        def process(moment: datetime | None) -> Any:
            return None if moment is None else to_local(moment, UTC).isoformat(" ")

        return process

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        return _read_utc


def moment_reader(dialect: Dialect) -> Callable[[Any], datetime | None]:
    """A function from what the driver gives for a `datetime` (text, datetime, zero date) to an aware UTC moment."""
    zone = zone_of(dialect)
    if zone is UTC:
        return _read_utc

    def process(value: Any) -> datetime | None:
        local = _parse(value)
        return None if local is None else to_utc(local, zone)

    return process


def _read_utc(value: Any) -> datetime | None:
    local = _parse(value) if isinstance(value, str) else value
    return None if local is None else _in_utc(local)


def _parse(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    if value.startswith("0000-00-00"):
        return None
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return None


class Reference(sa.TypeDecorator[int]):
    """An id column in which osTicket writes 0 for "none". Compare with None to ask for the 0."""

    impl = Integer
    cache_ok = True

    class comparator_factory(sa.TypeDecorator.Comparator[int]):
        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            if other and other[0] is None and op in (operators.eq, operators.ne, operators.is_, operators.is_not):
                op = operators.ne if op in (operators.ne, operators.is_not) else operators.eq
                other = (0,)
            return super().operate(op, *other, **kwargs)

    def __init__(self, width: int = 10, *, signed: bool = False) -> None:
        super().__init__()
        self.width = width
        self.signed = signed

    def load_dialect_impl(self, dialect: Dialect) -> sa.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return Integer()
        return mysql.INTEGER(display_width=self.width, unsigned=not self.signed)

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int:
        return value or 0

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], int | None]:
        return _present


def _present(value: int | None) -> int | None:
    return value or None


class Switch(sa.TypeDecorator[bool]):
    """A `tinyint(1)` that says yes or no."""

    impl = Integer
    cache_ok = True

    def __init__(self, width: int = 1, *, signed: bool = False) -> None:
        super().__init__()
        self.width = width
        self.signed = signed

    def load_dialect_impl(self, dialect: Dialect) -> sa.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return Integer()
        return mysql.TINYINT(display_width=self.width, unsigned=not self.signed)

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], bool]:
        return bool


_TEXTS: Final[dict[str, type[sa.TypeEngine[str]]]] = {
    "tinytext": mysql.TINYTEXT,
    "text": mysql.TEXT,
    "mediumtext": mysql.MEDIUMTEXT,
}


class Plain(sa.TypeDecorator[str]):
    """Plain text: four-byte characters are stored by name. Compared without regard to case, as osTicket does."""

    impl = Text
    cache_ok = True

    def __init__(self, length: int | None = None, size: str = "text", collation: str | None = None) -> None:
        super().__init__(length)
        self.length = length
        self.size = size
        self.collation = collation

    def load_dialect_impl(self, dialect: Dialect) -> sa.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return Text(collation=None if self.collation == "ascii_bin" else "NOCASE")
        if self.size == "char":
            return mysql.CHAR(self.length, **self._charset())
        if self.length:
            return mysql.VARCHAR(self.length, **self._charset())
        return _TEXTS[self.size]()

    def _charset(self) -> dict[str, str]:
        return {"charset": self.collation.split("_")[0], "collation": self.collation} if self.collation else {}

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else utf8mb3.to_names(value)


class Html(Plain):
    """HTML: four-byte characters are stored as character references, which browsers show as they were."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else utf8mb3.to_references(value)


class Escaped(Html):
    """Plain text that osTicket keeps as HTML and prints as it is. In Python it is the text itself."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return super().process_bind_param(None if value is None else html.escape(value), dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], str | None]:
        return _unescaped


def _unescaped(value: str | None) -> str | None:
    return None if value is None else html.unescape(value)


class Seconds(sa.TypeDecorator[int]):
    """A `time` column as seconds since midnight."""

    impl = sa.Time
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.TypeEngine[Any]:
        return String(8) if dialect.name == "sqlite" else mysql.TIME()

    def bind_processor(self, dialect: Dialect) -> Callable[[int | None], str | None]:
        def process(seconds: int | None) -> str | None:
            return None if seconds is None else str(timedelta(seconds=seconds)).zfill(8)

        return process

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], int | None]:
        return _read_seconds


def _read_seconds(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    hours, minutes, seconds = (int(part) for part in str(value).split(":"))
    return hours * 3600 + minutes * 60 + seconds
