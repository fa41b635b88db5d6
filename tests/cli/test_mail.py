"""`osticket-api mail` on a sample help desk."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from osticket_api.cli.main import typer_app
from tests.fixtures.smtp import MailServer, mail_server
from tests.mail.test_ways_out import sendmail

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a command on a sample help desk in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ADMIN_PASSWORD", "s3cret!")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(typer_app, arguments)

    assert run("database", "create", "--demo").exit_code == 0
    return run


def ask(tmp_path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "helpdesk.sqlite")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def add_account(tmp_path: Path, server: MailServer) -> None:
    ask(
        tmp_path,
        "INSERT INTO ost_email_account(email_id, type, auth_bk, active, host, port, created, updated)"
        f" VALUES (1, 'smtp', 'none', 1, '127.0.0.1', {server.port}, '2026-01-01', '2026-01-01')",
    )


def test_sends_a_test_and_says_what_the_server_answered(command: Command, tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        add_account(tmp_path, server)
        said = command("mail", "send-test", "you@example.org", "--from", "1")
        assert said.exit_code == 0, said.output
        assert "250 taken" in said.output
        (taken,) = server.taken
        assert taken.rcpt_tos == ["you@example.org"]
        server.says = ["550 not here"]
        said = command("mail", "send-test", "you@example.org", "--from", "1")
        assert (said.exit_code, "550 not here" in said.output) == (1, True)


def test_tries_the_local_sendmail_too(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SENDMAIL", f"{sendmail(tmp_path)} -O x=y")
    said = command("mail", "send-test", "you@example.org", "--from", "1")
    assert said.exit_code == 0, said.output
    assert "handed over" in said.output
    assert (tmp_path / "arguments").read_text().split()[-2:] == ["--", "you@example.org"]
    assert "Test of outgoing mail" in (tmp_path / "mail").read_text()
    sendmail(tmp_path, 75)
    with mail_server(tmp_path) as server:
        add_account(tmp_path, server)
        said = command("mail", "send-test", "you@example.org", "--from", "1")
        assert len(server.taken) == 1
    assert said.exit_code == 1
    assert "250 taken" in said.output
    assert "exit code 75: It cannot be done." in said.output


def test_says_that_an_address_has_no_account(command: Command) -> None:
    said = command("mail", "send-test", "you@example.org")
    assert said.exit_code == 1
    assert "no SMTP account" in said.output


def test_lists_mails_and_has_one_sent_again(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command("mail", "list")  # Makes our own tables.
    ask(
        tmp_path,
        "INSERT INTO ost_api_outgoing_mail(id, state, template, email_id, message_id, recipients, subject, content,"
        " created_at) VALUES (7, 'failed', 'ticket.reply', 1, '<a@b>', 'uma@example.net', 'Hello', '{}', '2026-01-01')",
    )
    listed = command("mail", "list", "--recipient", "uma@example.net", "--state", "failed").output
    assert "uma@example.net" in listed
    assert "uma@example.net" not in command("mail", "list", "--state", "sent").output
    monkeypatch.setenv("MAIL", "send")
    assert "queued" in command("mail", "retry", "7").output
    assert "queued" in command("mail", "list").output
