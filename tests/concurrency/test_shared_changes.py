"""Several servers on one database: what one of them changes, the others know at once."""

from collections.abc import Iterator
from contextlib import ExitStack

import httpx2
import pytest

from osticket_api.embedded import DEMO_PASSWORD
from tests.fixtures.process import Process, answer_of, environment_on, serving, wait_until
from tests.fixtures.templates import MariadbTemplate

pytestmark = pytest.mark.xdist_group("shared changes")

NEW = {"subject": "New", "message": "New", "email": "wanda@example.net", "name": "Wanda", "topic_id": 1}


@pytest.fixture(scope="module")
def servers(mariadb_demo: MariadbTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Process]]:
    """Two servers that share nothing but the database and the machine."""
    template = mariadb_demo
    template.copy()
    with ExitStack() as stack:
        processes = []
        for _ in range(2):
            directory = tmp_path_factory.mktemp("server")
            environment = environment_on(template.server, template.working_copy, directory)
            processes.append(stack.enter_context(serving(environment, directory)))
        yield processes


def at(process: Process, client: httpx2.Client) -> httpx2.Client:
    """The same sign-in at another server."""
    return httpx2.Client(base_url=f"{process.address}/api/v2", headers=client.headers, timeout=60)


def total(client: httpx2.Client) -> int:
    """An exact total: where counting takes long, as on a busy machine, a total is kept for seconds, and says so."""

    def exact() -> int | None:
        meta = client.get("/tickets?per_page=1").json()["meta"]
        return meta["total"] if meta.get("total_is_exact", True) else None

    return int(wait_until(exact))


def test_a_total_knows_what_its_reader_wrote_elsewhere(servers: list[Process]) -> None:
    first, second = servers
    with first.client("alice", DEMO_PASSWORD) as here, at(second, here) as there:
        for _ in range(5):
            before = total(there)
            answer_of(here.post("/tickets", json=NEW))
            assert total(there) == before + 1


def test_a_sign_out_ends_a_token_everywhere_at_once(servers: list[Process]) -> None:
    first, second = servers
    with first.client("bob", DEMO_PASSWORD) as here, at(second, here) as there:
        assert there.get("/auth/me").status_code == 200
        assert here.post("/auth/logout").status_code < 300
        assert there.get("/auth/me").status_code == 401


def test_a_revoked_or_rotated_key_ends_everywhere_at_once(servers: list[Process]) -> None:
    first, second = servers
    with first.client("dora", DEMO_PASSWORD) as dora:
        for end in ("rotate", "revoke"):
            new = dora.post("/api-keys", json={"name": "Robot", "permissions": ["tickets.read"]}).json()["data"]
            with httpx2.Client(base_url=second.address, headers={"X-API-Key": new["key"]}, timeout=60) as robot:
                paths = ["/api/v2/tickets", "/api/tickets-statuses.php"]
                assert [robot.get(path).status_code for path in paths] == [200, 200]
                key = f"/api-keys/{new['reference']}"
                ended = dora.post(f"{key}/rotate") if end == "rotate" else dora.delete(key)
                assert ended.status_code < 300, ended.text
                assert [robot.get(path).status_code for path in paths] == [401, 401]


def test_an_osticket_key_that_is_switched_off_ends_everywhere_at_once(servers: list[Process]) -> None:
    first, second = servers
    with first.client("dora", DEMO_PASSWORD) as dora:
        body = {"kind": "osticket", "networks": ["127.0.0.1"], "permissions": ["tickets.create"]}
        new = dora.post("/api-keys", json=body).json()["data"]
        with httpx2.Client(base_url=second.address, headers={"X-API-Key": new["key"]}, timeout=60) as robot:
            assert robot.post("/api/tickets.json", json={}).status_code == 400
            assert dora.patch(f"/api-keys/{new['reference']}", json={"is_active": False}).status_code == 200
            assert robot.post("/api/tickets.json", json={}).status_code == 401


def test_a_locked_agent_is_out_everywhere_at_once(servers: list[Process]) -> None:
    first, second = servers
    with first.client("dora", DEMO_PASSWORD) as dora, second.client("charlie", DEMO_PASSWORD) as charlie:
        own_id = charlie.get("/auth/me").json()["data"]["id"]
        assert dora.patch(f"/staff/{own_id}", json={"is_active": False}).status_code == 200
        assert charlie.get("/auth/me").status_code in (401, 403)
        assert dora.patch(f"/staff/{own_id}", json={"is_active": True}).status_code == 200


def test_a_permission_taken_away_is_gone_everywhere_at_once(servers: list[Process]) -> None:
    first, second = servers
    with first.client("dora", DEMO_PASSWORD) as dora, second.client("alice", DEMO_PASSWORD) as alice:
        own_id = alice.get("/auth/me").json()["data"]["id"]
        before = dora.get(f"/staff/{own_id}").json()["data"]["permissions"]
        assert alice.get("/users?per_page=1").status_code == 200
        assert dora.patch(f"/staff/{own_id}", json={"permissions": []}).status_code == 200
        assert alice.get("/auth/me").json()["data"]["permissions"] == []
        assert dora.patch(f"/staff/{own_id}", json={"permissions": before}).status_code == 200
