"""Codes and links that let somebody in: their recipient gets them whole, whoever reads the queue sees a mask."""

import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.access.principal import ANONYMOUS
from osticket_api.db import tables as t
from osticket_api.db.tables.own_mail import api_outgoing_mail
from osticket_api.db.unit import Write
from osticket_api.features.files.content import read_all
from osticket_api.mail import outbox
from osticket_api.mail.delivery import MailWorker
from osticket_api.mail.letters import Letter, Party
from osticket_api.mail.masking import masked, without
from tests.fixtures.api import Api, settings_for_tests
from tests.fixtures.smtp import MailServer, mail_server
from tests.mail.test_faults import use

TOKEN = "Abc=" + "x9_K" * 11
OTP = "604713"
UMA, ALICE = 1, 2
PAGES = {
    "registration-client": ({"user_id": UMA, "token": TOKEN}, "%{token} %{link} %{reset_link}"),
    "pwreset-client": ({"user_id": UMA, "token": TOKEN}, "%{token} %{link}"),
    "registration-staff": ({"staff_id": ALICE, "token": TOKEN}, "%{token} %{link}"),
    "pwreset-staff": ({"staff_id": ALICE, "token": TOKEN}, "%{reset_link}"),
    "email2fa-staff": ({"staff_id": ALICE, "otp": OTP}, "%{otp}"),
}


def post(api: Api, page: str, text: str, **facts: Any) -> None:
    """Let a page of the help desk be mailed, with this text as its name and in its body."""

    def write(tx: Write) -> None:
        body = f"<p>Hello</p><a href='https://help.example/?t={text}'>{text}</a>"
        tx.change(update(t.content).where(t.content.c.type == page).values(name=f"Yours: {text}", body=body))
        if page == "access-link":
            outbox.post(tx, outbox.ACCESS_LINK, ANONYMOUS, ticket_id=1, user_id=UMA)
        else:
            outbox.post(tx, "page", ANONYMOUS, page=page, **facts)

    api.write(write)


def all_that_is_told(api: Api, template: str) -> str:
    """What administrators read of a mail: lists, details, their system log and the audit log."""
    dora = api.staff("dora")
    listed = dora.get("/outgoing-mails", params={"template": template})
    (mail,) = listed.data
    read = dora.get(f"/outgoing-mails/{mail['id']}")
    log = dora.get("/audit-log?per_page=100")
    assert (listed.status, read.status, log.status) == (200, 200, 200)
    rows = api.rows(select(api_outgoing_mail.c.subject)) + api.rows(select(t.syslog.c.title, t.syslog.c.log))
    return "\n".join([listed.content.decode(), read.content.decode(), log.content.decode(), *map(str, rows)])


def sent(server: MailServer) -> list[str]:
    """The subject and the texts of each mail that a server has got, its lines joined again."""
    found = []
    for envelope in server.taken:
        message = message_from_bytes(envelope.content, policy=default)
        parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
        found.append("".join([str(message["Subject"]), *parts]).replace("\n", ""))
    return found


def step(api: Api) -> None:
    mail_worker = MailWorker(api.database, settings_for_tests(mail="send"), read_all)
    api.client.portal.call(mail_worker.step)  # type: ignore[union-attr]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("says", ["", "550 never"])
def test_a_code_is_sent_whole_and_told_to_nobody_else(api: Api, tmp_path: Path, page: str, says: str) -> None:
    facts, text = PAGES[page]
    code = str(facts.get("token") or facts["otp"])
    with mail_server(tmp_path) as server:
        use(api, server)
        post(api, page, text, **facts)
        server.says = [says] if says else []
        step(api)
        told = all_that_is_told(api, f"page:{page}")
        assert code not in told.replace("\\n", "")
        assert "(secret)" in told
        if says:
            assert "Unable to email" in told
        else:
            (whole,) = sent(server)
            assert whole.count(code) >= 3


@pytest.mark.parametrize("text", ["%{recipient.ticket_link}", "%{ticket.auth_token}"])
@pytest.mark.parametrize("richtext", ["1", "0"])
def test_the_link_to_a_ticket_is_for_its_owner_alone(api: Api, tmp_path: Path, text: str, richtext: str) -> None:
    with mail_server(tmp_path) as server:
        use(api, server)
        setting = t.config.c.key == "enable_richtext"
        api.write(lambda tx: tx.change(update(t.config).where(setting).values(value=richtext)))
        post(api, "access-link", text)
        step(api)
        whole = sent(server)[0]
        code = re.search(r"auth=([\w%+/=-]{20,}?)(?=Ref-Mid|['<]|Hello)|Yours: ([0-9a-f]{32})", whole)
        assert code is not None, whole
        told = all_that_is_told(api, "page:access-link")
        assert (code[1] or code[2]) not in told.replace("\\n", "")
        assert "(secret)" in told


def test_templates_of_tickets_are_masked_too_and_so_is_their_preview(api: Api, tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        dora = use(api, server)
        (template,) = dora.get("/email-templates?code_name=ticket.reply").data
        texts = {"subject": "%{ticket.auth_token}", "body": "<p>%{response} %{ticket.auth_token}</p>"}
        assert dora.patch(f"/email-templates/{template['id']}", texts).status == 200
        alice = api.staff("alice")
        tried = alice.post("/tickets/1/reply?dry_run=true", {"body": "<p>Soon.</p>"})
        assert alice.post("/tickets/1/reply", {"body": "<p>Soon.</p>"}).status == 201
        step(api)
        code = re.search(r"[0-9a-f]{32}", next(each for each in sent(server) if "Soon." in each))
        assert code is not None
        preview = dora.post(f"/email-templates/{template['id']}/preview", {"ticket_id": 1})
        told = all_that_is_told(api, "ticket.reply")
        for text in (tried.content.decode(), preview.content.decode(), told):
            assert "(secret)" in text
            assert code[0] not in text


def test_a_quoted_link_is_masked_wherever_it_came_from() -> None:
    letter = Letter(
        template="note.alert",
        email_id=1,
        sender=Party("help@acme.test"),
        message_id="<x@acme.test>",
        subject="Fwd: https://help.acme.test/view.php?auth=o1xbuaaaaacaaaaaV20mYmg%2B3GRn0g%3D%3D",
        html="<p>https://help.acme.test/view.php?auth=o1xbuaaaaacaaaaaV20mYmg%2B3GRn0g%3D%3D</p>"
        "<p>https://help.acme.test/scp/pwreset.php?token=Abc_=1234567</p>",
        text="view.php?auth=o1xbuaaaaacaaaa\naV20mYmg%2B3GRn0g%3D%3D, pwreset.php?token=Abc_=\n1234567.",
    )
    shown = masked(letter)
    assert shown.subject == "Fwd: https://help.acme.test/view.php?auth=(secret)"
    assert shown.text == "view.php?auth=(secret), pwreset.php?token=(secret)."
    assert "o1xbu" not in (shown.html or "")
    assert "Abc_" not in (shown.html or "")


def test_nothing_is_masked_where_there_is_no_code() -> None:
    assert without([""], "as it is") == "as it is"
