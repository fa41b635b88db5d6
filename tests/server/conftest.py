"""The sample help desk on SQLite, for what does not depend on the database."""

import pytest

from tests.fixtures.templates import Template, demo_on_sqlite


@pytest.fixture(scope="session")
def demo_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return demo_on_sqlite(tmp_path_factory.mktemp("demo"))
