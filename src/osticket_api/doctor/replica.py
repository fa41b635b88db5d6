"""The doctor's checks of the replica that answers reads."""

import time
from collections.abc import Sequence
from typing import Final

from osticket_api.db.connect import replica_of
from osticket_api.db.engine import Database
from osticket_api.db.replica import Standing
from osticket_api.doctor.findings import Finding, failure, ok, warning
from osticket_api.settings import Settings

_WAIT_SECONDS: Final = 5.0


async def examine_replica(database: Database, settings: Settings) -> Sequence[Finding]:
    """Check that the replica of DB_READ_HOST can be reached, replicates this database, and keeps up."""
    replica = replica_of(settings, max_lag=_WAIT_SECONDS)
    if replica is None:
        return []
    database.replica = replica
    started = time.monotonic()
    await database.read_anywhere(lambda tx: None)
    lag = time.monotonic() - started
    if replica.standing is Standing.away:
        mend = "Check DB_READ_HOST and DB_READ_PORT, and that it lets DB_USERNAME in."
        return [warning("replica", f"it cannot be reached: {replica.reason}", mend)]
    if replica.standing is Standing.unfit:
        mend = (
            "Let DB_READ_HOST name a server that follows DB_HOST by its binary log with GTIDs, in the same time zone."
        )
        return [failure("replica", f"it cannot answer for the database: {replica.reason}", mend)]
    if replica.standing is Standing.behind or lag > settings.db_read_max_lag:
        told = f"it is {lag:.1f} s behind or more, and DB_READ_MAX_LAG is {settings.db_read_max_lag:g}"
        return [warning("replica", told, "See `SHOW REPLICA STATUS` there: until it keeps up, DB_HOST answers reads.")]
    return [ok("replica", f"it keeps up ({lag * 1000:.0f} ms)")]
