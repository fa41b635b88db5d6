"""A help desk whose feed runs step by step, and one on a server with a binary log."""

from collections.abc import Iterator

import pytest

from tests.events.listening import heard
from tests.events.logged import logging_server
from tests.fixtures.mariadb import Server, required
from tests.parity.desk import Desk, on_mariadb

__all__ = ["heard"]


@pytest.fixture(scope="session")
def log_server() -> Iterator[Server]:
    """A server with a binary log."""
    required()
    with logging_server() as server:
        yield server


@pytest.fixture(scope="session")
def prepared_log_desk(log_server: Server) -> Iterator[Desk]:
    with on_mariadb(log_server) as desk:
        yield desk


@pytest.fixture
def log_desk(prepared_log_desk: Desk) -> Iterator[Desk]:
    """F1 on that server, put back after each test."""
    yield prepared_log_desk
    prepared_log_desk.restore(prepared_log_desk.snapshot())
