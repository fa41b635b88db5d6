"""Asking for the mailed link to a ticket."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from osticket_api.db import tables as t
from osticket_api.db.tables.own_mail import api_mail_occasion, api_outgoing_mail
from osticket_api.db.unit import Write
from osticket_api.features.files.content import read_all
from osticket_api.mail import outbox
from osticket_api.mail.delivery import MailWorker
from tests.features.auth.sign_ins import HandClock
from tests.fixtures.api import Api, running_api, settings_for_tests
from tests.fixtures.templates import Template

TICKET, OTHER, THIRD = 9, 12, 6


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def desk(demo: Template, tmp_path: Path, clock: HandClock) -> Iterator[Api]:
    with running_api(demo.copy(), tmp_path, clock=clock, mail="store") as api:
        api.write(lambda tx: tx.change(delete(t.thread_collaborator)))
        yield api


def addresses(desk: Api, ticket_id: int) -> tuple[str, str]:
    """The number of a ticket, and the address of its owner."""
    ticket, email = t.ticket.c, t.user_email.c
    wanted = select(ticket.number, email.address).join(t.user_email, email.user_id == ticket.user_id)
    row = desk.rows(wanted.where(ticket.ticket_id == ticket_id))[0]
    return row.number, row.address


def ask(desk: Api, number: str, email: str) -> None:
    """Whoever asks hears the same."""
    answer = desk.anonymous().post("/auth/ticket-link", {"number": number, "email": email})
    assert (answer.status, answer.content) == (204, b"")


def asked(desk: Api) -> list[tuple[int, int]]:
    """The tickets and users of the links that are to be mailed."""
    occasion = api_mail_occasion.c
    rows = desk.rows(select(occasion.ticket_id, occasion.facts).where(occasion.kind == outbox.ACCESS_LINK))
    return [(row.ticket_id, json.loads(row.facts)["user_id"]) for row in rows]


def test_owner_and_who_takes_part_get_the_link_and_nobody_else(desk: Api) -> None:
    number, owner = addresses(desk, TICKET)
    other_number, stranger = addresses(desk, OTHER)
    for wrong in ((number, stranger), (other_number, owner), (number, "nobody@example.net"), ("000000", owner)):
        ask(desk, *wrong)
    assert asked(desk) == []
    ask(desk, number, owner.upper())
    guest = desk.staff("alice").post(f"/tickets/{TICKET}/collaborators", {"email": stranger})
    assert guest.status == 201, guest.content
    ask(desk, number, stranger)
    ask(desk, other_number, owner)
    ask(desk, addresses(desk, THIRD)[0], stranger)
    (_, first), (_, second) = asked(desk)
    assert first != second == guest.data["user"]["id"]


def test_who_takes_part_in_a_task_with_the_id_of_a_ticket_gets_no_link(desk: Api) -> None:
    number, _ = addresses(desk, TICKET)
    _, stranger = addresses(desk, OTHER)

    def add_to_task(tx: Write) -> None:
        user_id = tx.scalar(select(t.user_email.c.user_id).where(t.user_email.c.address == stranger))
        thread_id = tx.insert(t.thread, object_id=TICKET, object_type="A", created=tx.now)
        tx.insert(t.thread_collaborator, thread_id=thread_id, user_id=user_id, created=tx.now, updated=tx.now)

    desk.write(add_to_task)
    ask(desk, number, stranger)
    assert asked(desk) == []


def test_nobody_s_mailbox_is_flooded_with_links(desk: Api, clock: HandClock) -> None:
    """Neither before the mails are made of what was asked for, nor afterwards. Other mails do not count."""
    ticket, other = addresses(desk, TICKET), addresses(desk, OTHER)
    worker = MailWorker(desk.database, settings_for_tests(mail="store"), read_all)
    for waiting in (1, 2, 3, 3):
        ask(desk, *ticket)
        assert len(asked(desk)) == waiting
    ask(desk, *other)
    assert len(asked(desk)) == 4
    clock.now += timedelta(minutes=10)
    ask(desk, *ticket)
    assert len(asked(desk)) == 5
    desk.client.portal.call(worker.step)  # type: ignore[union-attr]
    ask(desk, *ticket)
    assert asked(desk) == []
    clock.now += timedelta(minutes=10)
    for _ in range(2):
        for _ in range(3):
            answer = desk.staff("alice").post(f"/tickets/{TICKET}/reply", {"body": "Hello"})
            assert answer.status == 201, answer.content
        ask(desk, *ticket)
        desk.client.portal.call(worker.step)  # type: ignore[union-attr]
    templates = desk.rows(select(api_outgoing_mail.c.template).where(api_outgoing_mail.c.ticket_id == TICKET))
    assert [row.template for row in templates].count("page:access-link") == 4 + 2
