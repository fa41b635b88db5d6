"""Reads at a replica: nobody is ever told less than the database knew when they asked."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from osticket_api.db import tables as t
from osticket_api.db.caches import STATUSES
from osticket_api.db.connect import describe, open_database, prepare
from osticket_api.db.replica import Replica, Standing
from osticket_api.db.unit import Read
from osticket_api.doctor import replica as doctor
from osticket_api.doctor.examination import examine_database
from osticket_api.errors import TooSlow
from osticket_api.settings import Settings
from tests.fixtures.api import Api, running_api
from tests.fixtures.desks import play, settings_on
from tests.fixtures.mariadb import SLOW
from tests.fixtures.process import free_port
from tests.fixtures.replication import Replication, replicating
from tests.fixtures.templates import MariadbTemplate

pytestmark = pytest.mark.xdist_group("replica")  # One process, and so one pair of servers, for all of them.

NEW = {"subject": "New", "message": "New", "email": "wanda@example.net", "name": "Wanda", "topic_id": 1}
MARK = "Only the replica says this"


@dataclass
class Hosts:
    """Two servers that share the database and its replica, and nothing else."""

    here: Api
    there: Api
    replication: Replication

    def awake(self) -> None:
        """Let no server leave the replica alone for what happened before."""
        for api in (self.here, self.there):
            replica(api).note(Standing.in_use)


def replica(api: Api) -> Replica:
    assert api.database.replica is not None
    return api.database.replica


@pytest.fixture(scope="module")
def replication(mariadb_demo: MariadbTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replication]:
    dump = tmp_path_factory.mktemp("dump") / "demo.sql"
    mariadb_demo.server.dump(mariadb_demo.name, dump)
    with replicating() as replication:
        replication.primary.server.create("demo")
        replication.primary.server.load("demo", dump)
        replication.follow()
        yield replication


@contextmanager
def server(replication: Replication, directory: Path, **options: Any) -> Iterator[Api]:
    place = replication.replica.server.url("demo")
    at = Replica(place, 3, **{"max_lag": 0.05, "describe": describe, **options})
    with running_api(replication.primary.server.url("demo"), directory, replica=at, db_timeout=30) as api:
        yield api


@pytest.fixture(scope="module")
def running(replication: Replication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    with ExitStack() as stack:
        directories = (tmp_path_factory.mktemp("host") for _ in range(2))
        here, there = (stack.enter_context(server(replication, each)) for each in directories)
        yield Hosts(here, there, replication)


@pytest.fixture
def hosts(running: Hosts) -> Iterator[Hosts]:
    """Both with a replica that has everything."""
    running.replication.follow()
    running.awake()
    yield running
    running.replication.follow()


@pytest.fixture
def held(hosts: Hosts) -> Hosts:
    """Both with a replica that hears of nothing new."""
    hosts.replication.hold()
    return hosts


def subject(api: Api, ticket: int, who: str = "alice") -> str:
    return str(api.named(who).get(f"/tickets/{ticket}").data["subject"])


def test_reads_go_to_the_replica_that_has_everything(hosts: Hosts) -> None:
    with hosts.replication.replica.server.connect("demo") as connection, connection.cursor() as cursor:
        cursor.execute("SET sql_log_bin = 0")
        cursor.execute("UPDATE ost_organization SET name = %s WHERE id = 1", (MARK,))
    assert hosts.here.named("dora").get("/organizations/1").data["name"] == MARK
    assert replica(hosts.here).standing is Standing.in_use


def test_who_writes_reads_it_at_once_at_each_host(held: Hosts) -> None:
    made = held.here.named("alice").post("/tickets", NEW).data["id"]
    alice = held.there.named("alice")
    before = alice.get("/tickets?per_page=1").meta["total"]
    assert alice.get(f"/tickets/{made}").status == 200
    assert alice.patch(f"/tickets/{made}", {"subject": "Newer"}).status == 200
    assert (subject(held.here, made), subject(held.there, made)) == ("Newer", "Newer")
    assert alice.post("/tickets", NEW).status == 201
    page = alice.get("/tickets?per_page=1")
    assert (page.meta["total"], page.data[0]["id"] > made) == (before + 1, True)
    assert replica(held.there).standing is Standing.behind


def test_so_does_everybody_else(held: Hosts) -> None:
    made = held.here.named("alice").post("/tickets", NEW).data["id"]
    assert held.there.named("dora").get(f"/tickets/{made}").status == 200
    held.replication.follow()
    held.awake()
    assert subject(held.there, made, "dora") == "New"
    assert replica(held.there).standing is Standing.in_use


def test_what_php_has_written_is_seen_too(held: Hosts) -> None:
    with held.replication.primary.server.connect("demo") as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE ost_department SET name = 'By PHP' WHERE id = 2")
    assert held.here.named("dora").get("/departments/2").data["name"] == "By PHP"


def test_nothing_is_missed_while_the_replica_follows(hosts: Hosts) -> None:
    ticket = hosts.here.named("alice").post("/tickets", NEW).data["id"]
    for number in range(20):
        writer, reader = (hosts.here, hosts.there) if number % 2 else (hosts.there, hosts.here)
        hosts.awake()
        assert writer.named("alice").patch(f"/tickets/{ticket}", {"subject": f"Number {number}"}).status == 200
        assert subject(reader, ticket, "dora") == f"Number {number}"


def test_a_right_that_is_taken_away_is_gone_at_once(held: Hosts) -> None:
    alice, dora = held.here.named("alice"), held.here.named("dora")
    own_id = alice.get("/auth/me").data["id"]
    before = dora.get(f"/staff/{own_id}").data["permissions"]
    assert alice.get("/users?per_page=1").status == 200
    assert dora.patch(f"/staff/{own_id}", {"permissions": []}).status == 200
    assert alice.get("/users?per_page=1").status == 403
    assert dora.patch(f"/staff/{own_id}", {"permissions": before}).status == 200


def test_nothing_old_is_remembered_as_new(hosts: Hosts, tmp_path: Path) -> None:
    """A change while a value is made at the replica ends that value, though its making had begun later."""
    for api in (hosts.here, hosts.there):
        api.database.changes.share(tmp_path / "changes")
    names = select(t.ticket_status.c.name).where(t.ticket_status.c.id == 1)

    def remembered(tx: Read) -> Any:
        return tx.cached(STATUSES, "of this test", lambda: tx.scalar(names))

    def unit(tx: Read) -> Any:
        assert tx.as_of is not None
        hosts.replication.hold()
        hosts.there.write(
            lambda tx: tx.change(update(t.ticket_status).where(t.ticket_status.c.id == 1).values(name="Renamed"))
        )
        return remembered(tx)

    portal = hosts.here.client.portal
    assert portal is not None
    assert portal.call(hosts.here.database.read_anywhere, unit) == "Open"
    assert portal.call(hosts.here.database.read_anywhere, remembered) == "Renamed"


def test_a_replica_that_dies_is_not_missed(hosts: Hosts) -> None:
    daemon = hosts.replication.replica
    assert hosts.here.client.get("/readyz").json()["data"]["replica"] == "in_use"
    daemon.kill()
    try:
        assert subject(hosts.here, 26)
        ready = hosts.here.client.get("/readyz")
        assert (ready.status_code, ready.json()["data"]["replica"]) == (200, "away")
        counted = hosts.here.client.get("/metrics").text
        assert 'osticket_api_database_replica_reads_total{replica="away"}' in counted
    finally:
        daemon.start()
        hosts.replication.follow()
    hosts.awake()
    assert hosts.here.client.get("/readyz").json()["data"]["replica"] == "in_use"


def test_a_replica_that_falls_silent_is_not_waited_for(hosts: Hosts) -> None:
    assert subject(hosts.here, 26)
    os.kill(hosts.replication.replica.process.pid, signal.SIGSTOP)
    try:
        assert subject(hosts.here, 26)
        assert replica(hosts.here).standing is Standing.away
    finally:
        os.kill(hosts.replication.replica.process.pid, signal.SIGCONT)


@pytest.mark.parametrize("what", ["is another help desk", "has no such table"])
def test_what_is_no_replica_of_this_help_desk_is_left_alone(hosts: Hosts, tmp_path: Path, what: str) -> None:
    sql = {"is another help desk": "SELECT @@server_id", "has no such table": "SELECT 1 FROM nowhere"}[what]
    with server(hosts.replication, tmp_path, describe=lambda tx: tx.scalar(text(sql))) as api:
        assert subject(api, 26)
        assert replica(api).standing is Standing.unfit


def test_without_a_binary_log_no_replica_is_believed(mariadb_demo: MariadbTemplate, tmp_path: Path) -> None:
    url = mariadb_demo.copy()
    with running_api(url, tmp_path, replica=Replica(url, 3, max_lag=0.05)) as api:
        assert subject(api, 26)
        assert replica(api).standing is Standing.unfit


def test_what_takes_too_long_at_the_replica_is_not_begun_again(hosts: Hosts, tmp_path: Path) -> None:
    times = []

    def unit(tx: Read) -> None:
        times.append(1)
        tx.scalar(text(SLOW))

    with server(hosts.replication, tmp_path, statement_timeout=0.1) as api:
        assert api.client.portal is not None
        with pytest.raises(TooSlow):
            api.client.portal.call(api.database.read_anywhere, unit)
    assert times == [1]


@pytest.fixture
def desk(hosts: Hosts) -> Settings:
    """What an administrator sets."""
    replication = hosts.replication
    more = {"db_read_host": "127.0.0.1", "db_read_port": replication.replica_port, "db_read_max_lag": 0.5}
    return settings_on(replication.primary.server, "demo", read_only=True, **more)


def told(desk: Settings) -> list[tuple[str, str]]:
    """What the doctor says of the replica."""
    found = play(desk, lambda database: examine_database(database, desk))
    return [(finding.level.value, finding.message) for finding in found if finding.check == "replica"]


def test_the_doctor_looks_at_the_replica(hosts: Hosts, desk: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [level for level, _ in told(desk)] == ["ok"]
    monkeypatch.setattr(doctor, "_WAIT_SECONDS", 0.1)
    hosts.replication.hold()
    assert hosts.here.named("alice").post("/tickets", NEW).status == 201
    ((level, message),) = told(desk)
    assert (level, "behind" in message) == ("warning", True)
    ((level, message),) = told(desk.model_copy(update={"db_read_port": free_port()}))
    assert (level, "reached" in message) == ("warning", True)


def test_the_settings_name_the_replica(desk: Settings) -> None:
    async def scenario(_: object) -> tuple[bool, Standing]:
        database = open_database(desk, is_hurried=True)
        try:
            await prepare(database, desk)
            assert database.replica is not None
            return await database.read_anywhere(lambda tx: tx.as_of is not None), database.replica.standing
        finally:
            await database.close()

    assert play(desk, scenario) == (True, Standing.in_use)
