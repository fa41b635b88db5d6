"""What has to be done from time to time."""

from datetime import timedelta

from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.cron.service import run_cron
from osticket_api.features.files import service as files
from tests.fixtures.api import Api


def test_late_tickets_are_marked_once(api: Api) -> None:
    def make_late(tx: Write) -> None:
        changed = {"isoverdue": False, "duedate": tx.now - timedelta(hours=1)}
        tx.change(update(t.ticket).where(t.ticket.c.ticket_id == 26).values(**changed))

    api.write(make_late)
    assert api.write(run_cron).overdue > 0
    assert api.write(run_cron).overdue == 0
    assert api.rows(select(t.ticket.c.isoverdue).where(t.ticket.c.ticket_id == 26))[0].isoverdue


def test_expired_locks_and_old_drafts_go_and_others_stay(api: Api) -> None:
    def leave_things(tx: Write) -> None:
        for age in (-1, 1):
            tx.insert(t.lock, staff_id=1, expire=tx.now - timedelta(hours=age), code="x", created=tx.now)
        for days in (1, 15):
            tx.insert(t.draft, staff_id=1, namespace="n", body="b", created=tx.now - timedelta(days=days))

    api.write(run_cron)
    api.write(leave_things)
    done = api.write(run_cron)
    assert (done.locks, done.drafts) == (1, 1)


def test_files_that_nothing_holds_go_after_a_day(api: Api) -> None:
    def upload(tx: Write) -> None:
        for name, days in (("old", 2), ("new", 0)):
            file = files.store(tx, name, "text/plain", name.encode())
            created = tx.now - timedelta(days=days)
            tx.change(update(t.file).where(t.file.c.id == file.id).values(created=created))

    api.write(run_cron)
    api.write(upload)
    assert api.write(run_cron).files == 1
    names = [row.name for row in api.rows(select(t.file.c.name))]
    assert "old" not in names
    assert "new" in names
