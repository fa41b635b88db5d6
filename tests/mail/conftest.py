"""The stage on which recorded operations are played, on each database."""

from collections.abc import Iterator

import pytest

from tests.mail.stage import MailStage, on_a_file, on_a_server


@pytest.fixture(scope="session", params=["sqlite", "mariadb"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailStage]:
    place = on_a_file if request.param == "sqlite" else on_a_server
    with place(tmp_path_factory.mktemp("mails")) as found:
        yield found
