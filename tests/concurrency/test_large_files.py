"""A file of 200 MB goes in and comes out unchanged, and the server hardly notices."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from osticket_api.embedded import DEMO_PASSWORD
from tests.fixtures.mariadb import Server
from tests.fixtures.process import Process, answer_of, environment_on, serving
from tests.fixtures.templates import MariadbTemplate

SIZE = 200 * 1024 * 1024
BLOCK = 1024 * 1024
ALLOWED_GROWTH = 32 * 1024 * 1024


@pytest.fixture
def server(mariadb: Server, mariadb_demo: MariadbTemplate, tmp_path: Path) -> Iterator[Process]:
    template = mariadb_demo
    template.copy()
    with mariadb.connect(template.working_copy) as connection, connection.cursor() as cursor:
        cursor.execute(f"UPDATE ost_config SET value='{SIZE}' WHERE namespace='core' AND `key`='max_file_size'")
    with serving(environment_on(mariadb, template.working_copy, tmp_path), tmp_path, is_cold=True) as process:
        yield process


def blocks(digest: "hashlib._Hash") -> Iterator[bytes]:
    """Bytes that no compression helps with, the same in every run."""
    for place in range(SIZE // BLOCK):
        block = hashlib.shake_128(str(place).encode()).digest(BLOCK)
        digest.update(block)
        yield block


def test_200_mb_in_and_out_with_memory_flat(server: Process) -> None:
    sent, received = hashlib.sha256(), hashlib.sha256()
    with server.client("alice", DEMO_PASSWORD) as alice:
        answer_of(alice.post("/files?name=warm-up.bin", content=b"x" * BLOCK))
        before = server.memory_bytes
        file = answer_of(alice.post("/files?name=large.bin", content=blocks(sent), timeout=120))
        assert file["size"] == SIZE
        note = answer_of(alice.post("/tickets/26/note", json={"body": "x", "attachments": [{"file_id": file["id"]}]}))
        grown = server.memory_bytes - before
        with alice.stream("GET", note["attachments"][0]["url"].removeprefix("/api/v2"), timeout=120) as download:
            for block in download.iter_bytes(BLOCK):
                received.update(block)
                grown = max(grown, server.memory_bytes - before)
    assert received.hexdigest() == sent.hexdigest()
    assert grown < ALLOWED_GROWTH
