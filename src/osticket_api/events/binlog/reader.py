"""Reading the binary log, in a thread of its own: which rows were changed by what was committed.

The log does not say what happened: it says where to look. What is told is made by the tailer, from the tables.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from secrets import randbelow
from threading import Event, Thread
from typing import Any, Final

import pymysql
import structlog
from pymysqlreplication import BinLogStreamReader
from pymysqlreplication.event import HeartbeatLogEvent, NotImplementedEvent, RotateEvent, XidEvent
from pymysqlreplication.row_event import DeleteRowsEvent, UpdateRowsEvent, WriteRowsEvent
from sqlalchemy import Column

from osticket_api.db import tables as t
from osticket_api.events.binlog.address import Address, connected, is_denied
from osticket_api.events.binlog.hints import Heard, Hints
from osticket_api.events.binlog.server import Denied, LogTable, Refused, denied, find_end, find_tables
from osticket_api.events.feed import LogPosition
from osticket_api.events.subjects import Key
from osticket_api.events.watches import WATCHES

_SECONDS_BETWEEN_HEARTBEATS: Final = 0.5
_LONGEST_PAUSE: Final = 30.0
_SECONDS_WHILE_REFUSED: Final = 60.0
_ROWS_AT_ONCE: Final = 500
_MADE_UP_ID: Final = 1 << 31
"""Every reader of a log has a number of its own, as servers have: ours begin where people do not number servers."""
_POSITION_LOST: Final = 1236
_UNSIGNED: Final = 1 << 32
_COMPRESSED: Final = {40, *range(165, 172)}
"""The numbers of events that hold others compressed, in MySQL and in MariaDB."""
_ROWS: Final = (WriteRowsEvent, UpdateRowsEvent, DeleteRowsEvent)
_HEARD: Final = (*_ROWS, XidEvent, RotateEvent, HeartbeatLogEvent, NotImplementedEvent)

_log: Final = structlog.get_logger("binlog")
logging.getLogger("pymysqlreplication").setLevel(logging.ERROR)  # It warns of what is usual.


class _ConnectionLost(Exception):
    """The library would connect anew by itself, and take up the log in the middle of a transaction."""


class _PositionLost(Exception):
    """The log cannot be read from there any more."""


class LogReader:
    """Reads while it is started. Stirs after each transaction that touched a watched table."""

    def __init__(self, address: Address, stir: Callable[[], None]) -> None:
        self._address = address
        self._stir = stir
        self._run: _Run | None = None

    @property
    def hints(self) -> Hints | None:
        """What was read and is to be looked at. None while nothing is read."""
        return None if self._run is None else self._run.hints

    @property
    def is_followed(self) -> bool:
        """Whether the log is read just now, so that everything committed is heard of at once."""
        return self._run is not None and self._run.is_followed

    @property
    def position(self) -> LogPosition | None:
        """How far the log was read."""
        return None if self._run is None else self._run.position

    def start(self, position: LogPosition | None) -> None:
        """Read from this position on, or from the end of the log. Nothing, while it is read already."""
        if self._run is None:
            self._run = _Run(self._address, self._stir, position)
            Thread(target=self._run.go_on, name="binlog", daemon=True).start()

    def stop(self) -> None:
        """Let the thread end, which it does at the next heartbeat."""
        if self._run is not None:
            self._run.ended.set()
            self._run = None


class _Run:
    """One thread's reading, over as many connections as it takes."""

    def __init__(self, address: Address, stir: Callable[[], None], position: LogPosition | None) -> None:
        self._address = address
        self._stir = stir
        self.position = position
        self._failures = 0
        self._rows: set[Key] = set()
        self._is_touched = False
        self.hints = Hints()
        self.ended = Event()
        self.is_followed = False

    def go_on(self) -> None:
        """Read until it is ended. What fails is tried again, each time after a longer pause."""
        while not self.ended.is_set():
            pause = self._try()
            self.is_followed = False
            self.ended.wait(pause)

    def _try(self) -> float:
        """Read until something fails. Returns how many seconds to leave the server alone."""
        try:
            self._follow()
        except Refused as refused:
            _log.warning("binlog_refused", reason=str(refused), instead="events go by the tables")
            return _SECONDS_WHILE_REFUSED
        except _PositionLost as lost:
            _log.warning("binlog_position_lost", reason=str(lost), instead="what was missed is found by comparing")
            self.position = None
        except (pymysql.MySQLError, OSError, _ConnectionLost) as error:
            _log.warning("binlog_lost", reason=str(error), instead="events go by the tables")
        except Exception:
            _log.exception("binlog_unreadable", instead="what was missed is found by comparing")
            self.position = None
        self._failures += 1
        return min(_LONGEST_PAUSE, 0.25 * 2.0**self._failures)

    def _follow(self) -> None:
        try:
            with connected(self._address) as ask:
                end, tables = find_end(ask), find_tables(ask, _keys_of_tables())
        except Denied as error:
            raise Refused(str(error)) from error
        if self.position is not None and self.position.server != end.server:
            raise _PositionLost(f"it is of server {self.position.server}, and this is server {end.server}")
        if self.position is None:
            self._put(Heard(frozenset(), end))
        self._read(self.position or end, tables)

    def _read(self, position: LogPosition, tables: Mapping[str, LogTable]) -> None:
        stream = _stream(self._address, position, tables.values())
        try:
            for event in stream:
                if self.ended.is_set():
                    return
                self._note_followed(position)
                self._hear(
                    event, tables, LogPosition(server=position.server, file=stream.log_file, offset=stream.log_pos)
                )
        except pymysql.MySQLError as error:
            raise self._meant(error) from error
        finally:
            stream.close()

    def _note_followed(self, position: LogPosition) -> None:
        if not self.is_followed:
            _log.info("binlog_followed", file=position.file, offset=position.offset)
            self.is_followed, self._failures, self._rows, self._is_touched = True, 0, set(), False

    def _hear(self, event: Any, tables: Mapping[str, LogTable], position: LogPosition) -> None:
        """Take the rows of an event. Between two transactions everything so far becomes a piece for the tailer."""
        if isinstance(event, NotImplementedEvent):
            _require_readable(event)
        elif isinstance(event, _ROWS):
            self._is_touched = True
            self._rows.update(_keys(event, tables))
            if len(self._rows) >= _ROWS_AT_ONCE:
                self._put_rows(None)
        else:
            self.position = position
            if self._is_touched or isinstance(event, RotateEvent):
                self._put_rows(position)
            if self._is_touched:
                self._stir()
            self._is_touched = False

    def _put_rows(self, position: LogPosition | None) -> None:
        self._put(Heard(frozenset(self._rows), position))
        self._rows.clear()

    def _put(self, heard: Heard) -> None:
        while not self.hints.put(heard) and not self.ended.is_set():
            pass  # Each try waits a while for room.

    def _meant(self, error: pymysql.MySQLError) -> Exception:
        """What an error of the server means for us."""
        if error.args and error.args[0] == _POSITION_LOST:
            return _PositionLost(str(error))
        if is_denied(error):
            with connected(self._address) as ask:
                return denied(ask)
        return error


def require_readable(address: Address) -> LogPosition:
    """Read a first piece of the log's end, without waiting for more. Returns where the log ends.

    Raises: Refused where the server does not let us; MySQLError or OSError where it does not answer.
    """
    with connected(address) as ask:
        end = find_end(ask)
        try:
            with closing(_stream(address, end, [], is_waiting=False)) as stream:
                next(iter(stream), None)
        except pymysql.MySQLError as error:
            raise (denied(ask) if is_denied(error) else error) from error
    return end


def _keys_of_tables() -> dict[str, str]:
    """The tables whose changes are looked at: rows that are compared, those beside them, and rows of conversations."""
    conversing = (t.thread_event, t.thread_entry, t.attachment, t.thread)
    keys = [column for _, column in _keys_of_watches()] + [table.c.id for table in conversing]
    return {key.table.name: key.name for key in keys}


def _stream(address: Address, position: LogPosition, tables: Iterable[LogTable], *, is_waiting: bool = True) -> Any:
    listed = list(tables)
    return BinLogStreamReader(
        connection_settings=dict(address),
        server_id=_MADE_UP_ID + randbelow(_MADE_UP_ID),
        blocking=is_waiting,
        resume_stream=True,
        log_file=position.file,
        log_pos=position.offset,
        only_events=_HEARD,
        filter_non_implemented_events=False,
        only_tables=[table.name for table in listed],
        only_schemas=[table.schema for table in listed],
        slave_heartbeat=_SECONDS_BETWEEN_HEARTBEATS,
        ignore_decode_errors=True,
        enable_logging=False,
        pymysql_wrapper=_connecting(),
    )


_CONNECTIONS: Final = 2
"""One that the log comes by, and one on which the library asks what it has to know."""


def _connecting() -> Callable[..., Any]:
    """What opens the connections of a stream, and none in place of a lost one: see `_ConnectionLost`."""
    opened: list[Any] = []

    def connect(**options: Any) -> Any:
        if len(opened) == _CONNECTIONS:
            raise _ConnectionLost("the connection was lost")
        database = options.pop("db", None) or options.pop("database")
        opened.append(pymysql.connect(**{**options, "database": database}))
        return opened[-1]

    return connect


def _keys(event: Any, tables: Mapping[str, LogTable]) -> Iterator[Key]:
    """The rows to look at after an event, where its table is compared or belongs to one that is."""
    name = event.table.lower()
    kind = _kinds().get(name)
    if kind is None:
        return
    place = tables[name].key_place
    for row in event.rows:
        for values in filter(None, (row.get(each) for each in _VALUES)):
            number = list(values.values())[place]
            if number is not None:  # A change may name after it what it changed alone, but its row before it always.
                yield kind, number if number >= 0 else number + _UNSIGNED  # The log does not tell the two apart.


_VALUES: Final = ("values", "before_values", "after_values")
"""What the library calls the columns of a row that was added or deleted, and of one before and after a change."""


def _kinds() -> Mapping[str, str]:
    """The kind of rows to look at by the tables that tell of them."""
    return {column.table.name.lower(): kind for kind, column in _keys_of_watches()}


def _keys_of_watches() -> Iterator[tuple[str, Column[Any]]]:
    for watch in WATCHES.values():
        for column in (watch.identity, *watch.belonging):
            yield watch.kind, column


def _require_readable(event: Any) -> None:
    if event.event_type in _COMPRESSED:
        raise _PositionLost("it is compressed from there on")
