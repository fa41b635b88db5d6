"""The feed relayed to real brokers, which are killed, cut off and held in the middle."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aio_pika
import msgspec
import nats
import pytest
from confluent_kafka import Consumer, TopicPartition
from sqlalchemy import select

from osticket_api.db.tables.own_events import api_relay
from osticket_api.db.unit import Write
from osticket_api.doctor import host
from osticket_api.events import feed
from osticket_api.events.brokers import kafka as kafka_broker
from osticket_api.events.feed import Draft, Positions
from osticket_api.events.relay import Relay
from tests.fixtures.api import Api, settings_for_tests
from tests.fixtures.brokers import jetstream, kafka, link_to, nats_server, rabbitmq
from tests.fixtures.certificates import write_certificate
from tests.fixtures.templates import Template, demo_on_sqlite

SECONDS = 60.0
TICKETS = (26, 27, 28)


@dataclass
class Relaying:
    """A relay to an address, and a feed that holds nothing else than what is appended here."""

    api: Api
    address: str
    appended: int = 0
    relay: Relay = field(init=False)

    def __post_init__(self) -> None:
        target = settings_for_tests(events_relay=self.address).relay_target
        assert target is not None
        self.relay = Relay(self.api.database, target, "/api/v2/events")
        self.api.write(lambda tx: feed.start(tx, Positions()))
        self.step()

    def step(self) -> float:
        return float(self.api.client.portal.call(self.relay.step))  # type: ignore[union-attr]

    def stop(self) -> None:
        self.api.client.portal.call(self.relay.stop)  # type: ignore[union-attr]

    def append(self, count: int) -> None:
        self.api.write(_append, count)
        self.appended += count

    @property
    def place(self) -> int:
        return int(self.api.rows(select(api_relay.c.last_number))[0][0])

    def catch_up(self) -> None:
        end = time.monotonic() + SECONDS
        while self.place < self.appended:
            assert time.monotonic() < end, self.place
            time.sleep(min(self.step(), 0.2))


def _append(tx: Write, count: int) -> None:
    since = feed.standing(tx)
    assert since is not None
    of = [TICKETS[number % len(TICKETS)] for number in range(count)]
    drafts = [Draft(type="ticket.updated", kind="ticket", subject_id=id, ticket_id=id, occurred_at=tx.now) for id in of]
    feed.append(tx, since, drafts, since.positions)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """On one database: what a broker does has nothing to do with it."""
    return demo_on_sqlite(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def relaying(api: Api) -> Iterator[Callable[[str], Relaying]]:
    begun: list[Relaying] = []

    def begin(address: str) -> Relaying:
        begun.append(Relaying(api, address))
        return begun[-1]

    yield begin
    for each in begun:
        each.stop()


def numbers(bodies: list[bytes]) -> list[int]:
    """The numbers of these CloudEvents, each where it came first: whoever reads drops what they have had."""
    events = [msgspec.json.decode(body) for body in bodies]
    return list(dict.fromkeys(int(event["id"].removeprefix("evt_")) for event in events))


async def in_stream(port: int, *, name: str = "help-desk") -> list[Any]:
    """Every message of the stream that the relay has made."""
    client = await nats.connect(f"nats://127.0.0.1:{port}")
    try:
        stream = client.jetstream()
        reader = await stream.pull_subscribe("", stream=name)
        count = (await stream.stream_info(name)).state.messages
        return await reader.fetch(count, timeout=SECONDS)
    finally:
        await client.close()


def test_nats_has_each_event_once_and_in_order_though_it_is_cut_off_and_killed(
    tmp_path: Path, relaying: Callable[[str], Relaying]
) -> None:
    with nats_server(tmp_path, *jetstream(tmp_path)) as server, link_to(server.port) as link:
        desk = relaying(f"nats://127.0.0.1:{link.port}?subject=help-desk")
        desk.append(5)
        desk.catch_up()
        desk.append(60)
        link.cut_after(10_000)
        assert desk.step() >= 2
        assert 5 < desk.place < 65
        server.kill()
        server.start()
        link.mend()
        desk.append(5)
        desk.catch_up()
        found = asyncio.run(in_stream(server.port))
    assert [message.headers["Nats-Msg-Id"] for message in found] == [f"evt_{number}" for number in range(1, 71)]
    assert numbers([message.data for message in found]) == list(range(1, 71))
    assert {message.subject for message in found} == {"help-desk.ticket.updated"}
    assert found[0].headers["Content-Type"].startswith("application/cloudevents+json")


def test_a_place_that_was_not_kept_lets_nats_take_nothing_twice(
    tmp_path: Path, relaying: Callable[[str], Relaying]
) -> None:
    with nats_server(tmp_path, *jetstream(tmp_path)) as server:
        desk = relaying(f"nats://127.0.0.1:{server.port}?subject=help-desk")
        desk.append(10)
        desk.catch_up()
        desk.stop()
        desk.api.write(lambda tx: tx.change(api_relay.update().values(last_number=4)))
        desk.append(1)
        desk.catch_up()
        found = asyncio.run(in_stream(server.port))
    assert [message.headers["Nats-Msg-Id"] for message in found] == [f"evt_{number}" for number in range(1, 12)]


def test_nats_without_jetstream_tells_who_listens_and_the_doctor_says_so(
    tmp_path: Path, relaying: Callable[[str], Relaying]
) -> None:
    with nats_server(tmp_path) as server:
        address = f"nats://127.0.0.1:{server.port}?subject=help-desk"
        desk = relaying(address)
        desk.append(3)

        async def listen() -> list[bytes]:
            client = await nats.connect(f"nats://127.0.0.1:{server.port}")
            listener = await client.subscribe("help-desk.ticket.>")
            await client.flush()
            await asyncio.to_thread(desk.catch_up)
            heard = [(await listener.next_msg(SECONDS)).data for _ in range(3)]
            await client.close()
            return heard

        assert numbers(asyncio.run(listen())) == [1, 2, 3]
        (finding,) = asyncio.run(host.relay(settings_for_tests(events_relay=address)))
    assert finding.level == "warning"
    assert "no JetStream" in finding.message


def test_tls_is_verified_by_the_authority_that_the_address_names(tmp_path: Path) -> None:
    made = str(write_certificate(tmp_path / "broker.pem"))
    options = ("--tls", "--tlscert", made, "--tlskey", made)
    with nats_server(tmp_path, *jetstream(tmp_path), *options) as server:
        address = f"tls://127.0.0.1:{server.port}?subject=help-desk"
        (refused,) = asyncio.run(host.relay(settings_for_tests(events_relay=address)))
        (accepted,) = asyncio.run(host.relay(settings_for_tests(events_relay=f"{address}&ca={made}")))
    assert (refused.level, accepted.level) == ("failure", "ok")
    assert "certificate verify failed" in refused.message


def test_rabbitmq_has_all_events_in_order_though_it_is_cut_off(
    tmp_path: Path, relaying: Callable[[str], Relaying]
) -> None:
    with rabbitmq(tmp_path) as port, link_to(port) as link:
        desk = relaying(f"amqp://guest:guest@127.0.0.1:{link.port}/?exchange=help-desk")
        desk.append(1)
        desk.catch_up()  # The exchange is there.
        found = asyncio.run(_with_queue(port, lambda: _cut_off(desk, link)))
        (finding,) = asyncio.run(host.relay(settings_for_tests(events_relay=desk.address)))
        wrong = desk.address.replace("guest:guest", "guest:wrong")
        (refused,) = asyncio.run(host.relay(settings_for_tests(events_relay=wrong)))
    assert numbers([message.body for message in found]) == list(range(2, 72))
    assert {message.routing_key for message in found} == {"ticket.updated"}
    assert {message.delivery_mode for message in found} == {aio_pika.DeliveryMode.PERSISTENT}
    assert found[0].message_id == "evt_2"
    assert (finding.level, refused.level) == ("ok", "failure")


def _cut_off(desk: Relaying, link: Any) -> None:
    desk.append(5)
    desk.catch_up()
    desk.append(60)
    link.cut_after(10_000)
    assert desk.step() >= 2
    assert 6 < desk.place < 66
    link.mend()
    desk.append(5)
    desk.catch_up()


async def _with_queue(port: int, work: Callable[[], None]) -> list[Any]:
    """What a queue got that takes every event of tickets, while the work was done."""
    async with await aio_pika.connect(f"amqp://guest:guest@127.0.0.1:{port}/") as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("crm", durable=True)
        await queue.bind("help-desk", "ticket.#")
        await asyncio.to_thread(work)
        found = []
        while (message := await queue.get(no_ack=True, fail=False)) is not None:
            found.append(message)
        return found


def test_kafka_keeps_each_ticket_in_order_by_its_key_though_it_hangs_for_a_while(
    monkeypatch: pytest.MonkeyPatch, relaying: Callable[[str], Relaying]
) -> None:
    monkeypatch.setattr(kafka_broker, "_SECONDS_TO_SEND", 1.0)
    with kafka() as broker:
        desk = relaying(f"kafka://{broker.address}?topic=help-desk")
        desk.append(30)
        desk.catch_up()
        broker.hold()
        desk.append(6)
        assert desk.step() >= 2
        assert desk.place == 30
        broker.go_on()
        desk.append(6)
        desk.catch_up()
        (finding,) = asyncio.run(host.relay(settings_for_tests(events_relay=desk.address)))
        found = _in_topic(broker.address)
    assert finding.level == "ok"
    for ticket in TICKETS:
        of_ticket = [body for key, body in found if key == f"ticket/{ticket}".encode()]
        assert numbers(of_ticket) == [number for number in range(1, 43) if TICKETS[(number - 1) % 3] == ticket]


def _in_topic(address: str) -> list[tuple[bytes, bytes]]:
    """Keys and values of a topic, each partition in its order."""
    reader = Consumer({"bootstrap.servers": address, "group.id": "test", "log_level": 2})
    try:
        parts = reader.list_topics("help-desk", timeout=SECONDS).topics["help-desk"].partitions
        found: list[tuple[bytes, bytes]] = []
        for part in parts:
            here = TopicPartition("help-desk", part, 0)
            first, end = reader.get_watermark_offsets(here, timeout=SECONDS)
            reader.assign([here])
            for message in reader.consume(end - first, timeout=SECONDS) if end > first else []:
                key, value = message.key(), message.value()
                assert isinstance(key, bytes)
                assert isinstance(value, bytes)
                found.append((key, value))
        return found
    finally:
        reader.close()


def test_a_broker_that_is_away_is_left_alone_for_longer_each_time(
    monkeypatch: pytest.MonkeyPatch, relaying: Callable[[str], Relaying]
) -> None:
    clock = [0.0]
    monkeypatch.setattr("osticket_api.events.relay.monotonic", lambda: clock[0])
    desk = relaying("nats://127.0.0.1:1?subject=help-desk")
    desk.append(1)
    pauses = []
    for _ in range(5):
        pauses.append(desk.step())
        assert desk.step() == pauses[-1], "woken by an event, it rests all the same"
        clock[0] += pauses[-1]
    assert pauses == [2, 4, 8, 10, 10]
