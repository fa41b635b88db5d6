"""The recorded help desk F1 with its API, for all mails of a run: each mail finds it as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import pytest

from tests.fixtures.api import Answer, Api, running_api
from tests.mails_in.cases import Case
from tests.mails_in.stored import Before, Row, stored
from tests.parity.desk import Desk, on_mariadb, on_sqlite

KEY: Final = "F1KEY000000000000000000000000001"
SALT: Final = "f1salt"


@dataclass
class MailDesk:
    """F1 with its API, to which mails are posted."""

    api: Api
    desk: Desk

    def post(self, mail: bytes) -> Answer:
        headers = {"Content-Type": "text/plain"}
        return self.api.key(KEY).request("POST", "//api/tickets.email", content=mail, headers=headers)

    def play(self, case: Case) -> Row:
        """What is stored of the mail of this case. Afterwards the desk is as before."""
        with self.untouched():
            *first, mail = case.mails
            for each in first:
                assert self.post(each).status == 201
            before = Before(self.desk)
            return stored(self.desk, self.post(mail), before)

    @contextmanager
    def untouched(self) -> Iterator[None]:
        self.api.database.caches.clear()
        try:
            yield
        finally:
            self.desk.restore(self.desk.snapshot())


@pytest.fixture(scope="session", params=["sqlite", "mariadb"])
def mail_desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailDesk]:
    directory = tmp_path_factory.mktemp("mails")
    is_sqlite = request.param == "sqlite"
    made = on_sqlite(directory) if is_sqlite else on_mariadb(request.getfixturevalue("mariadb"))
    with made as desk, running_api(desk.url, directory, secret_salt=SALT) as api:
        yield MailDesk(api, desk)
