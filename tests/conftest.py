"""Fixtures for everybody: `api` is the application on a fresh copy of the sample help desk, on each database."""

import gc
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import httpcore2
import pytest

from osticket_api.server import logging
from tests.fixtures import mariadb as private_mariadb
from tests.fixtures import memory, templates
from tests.fixtures.api import Api, running_api
from tests.fixtures.mariadb import Server
from tests.fixtures.templates import MariadbTemplate, Template, demo_on_mariadb, demo_on_sqlite

memory.keep_files_in_memory()
# To read the certificates of the system takes longer than most requests, and each client that is made reads them.
httpcore2.default_ssl_context = lru_cache(httpcore2.default_ssl_context)
logging.set_up("error")


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays until the end: thousands of tests, and the application."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(exitstatus: int) -> None:
    if exitstatus:
        memory.leave_files()


@pytest.fixture(autouse=True)
def copies_end_with_their_test() -> Iterator[None]:
    """Remove the copies of help desks that a test has made. Those of its module were made before."""
    before = len(templates.copies)
    yield
    templates.remove_copies(before)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    """A private MariaDB for the whole run of this process."""
    private_mariadb.required()
    with private_mariadb.running() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_demo(mariadb: Server) -> Iterator[MariadbTemplate]:
    """The sample help desk on MariaDB."""
    template = demo_on_mariadb(mariadb)
    yield template
    assert template.altered_tables() == [], "a test has left tables as the next test does not expect them"


@pytest.fixture(scope="session", params=["sqlite", "mariadb"])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The sample help desk, to be copied."""
    if request.param == "sqlite":
        return demo_on_sqlite(tmp_path_factory.mktemp("demo"))
    template: MariadbTemplate = request.getfixturevalue("mariadb_demo")
    return template


@pytest.fixture
def api(demo: Template, tmp_path: Path) -> Iterator[Api]:
    """The application on a fresh copy of the sample help desk."""
    with running_api(demo.copy(), tmp_path) as running:
        yield running
