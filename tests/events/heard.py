"""What is heard of each kind of recorded operation: `python -m tests.events.heard` writes it down.

It writes docs/events-heard.md, and the examples of the description of events. A test holds both.
"""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec
from sqlalchemy import URL, select

from osticket_api.db.engine import Database
from osticket_api.db.own import migrate
from osticket_api.db.tables.own_events import api_event
from osticket_api.events.messages import to_message
from osticket_api.events.tailer import Tailer
from osticket_api.server.asyncapi.examples import EXAMPLES
from tests.events.recorded import hear
from tests.fixtures.compiled import share_compiled
from tests.parity.desk import Desk, on_sqlite
from tests.parity.golden import Case, cases

TABLE: Final = Path(__file__).parents[2] / "docs" / "events-heard.md"
MOMENT: Final = "2026-02-16T09:30:00Z"
_HEAD: Final = """# What is heard, kind by kind

Each kind of operation that was recorded on a real osTicket, and the events that come of it, in their order. The rows of
the first recording of the kind that changes anything are written by another connection, one by one, each committed by
itself, as PHP does it; a test writes them again and holds this table. They come table by table, which is harder than
osTicket's own order: a `ticket.updated` at the end is a change that was seen after its event. Where nothing is heard,
the operation leaves nothing but what [Events](events.md#what-is-heard) names as not heard.

| operation | recording | heard |
| --- | --- | --- |
"""


def by_kind() -> Mapping[str, Case]:
    """The first recording of each kind that changes something, else the first one."""
    chosen: dict[str, Case] = {}
    for case in cases():
        known = chosen.get(case.kind)
        if known is None or (case.raw["changes"] and not known.raw["changes"]):
            chosen[case.kind] = case
    return dict(sorted(chosen.items()))


@contextmanager
def prepared(directory: Path) -> Iterator[Path]:
    """F1 in a file, with our own tables."""
    with on_sqlite(directory) as desk:
        asyncio.run(_migrated(desk.url))
        yield Path(str(desk.url.database))


async def _migrated(url: URL) -> None:
    database = Database(url, pool_size=1)
    try:
        await database.write(migrate)
    finally:
        await database.close()


def events_of(prepared: Path, directory: Path, case: Case) -> list[Any]:
    """The events of a recording, as they leave."""
    file = directory / "desk.sqlite"
    shutil.copy(prepared, file)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        desk = Desk(URL.create("sqlite", database=str(file)), connection, "?")
        return asyncio.run(_heard(desk, case))


async def _heard(desk: Desk, case: Case) -> list[Any]:
    database = Database(desk.url, pool_size=1)
    share_compiled(database)
    try:
        await hear(Tailer(database), desk, case)
        return await database.read(_events)
    finally:
        await database.close()


def _events(tx: Any) -> list[Any]:
    return [msgspec.to_builtins(to_message(row)) for row in tx.rows(select(api_event).order_by(api_event.c.number))]


def example(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event without what differs from run to run."""
    return {**event, "occurred_at": MOMENT}


def line(kind: str, case: Case, events: list[Any]) -> str:
    """A line of the table."""
    nothing = "nothing" if case.raw["changes"] else "nothing: osTicket refused it"
    heard = " ".join(f"`{event['type']}`" for event in events) or nothing
    return f"| {kind} | {case.name[:3]} | {heard} |"


def main() -> None:
    """Write both files anew."""
    lines: list[str] = []
    examples: dict[str, Any] = {}
    with TemporaryDirectory() as folder, prepared(Path(folder)) as file:
        for kind, case in by_kind().items():
            events = events_of(file, Path(folder), case)
            lines.append(line(kind, case, events))
            for event in events:
                examples.setdefault(event["type"], {"recording": case.name[:3], "event": example(event)})
    TABLE.write_text(_HEAD + "\n".join(lines) + "\n")
    EXAMPLES.write_text(json.dumps(dict(sorted(examples.items())), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
