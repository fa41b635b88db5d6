"""`python -m tests.schema.release DUMP.sql`: what a release of osTicket has changed in its schema.

The dump is of a fresh installation with the prefix `ost_`. See `docs/new-release.md`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.fixtures.mariadb import Server, running
from tests.schema import live, reference
from tests.schema.reference import Facts

_DATABASE = "release"
_SIGNATURE = "SELECT value FROM ost_config WHERE namespace = 'core' AND `key` = 'schema_signature'"


def differences(expected: Facts, found: Facts) -> Iterator[str]:
    """A line for each fact that is gone, and one for each that is new."""
    for sign, facts in (("-", expected - found), ("+", found - expected)):
        yield from (f"{sign} {' '.join(fact)}" for fact in sorted(facts))


def report(server: Server, dump: Path) -> Iterator[str]:
    """The signature of the schema in a dump, and how its columns and indexes differ from those we know."""
    server.create(_DATABASE)
    try:
        server.load(_DATABASE, dump)
        found = live.facts(server, _DATABASE, _SIGNATURE)
        yield f"schema signature {', '.join(each[0] for each in found) or '(none: dump the database with its rows)'}"
        yield "columns:"
        yield from differences(live.comparable(reference.columns()), live.columns(server, _DATABASE))
        yield "indexes:"
        yield from differences(reference.indexes(), live.facts(server, _DATABASE, live.INDEXES))
    finally:
        server.drop(_DATABASE)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(str(__doc__))
    with running() as private_server:
        for line in report(private_server, Path(sys.argv[1])):
            print(line)  # noqa: T201
