"""A user with a password signs in to the database: over TCP, by TLS and by the socket, first and once it is known.

MySQL keeps passwords by `caching_sha2_password`: without TLS the first one is sent encrypted for the server's key, and
the ones after it as a digest that the server remembers.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from osticket_api.db.engine import Database
from osticket_api.errors import Unavailable
from osticket_api.events.binlog.address import address_of, connected
from osticket_api.settings import Settings, load
from tests.fixtures.certificates import write_certificate
from tests.fixtures.desks import play
from tests.fixtures.mariadb import Server, required, running
from tests.fixtures.process import free_port

_USER, _PASSWORD = "desk", "pä$$ €wörd'\"%"
_HOSTS = "localhost", "127.0.0.1"
_PLACE = {"_env_file": None, "db_connection": "mysql", "db_username": _USER, "db_database": "desk"}


class Listening:
    """A server that takes connections over TCP, with a certificate."""

    def __init__(self, server: Server, port: int, certificate: Path) -> None:
        self.server, self.port, self.certificate = server, port, certificate

    def forget_passwords(self) -> None:
        with self.server.connect() as connection, connection.cursor() as cursor:
            cursor.execute("FLUSH PRIVILEGES")

    def require(self, what: str) -> None:
        """Let the user in over TLS only, `SSL`, or anyhow, `NONE`."""
        with self.server.connect() as connection, connection.cursor() as cursor:
            for host in _HOSTS:
                cursor.execute(f"ALTER USER %s@%s REQUIRE {what}", (_USER, host))

    def settings(self, way: str, password: str = _PASSWORD) -> Settings:
        places: dict[str, dict[str, Any]] = {
            "socket": {"db_socket": str(self.server.socket)},
            "tcp": {"db_port": self.port},
            "tls": {"db_port": self.port, "db_ssl_ca": str(self.certificate)},
        }
        return load(**_PLACE, **places[way], db_password=password)


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listening]:
    required()
    with _listening(tmp_path_factory.mktemp("certificate")) as found:
        yield found


@contextmanager
def _listening(directory: Path) -> Iterator[Listening]:
    certificate = write_certificate(directory / "server.pem")
    port = free_port()
    place = "--skip-networking=0", "--bind-address=127.0.0.1", f"--port={port}"
    with running(options=(*place, f"--ssl-cert={certificate}", f"--ssl-key={certificate}")) as server:
        server.create("desk")
        for host in _HOSTS:
            server.let_in(_USER, "SELECT ON desk.*", password=_PASSWORD, host=host)
        yield Listening(server, port, certificate)


async def _cipher(database: Database) -> str:
    """What the connection is encrypted with. Empty where it is not."""
    statement = text("SHOW SESSION STATUS LIKE 'Ssl_cipher'")
    return await database.read(lambda tx: str(tx.connection.execute(statement).one()[1]))


async def _be_refused(database: Database) -> None:
    with pytest.raises(Unavailable):
        await _cipher(database)
    await asyncio.sleep(0.2)  # The driver closes the connection; by TLS it waits for the server to do so too.


@pytest.mark.parametrize("way", ["socket", "tcp", "tls"])
def test_a_user_signs_in_with_a_password(listening: Listening, way: str) -> None:
    listening.forget_passwords()
    settings = listening.settings(way)
    ciphers = [play(settings, _cipher) for _ in ("first", "known")]
    assert [bool(cipher) for cipher in ciphers] == [way == "tls"] * 2


@pytest.mark.parametrize("way", ["socket", "tcp", "tls"])
def test_so_does_the_reader_of_the_binary_log(listening: Listening, way: str) -> None:
    listening.forget_passwords()
    for _ in ("first", "known"):
        with connected(address_of(listening.settings(way))) as ask:
            assert ask("SELECT 1") == [(1,)]


@pytest.mark.parametrize("way", ["socket", "tcp", "tls"])
def test_a_wrong_password_is_refused(listening: Listening, way: str) -> None:
    play(listening.settings(way, "wrong"), _be_refused)


def test_a_user_who_must_use_tls_does(listening: Listening) -> None:
    listening.require("SSL")
    try:
        assert play(listening.settings("tls"), _cipher)
        play(listening.settings("tcp"), _be_refused)
    finally:
        listening.require("NONE")


def test_a_server_whose_certificate_nobody_knows_is_refused(listening: Listening, tmp_path: Path) -> None:
    stranger = write_certificate(tmp_path / "stranger.pem")
    settings = listening.settings("tls").model_copy(update={"db_ssl_ca": str(stranger)})
    play(settings, _be_refused)
