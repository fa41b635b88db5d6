"""Outgoing mails over HTTP: the list, what one says, sending again, cancelling, and how long they are kept."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db.tables.own_mail import api_mail_attempt, api_outgoing_mail
from osticket_api.db.unit import Write
from osticket_api.features.files.content import read_all
from osticket_api.mail.delivery import MailWorker
from osticket_api.mail.retention import clear_old
from tests.fixtures.api import Api, Caller, settings_for_tests

MAIL = api_outgoing_mail.c


def make(api: Api, mode: str = "store") -> None:
    """Make the mails about all that has happened, and deliver none."""
    mail_worker = MailWorker(api.database, settings_for_tests(mail=mode), read_all)
    api.client.portal.call(mail_worker.make)  # type: ignore[union-attr]


def reply(api: Api, mode: str = "store") -> int:
    """Answer a ticket. Returns the id of the mail to its user."""
    assert api.staff("alice").post("/tickets/1/reply", {"body": "<p>Soon, <b>Uma</b>.</p>"}).status == 201
    make(api, mode)
    return int(api.rows(select(MAIL.id).where(MAIL.template == "ticket.reply").order_by(MAIL.id.desc()))[0].id)


def change(api: Api, mail_id: int, **values: Any) -> None:
    api.write(lambda tx: tx.change(update(api_outgoing_mail).where(MAIL.id == mail_id).values(values)))


@pytest.fixture
def sends(api: Api) -> Iterator[Caller]:
    """The administrator of a server that sends."""
    app: Any = api.client.app
    before, app.state.settings = app.state.settings, app.state.settings.model_copy(update={"mail": "send"})
    yield api.staff("dora")
    app.state.settings = before


def test_a_mail_is_listed_and_read_with_headers_and_texts(api: Api) -> None:
    mail_id, dora = reply(api), api.staff("dora")
    (listed,) = dora.get("/outgoing-mails?ticket_id=1&state=stored&template=ticket.reply").data
    assert (listed["id"], listed["attempts"], listed["next_attempt_at"]) == (mail_id, 0, None)
    read = dora.get(f"/outgoing-mails/{mail_id}").data
    headers = {header["name"]: header["value"] for header in read["headers"]}
    assert headers["Message-ID"] == listed["message_id"]
    assert listed["recipients"][0] in headers["To"]
    assert headers["Subject"] == listed["subject"]
    assert "Soon, Uma." in read["text"]
    assert "<b>Uma</b>" in read["html"]
    assert read["deliveries"] == []
    assert not any(name.startswith("Content") for name in headers)


def test_mails_are_found_by_the_whole_address_of_a_recipient(api: Api) -> None:
    mail_id, dora = reply(api), api.staff("dora")
    address = dora.get(f"/outgoing-mails/{mail_id}").data["recipients"][0]

    def found(recipient: str) -> list[int]:
        return [each["id"] for each in dora.get("/outgoing-mails", params={"recipient": recipient}).data]

    assert mail_id in found(address)
    assert mail_id in found(address.upper())
    assert found(address[1:]) == []
    assert found("%") == []
    assert found(address.replace("@", "_")) == []


@pytest.mark.parametrize("query", ["state=gone", "ticket_id=x", "sort=subject", "recipients=x"])
def test_what_no_filter_takes_is_refused(api: Api, query: str) -> None:
    assert api.staff("dora").get(f"/outgoing-mails?{query}").status == 422


@pytest.mark.parametrize("state", ["failed", "cancelled", "stored", "queued"])
def test_a_mail_is_sent_again_under_its_message_id(api: Api, sends: Caller, state: str) -> None:
    mail_id = reply(api)
    message_id = sends.get(f"/outgoing-mails/{mail_id}").data["message_id"]
    change(api, mail_id, state=state)
    again = sends.post(f"/outgoing-mails/{mail_id}/retry")
    assert (again.status, again.data["state"], again.data["done_at"]) == (200, "queued", None)
    assert again.data["next_attempt_at"] is not None
    assert again.data["message_id"] == message_id


def test_a_sent_mail_is_not_sent_again(api: Api, sends: Caller) -> None:
    mail_id = reply(api)
    change(api, mail_id, state="sent")
    assert sends.post(f"/outgoing-mails/{mail_id}/retry").errors[0]["code"] == "mail_was_sent"


def test_a_server_that_does_not_send_says_so(api: Api) -> None:
    answer = api.staff("dora").post(f"/outgoing-mails/{reply(api)}/retry")
    assert (answer.status, answer.errors[0]["code"]) == (409, "mail_is_not_sent")
    assert "MAIL=send" in answer.errors[0]["message"]


def test_a_queued_mail_is_cancelled_once(api: Api) -> None:
    mail_id, dora = reply(api, "send"), api.staff("dora")
    path = f"/outgoing-mails/{mail_id}/cancel"
    assert dora.post(f"{path}?dry_run=true").status == 200
    assert dora.post(path).data["state"] == "cancelled"
    assert dora.post(path).errors[0]["code"] == "mail_is_not_queued"


@pytest.mark.parametrize("action", ["retry", "cancel"])
def test_a_mail_that_is_being_sent_is_left_alone(api: Api, sends: Caller, action: str) -> None:
    mail_id = reply(api, "send")
    now = api.write(lambda tx: tx.now)
    change(api, mail_id, worker="w", leased_until=now + timedelta(minutes=5))
    assert sends.post(f"/outgoing-mails/{mail_id}/{action}").errors[0]["code"] == "mail_is_being_sent"
    change(api, mail_id, leased_until=now - timedelta(minutes=5))
    assert sends.post(f"/outgoing-mails/{mail_id}/{action}").status == 200


def test_mails_that_are_done_with_are_kept_for_a_time_and_in_number(api: Api) -> None:
    waiting, old, new = reply(api, "send"), reply(api), reply(api)

    def age(tx: Write) -> None:
        tx.change(update(api_outgoing_mail).where(MAIL.id == old).values(done_at=tx.now - timedelta(days=11)))
        tx.insert(api_mail_attempt, mail_id=old, at=tx.now, through="x", outcome="accepted", answer="250")

    def left() -> list[int]:
        return [row.id for row in api.rows(select(MAIL.id).where(MAIL.id.in_((waiting, old, new))).order_by(MAIL.id))]

    api.write(age)
    assert api.write(clear_old, 12) == 0
    assert api.write(clear_old, 10) == 1
    assert left() == [waiting, new]
    assert api.rows(select(api_mail_attempt)) == []
    api.write(clear_old, 10, 0)
    assert left() == [waiting]
