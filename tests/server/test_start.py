"""A start that fails ends in one sentence, before anything says that the server listens."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from osticket_api.cli.connection import opened
from osticket_api.db.connect import check_schema
from osticket_api.embedded import NewDesk, build
from osticket_api.settings import ConfigurationError
from tests.fixtures import warm
from tests.fixtures.desks import play, settings_on
from tests.fixtures.mariadb import Server
from tests.fixtures.process import environment_on
from tests.fixtures.templates import demo_on_sqlite

SOURCE = str(Path(sys.modules["osticket_api"].__file__ or "").parents[1])
SECRET = "0123456789abcdef0123456789abcdef"


def _sentence(directory: Path, *arguments: str, **environment: str) -> str:
    """What a start that fails says."""
    environment = {"PATH": os.environ["PATH"], "PORT": "0", **environment}
    return _only_sentence(warm.run(arguments or ("serve",), environment, directory))


def _only_sentence(done: "subprocess.CompletedProcess[str]") -> str:
    assert done.returncode == 2, done.stdout + done.stderr
    assert "listening" not in done.stdout
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("osticket-api: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


MYSQL = {"DB_CONNECTION": "mysql", "DB_DATABASE": "desk", "DB_USERNAME": "somebody", "DB_PASSWORD": "secret-password"}


def test_without_any_settings_it_says_how_to_begin(tmp_path: Path) -> None:
    said = _only_sentence(warm.run(["serve"], {"PATH": os.environ["PATH"]}, tmp_path, is_cold=True))
    assert "There is no .env in this folder" in said
    assert "osticket-api attach PATH" in said


def test_a_database_that_is_down_is_named(tmp_path: Path) -> None:
    said = _sentence(tmp_path, **MYSQL, DB_HOST="127.0.0.1", DB_PORT="1")
    assert "The database at 127.0.0.1 port 1 does not serve the user somebody" in said
    assert "secret-password" not in said


@pytest.mark.parametrize("command", [["keys", "list"], ["database", "indexes"], ["database", "migrate"]])
def test_every_command_says_so(tmp_path: Path, command: list[str]) -> None:
    said = _sentence(tmp_path, *command, **MYSQL, DB_HOST="127.0.0.1", DB_PORT="1")
    assert "The database at 127.0.0.1 port 1" in said


def test_it_waits_for_the_database_as_long_as_it_is_told(tmp_path: Path) -> None:
    started = time.monotonic()
    _sentence(tmp_path, "serve", "--wait", "3", **MYSQL, DB_HOST="127.0.0.1", DB_PORT="1")
    assert time.monotonic() - started >= 3


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_folder_that_takes_no_files_is_named(tmp_path: Path, command: str) -> None:
    (tmp_path / "file").touch()
    said = _sentence(tmp_path, command, DATA_DIR=str(tmp_path / "file" / "data"), DB_CONNECTION="sqlite")
    assert f"Files cannot be written to {tmp_path / 'file' / 'data'}: not a directory; let DATA_DIR name" in said


def test_a_file_that_is_no_help_desk_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.sqlite").write_text("not a database, but long enough to be read as one" * 100)
    assert "cannot be opened" in _sentence(tmp_path, DB_DATABASE="text.sqlite")
    sqlite3.connect(tmp_path / "empty.sqlite").close()
    assert "holds no osTicket tables" in _sentence(tmp_path, DB_DATABASE="empty.sqlite")
    assert "There is no help desk at gone.sqlite" in _sentence(tmp_path, DB_DATABASE="gone.sqlite")


@pytest.mark.parametrize("command", [["serve"], ["worker"], ["keys", "list"], ["doctor"], ["database", "indexes"]])
def test_no_command_makes_an_empty_help_desk(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "data").mkdir()
    done = warm.run(command, {"PATH": os.environ["PATH"]}, tmp_path)
    assert done.returncode == 2
    assert "There is no help desk at data/helpdesk.sqlite" in done.stdout + done.stderr
    assert not (tmp_path / "data" / "helpdesk.sqlite").exists()


def test_a_worker_says_what_to_check_where_the_database_is_down(tmp_path: Path) -> None:
    said = _sentence(tmp_path, "worker", **MYSQL, DB_HOST="127.0.0.1", DB_PORT="1")
    assert "The database at 127.0.0.1 port 1 does not serve the user somebody" in said
    assert "check that it runs" in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("DB_HOTS=db", "unknown setting DB_HOTS: did you mean DB_HOST?"),
        ("export JWT_SECERT=x", "unknown setting JWT_SECERT: did you mean JWT_SECRET?"),
        ("rate_limit_request=5", "unknown setting rate_limit_request: did you mean RATE_LIMIT_REQUESTS?"),
        ("ZZZZZZZ=1", "unknown setting ZZZZZZZ: `osticket-api settings` prints those there are"),
    ],
)
def test_unknown_settings_are_named_with_the_nearest(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / ".env").write_text(f"LOG_LEVEL=error\n# a remark\n{line}\n")
    assert said in _sentence(tmp_path)


def test_a_misspelled_name_in_the_environment_stops_the_start(tmp_path: Path) -> None:
    assert "unknown setting FEATURES_TICKTES" in _sentence(tmp_path, FEATURES_TICKTES="off")


def test_all_unknown_settings_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DB_HOTS=db\nLOG_LEVEL=error\nZZZZZZZ=1\n")
    told = _sentence(tmp_path)
    assert "DB_HOST?" in told
    assert "ZZZZZZZ" in told


@pytest.mark.parametrize("command", [["demo"], ["database", "create", "--demo"]])
def test_sample_people_are_refused_in_production(tmp_path: Path, command: list[str]) -> None:
    secrets = {"JWT_SECRET": SECRET, "SECRETS_KEY": SECRET, "SECRET_SALT": "salt", "ADMIN_PASSWORD": "secret1"}
    said = _sentence(tmp_path, *command, APP_ENV="production", **MYSQL, **secrets)
    assert "known passwords" in said


def test_a_wrong_password_and_a_missing_database_are_told(mariadb: Server, tmp_path: Path) -> None:
    mariadb.let_in("locked", password="x")
    place = environment_on(mariadb, "nothing", tmp_path)
    assert "Unknown database 'nothing'; check DB_DATABASE" in _sentence(tmp_path, **place)
    wrong = {**place, "DB_USERNAME": "locked", "DB_PASSWORD": "secret-password"}
    said = _sentence(tmp_path, **wrong)
    assert "Access denied for user 'locked'@'localhost'" in said
    assert "check DB_USERNAME and DB_PASSWORD" in said
    assert "secret-password" not in said
    mariadb.create("hollow")
    assert "holds no osTicket tables" in _sentence(tmp_path, **environment_on(mariadb, "hollow", tmp_path))


@pytest.mark.parametrize(
    ("change", "told"),
    [("ACCOUNT LOCK", "ACCOUNT UNLOCK"), ("PASSWORD EXPIRE", "a new password with ALTER USER")],
)
def test_a_user_who_is_kept_out_is_told_how_to_get_in(mariadb: Server, change: str, told: str) -> None:
    mariadb.let_in("kept_out", "ALL ON *.*")
    with mariadb.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"ALTER USER kept_out@localhost {change}")

    async def enter() -> None:
        async with opened(settings_on(mariadb, "mysql", db_username="kept_out")) as database:
            await database.read(check_schema)

    with pytest.raises(ConfigurationError, match=told):
        asyncio.run(enter())


def test_a_user_without_rights_is_told(mariadb: Server, tmp_path: Path) -> None:
    mariadb.create("readable")
    play(settings_on(mariadb, "readable"), lambda database: database.write(lambda tx: build(tx, NewDesk())))
    mariadb.let_in("reader", "SELECT ON readable.*")
    mariadb.let_in("nobody", "CREATE ON readable.*")
    place = environment_on(mariadb, "readable", tmp_path)
    assert "reader@localhost may not INSERT on" in _sentence(tmp_path, **place | {"DB_USERNAME": "reader"})
    assert "SELECT command denied" in _sentence(tmp_path, **place | {"DB_USERNAME": "nobody"})


def test_the_sample_help_desk_says_who_can_sign_in_and_where_everything_is(tmp_path: Path) -> None:
    demo_on_sqlite(tmp_path)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": SOURCE, "PORT": "0", "DATA_DIR": str(tmp_path / "data")}
    environment |= {"DB_USER": "somebody", "MAIL": "/var/mail/root"}
    with (
        (tmp_path / "errors").open("w+") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "osticket_api", "demo"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as server,
    ):
        assert server.stdout is not None
        lines: list[str] = []
        while not lines or not lines[-1].startswith("listening on "):
            lines.append(server.stdout.readline().strip())
        server.send_signal(signal.SIGTERM)
    address = lines[-1].removeprefix("listening on ")
    assert lines[:-1] == [
        "login: dora demo-help-desk (administrator)",
        "login: alice demo-help-desk (agent)",
        "login: uma demo-help-desk (user)",
        f"API: {address}/api/v2",
        f"try it in a browser: {address}/docs",
        f"console for agents: {address}/console",
        f"portal for users: {address}/portal",
        f"mail: captured, nobody gets it: see {address}/mail and {tmp_path / 'data' / 'mail'}",
    ]
    warning = "warning: not read from the environment, since no setting is called so: DB_USER"
    assert warning in (tmp_path / "errors").read_text().splitlines()
