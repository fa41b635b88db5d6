"""What breaks amid an answer cuts the connection: no client takes a part for the whole."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from osticket_api.embedded import DEMO_PASSWORD
from tests.fixtures.process import Process, answer_of, embedded

CHUNK = 512_000
TICKETS = 250


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Process]:
    with embedded(tmp_path, RATE_LIMIT_ENABLED="false") as process:
        with closing(database(tmp_path)) as connection:
            connection.execute("UPDATE ost_config SET value = '10000000' WHERE key = 'max_file_size'")
        yield process


def database(tmp_path: Path) -> sqlite3.Connection:
    [path] = tmp_path.rglob("helpdesk.sqlite")
    return sqlite3.connect(path, isolation_level=None)


def received(client: httpx2.Client, path: str, **headers: str) -> Iterator[bytes]:
    """The answer as it arrives, which has begun well."""
    with client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200
        yield from answer.iter_bytes()


def test_a_file_that_breaks_amid_its_download_is_cut_off(server: Process, tmp_path: Path) -> None:
    with closing(database(tmp_path)) as connection, server.client("alice", DEMO_PASSWORD) as alice:
        file = answer_of(alice.post("/files?name=large.bin", content=b"x" * (CHUNK * 10 + 5)))
        cut = "UPDATE ost_file_chunk SET filedata = 'short' WHERE file_id = ? AND chunk_id = 5"
        connection.execute(cut, (file["id"],))
        blocks: list[bytes] = []
        with pytest.raises(httpx2.RemoteProtocolError):
            blocks.extend(received(alice, f"/files/{file['id']}"))
        assert alice.get("/staff/me").status_code == 200


@pytest.mark.parametrize("accept", ["text/csv", "application/jsonl"])
def test_an_export_that_breaks_between_two_pages_is_cut_off(server: Process, tmp_path: Path, accept: str) -> None:
    columns = "user_id, user_email_id, status_id, dept_id, updated, lastupdate, source"
    more = (
        f"INSERT INTO ost_ticket (number, created, {columns})"
        f" SELECT CAST(? AS TEXT), ?, {columns} FROM ost_ticket WHERE ticket_id = 26"
    )
    with closing(database(tmp_path)) as connection, server.client("alice", DEMO_PASSWORD) as alice:
        connection.executemany(more, [(f"9{number:05}", "2001-01-01 00:00:00") for number in range(TICKETS)])
        assert b"".join(received(alice, "/tickets", Accept=accept))
        connection.execute(more, (b"\xff", "2000-01-01 00:00:00"))  # No text: it cannot be read.
        with pytest.raises(httpx2.RemoteProtocolError):
            list(received(alice, "/tickets", Accept=accept))
