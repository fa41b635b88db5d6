"""What a unit of work takes from the caches, when it has changed something itself or knows of a change."""

from threading import Event

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from osticket_api.db.caches import STATUSES
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read, Write
from tests.fixtures.api import Api


class _Undone(Exception):
    """Ends a transaction that is not to be committed."""


def _title(tx: Read) -> str:
    tx.cache.clear()
    return load_config(tx).text("helpdesk_title")


def _rename(tx: Write) -> None:
    title = t.config.c.key == "helpdesk_title"
    tx.change(update(t.config).where(title).values(value="Renamed"))


def test_own_change_is_read_before_the_commit_and_by_nobody_else(api: Api) -> None:
    seen: list[str] = []

    def unit(tx: Write) -> None:
        seen.append(_title(tx))
        _rename(tx)
        seen.append(_title(tx))
        raise _Undone

    with pytest.raises(_Undone):
        api.client.portal.call(api.database.write, unit)  # type: ignore[union-attr]
    before, inside = seen
    assert inside == "Renamed"
    assert api.client.portal.call(api.database.read, _title) == before  # type: ignore[union-attr]


def test_change_is_read_after_its_commit_at_once(api: Api) -> None:
    assert api.client.portal.call(api.database.read, _title) != "Renamed"  # type: ignore[union-attr]
    api.client.portal.call(api.database.write, _rename)  # type: ignore[union-attr]
    assert api.client.portal.call(api.database.read, _title) == "Renamed"  # type: ignore[union-attr]


def test_what_was_begun_before_a_change_is_not_waited_for_after_it(api: Api) -> None:
    if not api.database.is_sqlite:
        pytest.skip("one thread runs all units: it cannot be held up")
    portal, begun, go_on = api.client.portal, Event(), Event()
    assert portal is not None

    def slow() -> str:
        begun.set()
        assert go_on.wait(5)
        return "old"

    first = portal.start_task_soon(api.database.read, lambda tx: tx.cached(STATUSES, None, slow))
    assert begun.wait(5)
    api.database.changes.mark([t.ticket_status.name])
    assert portal.call(api.database.read, lambda tx: tx.cached(STATUSES, None, lambda: "new")) == "new"
    go_on.set()
    assert first.result(5) == "old"
    assert portal.call(api.database.read, lambda tx: tx.cached(STATUSES, None, lambda: "newer")) != "old"
