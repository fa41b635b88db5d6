"""What the doctor looks at in the source of events: the tables, or the binary log."""

from collections.abc import Sequence

from osticket_api.db.engine import Database
from osticket_api.doctor.findings import Finding, failure, ok
from osticket_api.errors import Unavailable
from osticket_api.events.binlog.server import Refused
from osticket_api.events.binlog.source import find_log, sentence_about_log
from osticket_api.settings import Settings


async def examine_source(database: Database, settings: Settings) -> Sequence[Finding]:
    """Which source is used, and whether the binary log can be read."""
    if settings.read_only or not settings.features_events or settings.db_connection == "sqlite":
        return []
    if not settings.reads_log:
        return [ok("event source", f"the tables; {await database.read(sentence_about_log)}")]
    try:
        end = await find_log(settings)
    except Refused as refused:
        return [failure("event source", f"EVENTS_SOURCE is binlog, but {refused}", _MEND)]
    except Unavailable as error:
        return [failure("event source", f"the binary log cannot be read: {error}", "Check DB_HOST and DB_SSL_CA.")]
    return [ok("event source", f"the binary log, which ends at {end.offset} of {end.file}")]


_MEND = "Do that, or leave EVENTS_SOURCE out: events go by the tables meanwhile."
