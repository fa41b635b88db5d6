"""The page about caches, written from their ledger: `python -m tests.docs.cache_ledger`."""

from pathlib import Path
from typing import Any

from osticket_api.db.caches import LEDGER, Cache
from osticket_api.db.tables import use_prefix

PAGE = Path(__file__).parents[2] / "docs" / "caches.md"

_ABOVE = """# Caches

What a server remembers between requests. Written from `db/caches.py` by `python -m tests.docs.cache_ledger`.

A change that PHP makes is noticed after the seconds named here at the latest. A change made through this API ends what
is cached of the tables it wrote, in every server process of the same machine, before the answer leaves; "own writes"
means that a caller always finds what they have just written themselves. A list's total that takes long to count and
may miss what the caller has just written says so: `meta.total_is_exact` is then `false`. Such a total is counted anew
before it ends, beside the requests that still get it; those by place are counted once for all processes of a machine.

Servers on several machines hear of each other's changes within milliseconds where `REDIS_URL` is set. Without it they
hear of them as of PHP's: after these seconds.

| cache | holds | seconds | entries | ended by a change of |
| --- | --- | --- | --- | --- |
"""


def page() -> str:
    """The text of the page."""
    use_prefix("")
    try:
        return _ABOVE + "".join(map(_row, LEDGER))
    finally:
        use_prefix("ost_")


def _row(cache: Cache[Any]) -> str:
    ended_by = ", ".join(f"`{table.name}`" for table in cache.ended_by) or ("own writes" if cache.own_writes else "")
    return f"| {cache.name} | {cache.holds} | {cache.seconds:g} | {cache.entries} | {ended_by} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
