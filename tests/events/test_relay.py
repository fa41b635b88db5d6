"""The feed relayed to a real Redis stream, which is away for a while, and by workers that come and go."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from redis import Redis
from sqlalchemy import select, update

from osticket_api.db.tables.own_events import api_event, api_feed, api_relay
from osticket_api.db.unit import Write
from osticket_api.events import feed
from osticket_api.events.feed import Draft, Positions
from osticket_api.events.relay import Relay
from osticket_api.settings import ConfigurationError
from osticket_api.settings_relay import REDIS, RelayTarget
from tests.fixtures.api import Api, running_api, settings_for_tests
from tests.fixtures.redis import RedisServer, redis_server
from tests.fixtures.templates import Template

TICKET = 26
SECONDS = 120.0
STREAM = "help-desk"


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


def wait_until(is_so: Callable[[], Any]) -> None:
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def relayed(redis: RedisServer) -> list[dict[str, Any]]:
    """The CloudEvents of the stream, in its order."""
    with Redis.from_url(redis.url) as client:
        entries: Any = client.xrange(STREAM)
    return [msgspec.json.decode(fields[b"event"]) for _, fields in entries]


def fed(api: Api) -> list[str]:
    """What the feed has, by the ids that the stream gives."""
    return [f"evt_{row.number}" for row in api.rows(select(api_event.c.number).order_by(api_event.c.number))]


def note(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{TICKET}/note", {"body": "<p>x</p>"})
    assert answer.status == 201, answer.errors


def relaying(redis: RedisServer) -> dict[str, Any]:
    return {"runs_jobs": True, "events_relay": f"{redis.url}?stream={STREAM}", "app_url": "https://desk.example.com"}


def has_begun(api: Api) -> bool:
    found = api.client.portal.call(api.database.read, feed.standing)  # type: ignore[union-attr]
    return found is not None and found.positions.is_filled and bool(api.rows(select(api_relay)))


def waiting(api: Api) -> float:
    """The events that the broker does not have yet, as Prometheus is told."""
    lines = api.client.get("/metrics").text.splitlines()
    (line,) = (line for line in lines if line.startswith("osticket_api_relay_waiting_events "))
    return float(line.split()[1])


def place(api: Api) -> int:
    return int(api.rows(select(api_relay.c.last_number))[0][0])


def test_two_servers_relay_every_event_once_and_in_order_though_redis_goes_away(
    demo: Template, tmp_path: Path, redis: RedisServer
) -> None:
    url = demo.copy()
    with ExitStack() as stack:
        first, second = (stack.enter_context(running_api(url, tmp_path, **relaying(redis))) for _ in range(2))
        wait_until(lambda: has_begun(first))
        note(first)
        wait_until(lambda: "ticket.note_added" in [event["type"] for event in relayed(redis)])
        redis.stop()
        heard = len(fed(first))
        note(second)
        note(first)
        wait_until(lambda: len(fed(first)) >= heard + 2)
        assert waiting(first) >= 2
        redis.start()
        note(second)
        wait_until(lambda: [event["type"] for event in relayed(redis)].count("ticket.note_added") == 4)
        wait_until(lambda: place(first) == int(fed(first)[-1].removeprefix("evt_")))
        assert [event["id"] for event in relayed(redis)] == fed(first)
        assert waiting(first) == 0


def test_an_event_is_a_cloud_event_with_all_that_administrators_see(
    demo: Template, tmp_path: Path, redis: RedisServer
) -> None:
    with running_api(demo.copy(), tmp_path, **relaying(redis)) as api:
        wait_until(lambda: has_begun(api))
        note(api)
        wait_until(lambda: "ticket.note_added" in [event["type"] for event in relayed(redis)])
        found = next(event for event in relayed(redis) if event["type"] == "ticket.note_added")
        number = int(found["id"].removeprefix("evt_"))
        seen = api.staff("dora").get(f"/events?after={number - 1}&types=ticket.note_added").data[0]
        assert found == {
            "specversion": "1.0",
            "id": f"evt_{seen['id']}",
            "source": "https://desk.example.com/api/v2/events",
            "type": "ticket.note_added",
            "subject": f"ticket/{TICKET}",
            "time": found["time"],
            "datacontenttype": "application/json",
            "data": seen,
        }
        assert datetime.fromisoformat(found["time"]).tzinfo is not None


def test_a_worker_that_died_before_it_kept_its_place_has_events_sent_again_under_their_id(
    demo: Template, tmp_path: Path, redis: RedisServer
) -> None:
    url = demo.copy()
    with running_api(url, tmp_path, **relaying(redis)) as api:
        wait_until(lambda: has_begun(api))
        note(api)
        wait_until(lambda: "ticket.note_added" in [event["type"] for event in relayed(redis)])
        wait_until(lambda: place(api) == len(fed(api)))
    with running_api(url, tmp_path) as api:
        before = fed(api)
        api.write(lambda tx: tx.change(update(api_relay).values(last_number=place_before(tx))))
    with running_api(url, tmp_path, **relaying(redis)):
        wait_until(lambda: len(relayed(redis)) > len(before))
    assert [event["id"] for event in relayed(redis)][: len(before) + 1] == [*before, before[-1]]


def place_before(tx: Write) -> int:
    return int(tx.scalar(select(api_feed.c.last_number))) - 1


def test_the_stream_is_bounded_and_long_absences_are_made_up_for_in_order(api: Api, redis: RedisServer) -> None:
    relay = Relay(api.database, RelayTarget(REDIS, redis.url, STREAM, max_length=100), "/api/v2/events")
    call = api.client.portal.call  # type: ignore[union-attr]
    api.write(lambda tx: feed.start(tx, Positions()))
    call(relay.step)
    api.write(append, 1000)
    call(relay.step)
    call(relay.stop)
    numbers = [event["data"]["id"] for event in relayed(redis)]
    assert 100 <= len(numbers) <= 300
    assert numbers == list(range(1001 - len(numbers), 1001))
    assert place(api) == 1000


def append(tx: Write, count: int) -> None:
    since = feed.standing(tx)
    assert since is not None
    drafts = [Draft(type="ticket.updated", kind="ticket", subject_id=TICKET, occurred_at=tx.now)] * count
    feed.append(tx, since, drafts, since.positions)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("broker", "it must begin with a scheme, such as redis://host:6379/0?stream=NAME"),
        ("mqtt://broker/topic", "it must begin with a scheme"),
        ("kafka://", "it must begin with a scheme"),
        ("redis:///0?stream=x", "it must name a host"),
        ("redis://:hun/ter2@broker?stream=x", "it must name a host"),
        ("redis://broker:70000?stream=x", "it must name a host"),
        ("redis://one,two/0?stream=x", "it must name a host"),
        ("amqp://one:5672,two:5672/?exchange=x", "it must name a host"),
        ("amqp://broker/a/b?exchange=x", "it must name a host"),
        ("nats://one:4222,:4222?subject=x", "it must name a host"),
        ("kafka://broker:9092/desk?topic=x", "it must name a host"),
        ("redis://broker/0", "stream is not a valid name"),
        ("redis://broker/0?stream=a%20b", "stream is not a valid name"),
        ("nats://broker?subject=a..b", "subject is not a valid name"),
        ("nats://broker?subject=a.*", "subject is not a valid name"),
        ("nats://broker?subject=" + "a" * 101, "subject is not a valid name"),
        ("nats://broker?stream=a", "subject is not a valid name"),
        ("amqp://broker?exchange=amq.topic", "exchange is not a valid name"),
        ("kafka://broker?topic=..", "topic is not a valid name"),
        ("redis://broker/0?stream=x&maxlen=0", "maxlen is not a valid number of events"),
        ("redis://broker/0?stream=x&maxlength=5", "the options of redis:// are stream and maxlen; it has another one"),
        ("amqp://broker?exchange=x&maxlen=5", "the options of amqp:// are exchange; it has another one"),
        ("nats://broker?subject=x&ca=/etc/hostname", "the options of nats:// are subject and maxlen"),
        ("tls://broker?subject=x&ca=/nowhere", "ca must name the file"),
        ("kafka://broker?topic=x&sasl=GSSAPI", "sasl must be one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512"),
    ],
)
def test_an_address_that_cannot_be_relayed_to_stops_the_start(address: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings_for_tests(events_relay=address)
    assert str(caught.value).startswith(f"EVENTS_RELAY is wrong: {sentence}")
    assert "ter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "name", "hosts", "login", "has_tls"),
    [
        ("rediss://desk:secret@broker:6380/2?stream=a:b", "redis:a:b", ["broker:6380"], ("desk", "secret"), True),
        ("nats://desk@one,two:4333?subject=a.b", "nats:a.b", ["one:4222", "two:4333"], ("desk", ""), False),
        ("TLS://[::1]?subject=a", "nats:a", ["[::1]:4222"], None, True),
        ("amqps://u:p%40ss@broker/desk?exchange=a", "amqp:a", ["broker:5672"], ("u", "p@ss"), True),
        ("kafkas://u:p@one:9093,two?topic=a&sasl=scram-sha-256", "kafka:a", ["one:9093", "two:9092"], ("u", "p"), True),
    ],
)
def test_an_address_names_hosts_place_and_login(
    address: str, name: str, hosts: list[str], login: tuple[str, str] | None, has_tls: bool
) -> None:
    target = settings_for_tests(events_relay=address).relay_target
    assert target is not None
    assert (target.name, target.hosts, target.login, target.has_tls) == (name, hosts, login, has_tls)


@pytest.mark.parametrize(
    ("address", "package", "extra"),
    [
        ("nats://broker?subject=x", "nats", "nats"),
        ("amqps://broker?exchange=x", "aio_pika", "amqp"),
        ("kafka://broker?topic=x", "confluent_kafka", "kafka"),
    ],
)
def test_a_broker_whose_library_is_missing_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, address: str, package: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)  # As Python has it for what cannot be imported.
    with pytest.raises(ConfigurationError, match=rf"pip install 'osticket-api\[{extra}\]'"):
        settings_for_tests(events_relay=address)


def test_a_relay_without_events_stops_the_start() -> None:
    with pytest.raises(ConfigurationError, match="EVENTS_RELAY needs FEATURES_EVENTS"):
        settings_for_tests(events_relay="redis://broker?stream=x", features_events=False, features_webhooks=False)
