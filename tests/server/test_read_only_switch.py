"""The read-only switch: what it stops, what it lets through, and who hears of it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog
from sqlalchemy import func, select

from osticket_api.cli.read_only import Position, read_only
from osticket_api.db import own, switch
from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.db.tables.own_mail import api_mail_attempt, api_outgoing_mail
from osticket_api.features.files.api import read_all
from osticket_api.jobs.job import Job
from osticket_api.kit.trust import Trust
from osticket_api.mail import making
from osticket_api.mail.connections import Connections, Receipt
from osticket_api.mail.delivery import MailWorker
from osticket_api.settings import ConfigurationError
from tests.fixtures.api import Api, settings_for_tests
from tests.fixtures.desks import play

TICKET = {"email": "wanda@example.net", "name": "Wanda", "subject": "Printer", "message": "<p>Help</p>"}
CODE = "switched_read_only"


@contextmanager
def switched_on(api: Api) -> Iterator[None]:
    """As `osticket-api read-only on`, from beside the server."""
    call = api.client.portal.call  # type: ignore[union-attr]
    call(api.database.record, switch.turn_on)
    try:
        yield
    finally:
        call(api.database.record, switch.turn_off)


def count(api: Api, table: Any) -> int:
    return int(api.rows(select(func.count()).select_from(table))[0][0])


def test_changes_are_answered_with_503_and_reads_go_on(api: Api) -> None:
    alice = api.staff("alice")
    before = count(api, t.ticket)
    with switched_on(api):
        answer = alice.post("/tickets", TICKET)
        assert (answer.status, answer.errors[0]["code"]) == (503, CODE)
        assert "read-only" in answer.errors[0]["message"]
        assert int(answer.headers["retry-after"]) > 0
        assert alice.get("/tickets").status == 200
        assert alice.patch("/tickets/1", {"subject": "Changed"}).status == 503
        assert alice.post("/tickets?dry_run=true", TICKET).status == 503
        assert count(api, t.ticket) == before
    assert alice.post("/tickets", TICKET).status == 201


def test_no_mail_is_sent_to_try_an_account(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    dora, given = api.staff("dora"), {"to": "you@example.org"}
    with switched_on(api):
        assert dora.post("/emails/1/test", given).errors[0]["code"] == CODE
    assert dora.post("/emails/1/test", given).status == 200
    monkeypatch.setattr(api.database, "read_only", True)
    refused = dora.post("/emails/1/test", given)
    assert (refused.status, refused.errors[0]["code"]) == (501, "read_only")


def test_a_repeated_post_is_carried_out_once_changes_are_on_again(api: Api) -> None:
    alice, headers = api.staff("alice"), {"Idempotency-Key": "again"}
    with switched_on(api):
        assert alice.post("/tickets", TICKET, headers=headers).status == 503
    assert alice.post("/tickets", TICKET, headers=headers).status == 201


def test_old_endpoints_are_refused_too_and_log_nothing(api: Api) -> None:
    before = count(api, t.syslog)
    with switched_on(api):
        answer = api.client.post("/api/tickets.json", json={}, headers={"X-API-Key": "wrong"})
        assert answer.status_code == 401
        assert count(api, t.syslog) == before
        assert api.client.post("/api/v2/auth/login", json={"username": "alice", "password": "x"}).status_code == 503


def test_another_process_hears_of_it_within_a_second(api: Api) -> None:
    """A server on another machine shares nothing but the database."""

    async def scenario(other: Database) -> None:
        await other.write(switch.turn_on)
        loop = asyncio.get_running_loop()
        started = loop.time()
        while not await loop.run_in_executor(None, lambda: api.staff("alice").post("/tickets", TICKET).status == 503):
            assert loop.time() - started < 30
            await asyncio.sleep(0.05)
        await other.write(switch.turn_off)

    assert api.staff("alice").post("/tickets", TICKET).status == 201  # It has looked, and found changes on.
    other = Database(api.database.url)

    async def run() -> None:
        try:
            await scenario(other)
        finally:
            await other.close()

    asyncio.run(run())


def test_a_look_at_the_switch_is_kept_for_less_than_a_second() -> None:
    from osticket_api.db.caches import SWITCH

    assert SWITCH.seconds < 1
    assert [table.name.removeprefix("ost_") for table in SWITCH.ended_by] == ["api_switch"]


def test_a_mail_under_way_is_recorded_and_no_other_is_sent(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Switched on while the first of three mails is with its server."""
    call = api.client.portal.call  # type: ignore[union-attr]
    sent: list[int] = []

    async def scenario() -> None:
        mail_worker = MailWorker(api.database, settings_for_tests(mail="send"), read_all)

        async def attempt(mail: Any, ways: Any) -> list[Receipt]:
            sent.append(mail.id)
            await api.database.record(switch.turn_on)
            return [Receipt("server", "accepted", "250 OK")]

        monkeypatch.setattr(mail_worker, "_attempt", attempt)
        monkeypatch.setattr("osticket_api.mail.delivery.routes", lambda tx, email_id: [])
        with pytest.raises(Exception, match="read-only"):
            await mail_worker.deliver(Connections(Trust()))

    rows = [{**mail(number), "message_id": f"<{number}@x>"} for number in range(3)]
    call(
        api.database.write,
        lambda tx: tx.insert_many(api_outgoing_mail, [{**row, "created_at": tx.now, "due_at": tx.now} for row in rows]),
    )
    try:
        call(scenario)
        states = api.rows(select(api_outgoing_mail.c.state, api_outgoing_mail.c.worker))
        assert sorted(row.state for row in states) == [making.QUEUED, making.QUEUED, "sent"]
        assert {row.worker for row in states} == {None}
        assert (len(sent), count(api, api_mail_attempt)) == (1, 1)
    finally:
        call(api.database.record, switch.turn_off)


def mail(number: int) -> dict[str, Any]:
    return {
        "state": making.QUEUED, "template": "x", "email_id": 1, "recipients": "a@example.net", "subject": str(number),
        "content": b"{}",
    }  # fmt: skip


def test_a_job_rests_without_complaint_until_changes_are_on_again(api: Api) -> None:
    rounds: list[str] = []

    async def scenario() -> None:
        began, done = asyncio.Event(), asyncio.Event()

        async def work() -> float:
            rounds.append("began")
            began.set()
            await api.database.write(lambda tx: None)
            done.set()
            return 30

        job = Job("sample", work)
        with structlog.testing.capture_logs() as logs:
            job.start()
            await asyncio.wait_for(began.wait(), 30)
            await api.database.record(switch.turn_off)
            job.wake()
            await asyncio.wait_for(done.wait(), 30)
            await job.stop()
        assert [each for each in logs if each.get("job") == "sample"] == []

    with switched_on(api):
        api.client.portal.call(scenario)  # type: ignore[union-attr]
    assert len(rounds) >= 2


def test_the_command_turns_it_and_shows_it(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_for_tests(data_dir=tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with pytest.raises(ConfigurationError):
        read_only(Position.on)
    play(settings, lambda database: database.write(own.migrate))
    turns = (None, Position.on, Position.on, None, Position.off, Position.off)
    told = ("are on", "are switched off since", "are switched off since", "are switched off since", "are on", "are on")
    for position, sentence in zip(turns, told, strict=True):
        read_only(position)
        assert sentence in capsys.readouterr().out
    monkeypatch.setenv("READ_ONLY", "true")
    with pytest.raises(ConfigurationError, match="READ_ONLY is set"):
        read_only(Position.on)
