"""Help desks for the contract. One serves many refusals, since nothing that is refused changes it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from tests.contract.refusals import row_counts
from tests.fixtures.api import Api, running_api
from tests.fixtures.templates import Template, demo_on_sqlite


@pytest.fixture(scope="module")
def desk(demo: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with running_api(demo.copy(), tmp_path_factory.mktemp("contract")) as api:
        yield api


@pytest.fixture(scope="module")
def unchanged(desk: Api) -> Iterator[None]:
    """No table gains or loses a row by all the tests of a module."""
    before = row_counts(desk)
    yield
    assert row_counts(desk) == before


@pytest.fixture(scope="session")
def demo_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return demo_on_sqlite(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def demo_sqlite_url(demo_sqlite: Template) -> URL:
    """A fresh copy of the sample help desk, for what does not depend on the database."""
    return demo_sqlite.copy()
