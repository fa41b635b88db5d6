"""Files in mails: those whose content is gone, empty ones, and the addresses of those that are only named."""

import hmac
import re
from email import message_from_bytes
from hashlib import sha1
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.tables.own_mail import api_mail_attempt
from tests.mail.doing import BOB, NOW, UMAS, by, setting
from tests.mail.recorded import IS_HERE, MISSING, SALT
from tests.mail.stage import MailStage, run
from tests.mail.test_delivery import account, deliver, mail, receipts, server
from tests.mail.test_what_mails_say import template, told

pytestmark = [pytest.mark.skipif(not IS_HERE, reason=MISSING), pytest.mark.xdist_group("mails")]

__all__ = ["receipts", "server"]

FILE = 91
"""The id of one at the ticket of user 11."""


@pytest.mark.usefixtures("receipts")
def test_a_mail_goes_without_a_file_that_is_gone_and_the_log_says_so(stage: MailStage, server: Controller) -> None:
    with stage.set_up(account(server), NOW):
        contents = {"kept.txt": "aGk=", "lost.txt": "aGU=", "empty.txt": "aGE="}
        files = [{"name": name, "content": content} for name, content in contents.items()]
        assert by(BOB, f"/tickets/{UMAS}/reply", {"body": "Here.", "attachments": files})(stage).status == 201
        file_ids = {row.name: row.id for row in stage.api.rows(select(t.file.c.id, t.file.c.name))}
        lost, empty = file_ids["lost.txt"], file_ids["empty.txt"]
        gone = f"DELETE FROM ost_file_chunk WHERE file_id IN ({lost},{empty})"
        run(stage.desk, [gone, f"UPDATE ost_file SET size=0 WHERE id={empty}"], NOW)
        deliver(stage)
        assert mail(stage).state == "sent"
        (attempt,) = stage.api.rows(select(api_mail_attempt.c.answer))
        logged = stage.api.rows(select(t.syslog.c.log_type, t.syslog.c.title, t.syslog.c.log))
    (taken,) = server.handler.taken
    sent = {part.get_filename(): part.get_payload(decode=True) for part in message_from_bytes(taken.content).walk()}
    assert {name: content for name, content in sent.items() if name} == {"kept.txt": b"hi", "empty.txt": b""}
    assert attempt.answer.endswith("\nwithout lost.txt: its content is gone")
    (warning,) = [row for row in logged if row.title == "Mailer Warning"]
    assert warning.log_type == "Warning"
    assert warning.log.startswith("lost.txt is missing in a mail to ")


@pytest.mark.usefixtures("receipts")
def test_a_mail_waits_for_a_place_of_files_that_is_away(stage: MailStage, server: Controller, tmp_path: Path) -> None:
    with stage.set_up(account(server), NOW):
        files = [{"name": "plan.txt", "content": "aGk="}]
        assert by(BOB, f"/tickets/{UMAS}/reply", {"body": "Here.", "attachments": files})(stage).status == 201
        (file,) = stage.api.rows(select(t.file.c.id, t.file.c.key).where(t.file.c.name == "plan.txt"))
        moved = [
            f"DELETE FROM ost_file_chunk WHERE file_id={file.id}",
            f"UPDATE ost_file SET bk='F' WHERE id={file.id}",
            "INSERT INTO ost_plugin (id, name, install_path, isactive, installed)"
            " VALUES (77, 'fs', 'plugins/storage-fs.phar', 1, '2024-03-06 15:00:00')",
            "INSERT INTO ost_plugin_instance (id, plugin_id, flags, name, created, updated)"
            " VALUES (77, 77, 1, 'one', '2024-03-06 15:00:00', '2024-03-06 15:00:00')",
            "INSERT INTO ost_config (namespace, `key`, value, updated)"
            f" VALUES ('plugin.77.instance.77', 'uploadpath', '/{'a' * 300}', '2024-03-06 15:00:00')",
        ]
        run(stage.desk, moved, NOW)
        deliver(stage)
        assert mail(stage).state == "queued"
        assert server.handler.taken == []
        (tmp_path / file.key[0]).mkdir()
        (tmp_path / file.key[0] / file.key).write_bytes(b"hi")
        back = f"UPDATE ost_config SET value='{tmp_path}' WHERE `key`='uploadpath'"
        run(stage.desk, [back, "UPDATE ost_api_outgoing_mail SET due_at = created_at"], NOW)
        deliver(stage)
        assert mail(stage).state == "sent"
    (taken,) = server.handler.taken
    sent = {part.get_filename(): part.get_payload(decode=True) for part in message_from_bytes(taken.content).walk()}
    assert {name: content for name, content in sent.items() if name} == {"plan.txt": b"hi"}


def test_a_whole_conversation_links_its_files_as_osticket_signs_them(stage: MailStage) -> None:
    setup = [
        template("ticket.reply", "%{ticket.thread.complete}"),
        setting("helpdesk_url", "https://desk.test:8443/support/"),
        f"UPDATE ost_file SET name='a <list>.txt', signature='Sig' WHERE id={FILE}",
    ]
    (letter,) = told(stage, by(BOB, f"/tickets/{UMAS}/reply", {"body": "Soon."}), *setup)
    (url, name) = re.findall(r'<a href="([^"]+/file\.php[^"]+)">(.+?)</a>', letter.html or "")[0]
    link = urlsplit(unescape(url))
    query = {key: values[0] for key, values in parse_qs(link.query).items()}
    assert (unescape(name), link.netloc, link.path) == ("a <list>.txt", "desk.test:8443", "/support/file.php")
    assert int(query["expires"]) % 86400 == 0
    assert int(query["expires"]) - NOW.timestamp() >= 12 * 3600
    signed = "\n".join(
        [
            "Host=desk.test:8443",
            "Path=/support/",
            f"Id={FILE}",
            f"Key={query['key']}",
            "Hash=Sig",
            f"Expires={query['expires']}",
        ]
    )
    assert query["signature"] == hmac.new(SALT.encode(), signed.encode(), sha1).hexdigest()
    led = stage.api.client.get(f"/file.php?{link.query}", follow_redirects=False)
    assert (led.status_code, led.headers.get("location")) == (302, f"portal#/tickets/{UMAS}")
