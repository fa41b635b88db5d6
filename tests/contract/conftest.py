"""A help desk for many refusals: one per module and database, since nothing that is refused changes it."""

from collections.abc import Iterator

import pytest

from tests.contract.refusals import row_counts
from tests.fixtures.api import Api, running_api
from tests.fixtures.templates import Template


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
