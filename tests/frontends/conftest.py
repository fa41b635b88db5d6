"""A browser, and help desks to look at with it."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.fixtures import browser
from tests.fixtures.browser import Chromium
from tests.fixtures.mariadb import Server
from tests.fixtures.process import embedded, environment_on, serving
from tests.fixtures.templates import demo_on_mariadb


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One browser for all tests of this process."""
    browser.required()
    with browser.running() as running:
        yield running


@pytest.fixture(scope="module")
def address(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The sample help desk as a server of its own, on SQLite."""
    with embedded(tmp_path_factory.mktemp("frontends"), RATE_LIMIT_ENABLED="false") as process:
        yield process.address


@pytest.fixture(scope="module", params=["sqlite", "mariadb"])
def desk(request: pytest.FixtureRequest, chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on each database."""
    directory = tmp_path_factory.mktemp("day")
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield stack.enter_context(embedded(directory, RATE_LIMIT_ENABLED="false")).address
            return
        server: Server = request.getfixturevalue("mariadb")
        template = demo_on_mariadb(server, "frontends")
        template.copy()
        environment = environment_on(server, template.working_copy, directory)
        yield stack.enter_context(serving(environment, directory)).address
