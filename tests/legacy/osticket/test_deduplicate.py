"""The same creation sent again: the first ticket while it is there and open, a new one otherwise."""

from typing import Any

import pytest
from sqlalchemy import delete, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api
from tests.legacy.osticket.conftest import KEY, Send, last_ticket

CREATION = '{"name": "Ann Lee", "email": "ann@fresh.example", "subject": "Twice", "message": "Hello"}'
PATH = "/api/tickets.json"
CLOSED = 3


def _replayed(desk: Api) -> str | None:
    headers = {"X-API-Key": KEY}
    answer = desk.client.post(PATH, content=CREATION, headers=headers)
    assert answer.status_code == 201
    replayed: str | None = answer.headers.get("Idempotency-Replayed")
    return replayed


def test_a_repeated_creation_says_that_it_is_one(desk: Api) -> None:
    assert _replayed(desk) is None
    assert _replayed(desk) == "true"


def test_a_repeated_mail_says_that_it_is_one(desk: Api) -> None:
    headers = {"X-API-Key": KEY}
    mail = b"From: ann@fresh.example\r\nMessage-ID: <twice@fresh.example>\r\n\r\nHello"
    first, second = (desk.client.post("/api/tickets.email", content=mail, headers=headers) for _ in range(2))
    assert (first.text, first.headers.get("Idempotency-Replayed")) == (second.text, None)
    assert second.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("path", [PATH, "/api/tickets.email"])
def test_a_creation_is_repeated_after_its_ticket_was_deleted(desk: Api, send: Send, path: str) -> None:
    creation = CREATION if path == PATH else "From: ann@fresh.example\r\nMessage-ID: <gone@f.example>\r\n\r\nHello"
    number = send(path, creation)[2]
    desk.staff("dora").delete(f"/tickets/{last_ticket(desk).ticket_id}")
    status, _, again = send(path, creation)
    assert (status, last_ticket(desk).number) == (201, again)
    assert number != again


def test_a_creation_is_repeated_after_its_ticket_was_closed(desk: Api, send: Send) -> None:
    send(PATH, CREATION)
    first = last_ticket(desk)
    desk.write(_close, first.ticket_id)
    send(PATH, CREATION)
    assert last_ticket(desk).ticket_id > first.ticket_id


def _close(tx: Write, ticket_id: int) -> Any:
    return tx.change(update(t.ticket).where(t.ticket.c.ticket_id == ticket_id).values(status_id=CLOSED))


def test_another_ticket_under_the_old_id_is_not_taken_for_the_first(desk: Api, send: Send) -> None:
    send(PATH, CREATION)
    first = last_ticket(desk)
    desk.write(lambda tx: tx.change(delete(t.ticket).where(t.ticket.c.ticket_id == first.ticket_id)))
    desk.write(
        lambda tx: tx.insert(
            t.ticket, ticket_id=first.ticket_id, number="999999", status_id=1, source="API", created=tx.now,
            updated=tx.now, lastupdate=tx.now, user_id=1, dept_id=1,
        )
    )  # fmt: skip
    assert send(PATH, CREATION)[2] != "999999"
    assert last_ticket(desk).ticket_id > first.ticket_id


def test_a_setting_switches_the_minute_off(desk: Api) -> None:
    app: Any = desk.client.app
    app.state.settings = app.state.settings.model_copy(update={"legacy_repeat_seconds": 0})
    assert _replayed(desk) is None
    assert _replayed(desk) is None
