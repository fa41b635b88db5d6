"""Ways out besides the usual ones: a server that our own authority signed, and the sendmail of this machine."""

import stat
from pathlib import Path
from typing import Any

import pytest

from osticket_api.features.files.content import read_all
from osticket_api.mail.delivery import MailWorker
from tests.fixtures.api import Api, settings_for_tests
from tests.fixtures.smtp import mail_server
from tests.mail.test_faults import reply, use


def step(api: Api, **settings: Any) -> None:
    mail_worker = MailWorker(api.database, settings_for_tests(mail="send", **settings), read_all)
    api.client.portal.call(mail_worker.step)  # type: ignore[union-attr]


def deliveries(api: Api) -> tuple[str, list[tuple[str, str]]]:
    """The state of the newest reply, and what came of the attempts to deliver it."""
    dora = api.staff("dora")
    mail = dora.get("/outgoing-mails?template=ticket.reply").data[0]
    read = dora.get(f"/outgoing-mails/{mail['id']}").data
    return read["state"], [(each["outcome"], f"{each['through']}: {each['answer']}") for each in read["deliveries"]]


@pytest.mark.parametrize("encryption", ["tls", "starttls"])
def test_a_server_is_believed_that_our_own_authority_signed(api: Api, tmp_path: Path, encryption: str) -> None:
    with mail_server(tmp_path, encryption) as server:
        use(api, server, encryption)
        reply(api)
        step(api, mail_tls_ca=str(tmp_path / "server.pem"))
        assert deliveries(api)[0] == "sent"
        assert all(server.was_encrypted)


def test_a_server_of_another_authority_is_not_believed(api: Api, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with mail_server(tmp_path, "tls") as server, mail_server(other, "tls"):
        use(api, server, "tls")
        reply(api)
        step(api, mail_tls_ca=str(other / "server.pem"))
        state, ((outcome, answer),) = deliveries(api)
        assert (state, outcome, server.taken) == ("queued", "deferred", [])
        assert "certificate" in answer.lower()


def sendmail(directory: Path, code: int = 0) -> Path:
    """A program that keeps what it gets, and ends with this code."""
    path = directory / "sendmail"
    path.write_text(
        f"""#!/bin/sh
printf '%s\\n' "$@" > {directory}/arguments
cat > {directory}/mail
[ {code} = 0 ] || echo "It cannot be done."
exit {code}
"""
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_without_an_account_a_local_sendmail_takes_mails(api: Api, tmp_path: Path) -> None:
    reply(api)
    step(api, mail_sendmail=f"{sendmail(tmp_path)} -O x=y")
    state, ((outcome, _),) = deliveries(api)
    assert (state, outcome) == ("sent", "accepted")
    mail = api.staff("dora").get("/outgoing-mails?template=ticket.reply").data[0]
    *options, recipient = (tmp_path / "arguments").read_text().split()
    assert options[:5:2] == ["-O", "-i", next(each for each in options if "@" in each)]
    assert (options[-1], [recipient]) == ("--", mail["recipients"])
    content = (tmp_path / "mail").read_bytes()
    assert b"\r" not in content
    assert f"Message-ID: {mail['message_id']}\n".encode() in content


@pytest.mark.parametrize(("code", "state", "outcome"), [(75, "queued", "deferred"), (67, "failed", "refused")])
def test_what_sendmail_refuses_is_told(api: Api, tmp_path: Path, code: int, state: str, outcome: str) -> None:
    reply(api)
    step(api, mail_sendmail=str(sendmail(tmp_path, code)))
    found, ((came_of_it, answer),) = deliveries(api)
    assert (found, came_of_it) == (state, outcome)
    assert f"exit code {code}: It cannot be done." in answer


def test_sendmail_is_the_last_way_out(api: Api, tmp_path: Path) -> None:
    program = str(sendmail(tmp_path))
    with mail_server(tmp_path) as server:
        use(api, server)
        reply(api)
        step(api, mail_sendmail=program)
        assert [outcome for outcome, _ in deliveries(api)[1]] == ["accepted"]
        assert not (tmp_path / "mail").exists()
        reply(api)
        server.says = ["451 later"]
        step(api, mail_sendmail=program)
        assert [outcome for outcome, _ in deliveries(api)[1]] == ["deferred", "accepted"]


def test_a_program_that_is_gone_keeps_mails_waiting(api: Api, tmp_path: Path) -> None:
    program = sendmail(tmp_path)
    settings = settings_for_tests(mail="send", mail_sendmail=str(program))
    program.unlink()
    reply(api)
    api.client.portal.call(MailWorker(api.database, settings, read_all).step)  # type: ignore[union-attr]
    state, ((outcome, _),) = deliveries(api)
    assert (state, outcome) == ("queued", "deferred")
