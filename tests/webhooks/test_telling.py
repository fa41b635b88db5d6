"""What receivers are told: signed, in order, again and again until they take it, and as their agent hears it."""

import time

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from osticket_api.events.catalogue import CATALOGUE
from osticket_api.webhooks.fan_out import fan_out
from osticket_api.webhooks.queue import claim
from tests.contract.published import Description
from tests.webhooks.conftest import TICKET, Telling
from tests.webhooks.receiving import Receiver, receiving

OTHER = 25


def test_change_reaches_a_receiver_signed(telling: Telling, receiver: Receiver) -> None:
    webhook = telling.add(receiver.url, types=["ticket.note_added"])
    telling.note()
    telling.tell()
    (received,) = receiver.got
    message = Webhook(webhook["secret"]).verify(received.body, received.headers)
    assert (message["type"], message["data"]["ticket_id"]) == ("ticket.note_added", TICKET)
    assert message["data"]["actor"]["kind"] == "staff"
    (delivery,) = telling.deliveries(webhook)
    assert (delivery["status"], delivery["attempts"], delivery["response_status"]) == ("delivered", 1, 204)
    assert delivery["message_id"] == received.headers["webhook-id"]
    with pytest.raises(WebhookVerificationError):
        Webhook(webhook["secret"]).verify(received.body + b" ", received.headers)


def test_thin_message_has_only_ids(telling: Telling, receiver: Receiver) -> None:
    telling.add(receiver.url, types=["ticket.note_added"], payload="thin")
    telling.note()
    telling.tell()
    assert set(receiver.got[0].json["data"]) == {"id", "subject", "ticket_id"}


@pytest.mark.parametrize("payload", ["full", "thin"])
def test_messages_are_as_the_description_says(telling: Telling, receiver: Receiver, payload: str) -> None:
    description = Description(telling.api)
    telling.add(receiver.url, types=["ticket.*"], payload=payload)
    telling.note()
    telling.dora.post(f"/tickets/{TICKET}/mark", {"mark": "unanswered"})
    telling.tell()
    assert receiver.got
    for received in receiver.got:
        published = description.document["webhooks"][received.json["type"]]["post"]
        headers = [description.resolved(each)["name"] for each in published["parameters"]]
        assert [name for name in headers if name not in received.headers] == []
        schema = published["requestBody"]["content"]["application/json"]["schema"]
        assert description.faults(schema, received.json) == []


def test_description_names_every_type_that_webhooks_are_sent(telling: Telling) -> None:
    published = set(Description(telling.api).document["webhooks"])
    assert {*published, "ticket.presence"} == set(CATALOGUE)


def test_both_secrets_sign_while_they_overlap(telling: Telling, receiver: Receiver) -> None:
    webhook = telling.add(receiver.url, types=["ticket.note_added"])
    new = telling.dora.post(f"/webhooks/{webhook['id']}/rotate", {"overlap_hours": 1}).data["secret"]
    telling.note()
    telling.tell()
    for secret in (webhook["secret"], new):
        Webhook(secret).verify(receiver.got[0].body, receiver.got[0].headers)
    telling.clock.pass_by(hours=2)
    telling.note()
    telling.tell()
    assert len(receiver.got[1].headers["webhook-signature"].split()) == 1


def test_failure_is_tried_again_in_the_order_of_its_ticket(telling: Telling, receiver: Receiver) -> None:
    telling.add(receiver.url, types=["ticket.*_added"])
    receiver.answer = lambda _: (500, {}, b"not now")
    telling.note()
    telling.note()
    telling.note(OTHER)
    telling.tell()
    assert sorted(received.json["data"]["ticket_id"] for received in receiver.got) == [OTHER, TICKET]
    receiver.answer = lambda _: (200, {}, b"")
    telling.deliver()
    assert len(receiver.got) == 2, "the receiver is left alone for some seconds"
    telling.clock.pass_by(seconds=8)
    telling.deliver()
    numbers = [got.json["data"]["id"] for got in receiver.got if got.json["data"]["ticket_id"] == TICKET]
    assert numbers == [numbers[0], numbers[0], numbers[-1]]
    assert numbers[-1] > numbers[0]


def test_deliveries_and_their_failures_leave_nothing_in_the_audit_log(telling: Telling, receiver: Receiver) -> None:
    telling.add(receiver.url, types=["ticket.note_added"])
    receiver.answer = lambda _: (500, {}, b"not now")
    telling.note()
    telling.tell()
    receiver.answer = lambda _: (200, {}, b"")
    telling.clock.pass_by(seconds=8)
    telling.tell()
    assert len(receiver.got) == 2
    changed = [change for entry in telling.dora.get("/audit-log").data for change in entry["changes"]]
    assert [change["kind"] for change in changed if change["table"] == "api_webhook"] == ["insert"]


def test_receiver_says_when_to_come_again(telling: Telling, receiver: Receiver) -> None:
    telling.add(receiver.url, types=["ticket.note_added"])
    receiver.answer = lambda _: (429, {"retry-after": "600"}, b"")
    telling.note()
    telling.tell()
    telling.clock.pass_by(seconds=590)
    telling.deliver()
    assert len(receiver.got) == 1
    telling.clock.pass_by(seconds=20)
    telling.deliver()
    assert len(receiver.got) == 2


def test_receiver_that_is_gone_is_told_no_more(telling: Telling, receiver: Receiver) -> None:
    webhook = telling.add(receiver.url, types=["ticket.note_added"])
    receiver.answer = lambda _: (410, {}, b"")
    telling.note()
    telling.note()
    telling.tell()
    found = telling.webhook(webhook)
    assert (found["is_active"], len(receiver.got)) == (False, 1)
    assert "410" in found["pause_reason"]


def test_receiver_that_fails_for_days_is_paused_and_goes_on_later(telling: Telling, receiver: Receiver) -> None:
    webhook = telling.add(receiver.url, types=["ticket.note_added"])
    receiver.answer = lambda _: (503, {}, b"")
    telling.note()
    telling.tell()
    for _ in range(12):
        telling.clock.pass_by(hours=26)
        telling.deliver()
    found = telling.webhook(webhook)
    assert not found["is_active"]
    assert "3 days" in found["pause_reason"]
    assert "Webhook paused" in [mail.get("subject", "").partition(":")[0] for mail in telling.mails()]
    telling.note()
    telling.tell()
    before = len(receiver.got)
    receiver.answer = lambda _: (204, {}, b"")
    assert telling.dora.patch(f"/webhooks/{webhook['id']}", {"is_active": True}).data["pause_reason"] is None
    telling.tell()
    assert len(receiver.got) == before + 2
    assert {delivery["status"] for delivery in telling.deliveries(webhook)} == {"delivered"}


def test_dead_receiver_does_not_slow_the_others(telling: Telling, receiver: Receiver) -> None:
    with receiving() as slow:
        slow.answer = lambda _: (time.sleep(8), (204, {}, b""))[1]  # type: ignore[func-returns-value]
        telling.add(slow.url, types=["ticket.note_added"])
        telling.add(receiver.url, types=["ticket.note_added"])
        telling.note()
        telling.hear()
        begun = time.monotonic()
        telling.deliver()
    assert receiver.got[0].at - begun < 6


def test_receiver_hears_what_its_agent_may_read(telling: Telling, receiver: Receiver) -> None:
    charlie = telling.api.staff("charlie").get("/auth/me").data["id"]
    telling.add(receiver.url, types=["ticket.note_added"], staff_id=charlie)
    hidden = telling.api.staff("charlie").get(f"/tickets/{TICKET}")
    assert hidden.status == 404
    telling.note()
    telling.tell()
    assert receiver.got == []


def test_receiver_hears_of_its_departments_only(telling: Telling, receiver: Receiver) -> None:
    department = telling.dora.get(f"/tickets/{TICKET}").data["department"]["id"]
    others = [each["id"] for each in telling.dora.get("/departments").data if each["id"] != department]
    telling.add(receiver.url, types=["ticket.note_added"], filters={"departments": others[:1]})
    with receiving() as second:
        telling.add(second.url, types=["ticket.note_added"], filters={"departments": [department]})
        telling.note()
        telling.tell()
        assert (len(receiver.got), len(second.got)) == (0, 1)


def test_paused_webhook_can_be_tested(telling: Telling, receiver: Receiver) -> None:
    webhook = telling.add(receiver.url, is_active=False)
    tested = telling.dora.post(f"/webhooks/{webhook['id']}/test")
    Description(telling.api).assert_published("POST /webhooks/{webhook}/test", tested)
    delivery = tested.data
    receiver.answer = lambda _: (200, {}, b"a" * 5000)
    telling.deliver()
    assert receiver.types == ["webhook.test"]
    found = telling.dora.get(f"/webhooks/{webhook['id']}/deliveries/{delivery['id']}").data
    assert (found["status"], len(found["response_body"])) == ("delivered", 2048)


def test_message_and_span_are_sent_again(telling: Telling, receiver: Receiver) -> None:
    webhook = telling.add(receiver.url, types=["ticket.note_added"])
    telling.note()
    telling.note()
    telling.tell()
    first = telling.deliveries(webhook)[0]
    again = telling.dora.post(f"/webhooks/{webhook['id']}/deliveries/{first['id']}/replay")
    assert again.status == 200, again.errors
    telling.deliver()
    assert receiver.got[2].headers["webhook-id"] == receiver.got[0].headers["webhook-id"]
    span = {"after": first["event_id"], "until": first["event_id"] + 100}
    assert telling.dora.post(f"/webhooks/{webhook['id']}/replay", span).data == {"queued": 1}
    telling.deliver()
    assert receiver.got[3].body == receiver.got[1].body


def test_two_workers_send_nothing_twice(telling: Telling, receiver: Receiver) -> None:
    webhook = telling.add(receiver.url, types=["ticket.note_added"])
    for ticket in (TICKET, OTHER, TICKET, OTHER, TICKET):
        telling.note(ticket)
    telling.hear()
    telling.deliver_with(telling.worker, telling.new_worker())
    ids = [received.headers["webhook-id"] for received in receiver.got]
    assert len(ids) == len(set(ids)) == 5 == len(telling.deliveries(webhook))


@pytest.mark.parametrize("form", ["slack", "teams", "discord", "mattermost", "alertmanager"])
def test_other_programs_get_their_own_form(telling: Telling, receiver: Receiver, form: str) -> None:
    number = telling.dora.get(f"/tickets/{TICKET}").data["number"]
    telling.add(receiver.url, types=["ticket.note_added"], format=form)
    telling.note()
    telling.tell()
    text = receiver.got[0].body.decode()
    assert number in text
    assert f"https://desk.example.com/scp/tickets.php?id={TICKET}" in text
    assert "internal note" in text


def test_what_a_dead_worker_took_is_delivered_by_another(telling: Telling, receiver: Receiver) -> None:
    webhook = telling.add(receiver.url, types=["ticket.note_added"])
    telling.note()
    telling.hear()
    telling.api.write(lambda tx: fan_out(tx, webhook["id"], ""))
    telling.api.write(lambda tx: len(claim(tx, webhook["id"], "a worker that was killed")))
    telling.deliver()
    assert receiver.got == []
    telling.clock.pass_by(seconds=31)
    telling.deliver()
    assert len(receiver.got) == 1
