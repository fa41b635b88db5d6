"""F1 with the neutral templates, on which recorded operations are played."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from osticket_api.db.tables.own_mail import api_outgoing_mail
from osticket_api.features.files.content import read_all
from osticket_api.mail.delivery import MailWorker
from osticket_api.mail.letters import Letter, from_stored
from osticket_api.mail.mime import to_bytes
from tests.fixtures import mariadb as private_mariadb
from tests.fixtures.api import Api, running_api
from tests.mail import sql
from tests.mail.reading import parsed
from tests.mail.recorded import MAILS, SALT
from tests.parity.desk import Desk, on_mariadb, on_sqlite
from tests.parity.replay import MovableClock

NEXT_IDS = {"ticket": 7, "thread": 29, "thread_entry": 52, "user": 14, "user_email": 14, "task": 9}


@dataclass
class MailStage:
    """The application on F1 and M1, started once. Whatever is played on it is undone."""

    api: Api
    desk: Desk
    clock: MovableClock

    @contextmanager
    def set_up(self, setup: Iterable[str], now: datetime) -> Iterator[None]:
        """The help desk after these statements, for the length of a block."""
        self.clock.now = now
        try:
            run(self.desk, [each for text in setup for each in sql.statements(text)], now)
            self.api.database.caches.clear()
            yield
        finally:
            self.desk.restore(self.desk.snapshot())
            self.clear("api_mail_occasion", "api_outgoing_mail", "api_idempotency", "api_strike")
            self._count_anew()
            self.api.database.caches.clear()

    def made(self) -> list[dict[str, Any]]:
        """The mails that what has been played led to, as parsed from their bytes, in order."""
        letters = self.letters()
        files = sorted({file.file_id for letter in letters for file in letter.files})
        contents = self.read(read_all, files)
        return [parsed(to_bytes(letter, contents, self.clock.now)) for letter in letters]

    def letters(self) -> list[Letter]:
        """The mails that what has been played led to, in order."""
        self._make()
        mail = api_outgoing_mail.c
        rows = self.api.rows(select(mail.content).order_by(mail.id))
        return [from_stored(self.api.database.vault, row.content) for row in rows]

    def forget(self) -> None:
        """Take the mails of what has been played as sent."""
        self._make()
        self.clear("api_outgoing_mail")

    def _count_anew(self) -> None:
        """New rows get the ids that the recorded ones had. SQLite counts from what is there."""
        if self.desk.mark != "?":
            with closing(self.desk.connection.cursor()) as cursor:
                for name, number in NEXT_IDS.items():
                    cursor.execute(f"ALTER TABLE ost_{name} AUTO_INCREMENT = {number}")

    def clear(self, *names: str) -> None:
        """Empty these tables of our own."""
        with closing(self.desk.connection.cursor()) as cursor:
            for name in names:
                cursor.execute(f"DELETE FROM ost_{name}")

    def _make(self) -> None:
        mail_worker = MailWorker(self.api.database, self.api.client.app.state.settings, read_all)  # type: ignore[attr-defined]
        self.api.client.portal.call(mail_worker.make)  # type: ignore[union-attr]

    def read(self, function: Any, *args: Any) -> Any:
        """What a function that reads gives."""
        return self.api.client.portal.call(self.api.database.read, function, *args)  # type: ignore[union-attr]


def run(desk: Desk, statements: Iterable[str], now: datetime) -> None:
    with closing(desk.connection.cursor()) as cursor:
        for statement in statements:
            if desk.mark == "?":
                cursor.execute(*sql.for_sqlite(statement, f"{now:%Y-%m-%d %H:%M:%S}"))
            else:
                cursor.execute(statement.replace("NOW()", f"'{now:%Y-%m-%d %H:%M:%S}'"))


@contextmanager
def staged(desk: Desk, directory: Path) -> Iterator[MailStage]:
    clock = MovableClock()
    run(desk, sql.statements((MAILS / "M1.sql").read_text()), clock.now)
    desk.original = desk.snapshot()
    with running_api(desk.url, directory, clock=clock, secret_salt=SALT) as api:
        yield MailStage(api, desk, clock)


@contextmanager
def on_a_file(directory: Path) -> Iterator[MailStage]:
    with on_sqlite(directory) as desk, staged(desk, directory) as stage:
        yield stage


@contextmanager
def on_a_server(directory: Path) -> Iterator[MailStage]:
    private_mariadb.required()
    with private_mariadb.running() as server, on_mariadb(server) as desk, staged(desk, directory) as stage:
        yield stage
