"""Users who answer our mails: whatever mail they answer, the answer finds its ticket."""

from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from tests.mail.playing import NotOffered, Player
from tests.mail.recorded import IS_HERE, MISSING, Recording, recordings
from tests.mail.stage import MailStage

pytestmark = [pytest.mark.skipif(not IS_HERE, reason=MISSING), pytest.mark.xdist_group("mails")]

NAMES_A_TICKET = ("ticket.reply", "ticket.autoresp", "ticket.notice", "ticket.activity.notice", "message.autoresp")


@pytest.mark.parametrize("recording", recordings(), ids=lambda recording: recording.name)
def test_an_answer_to_each_mail_to_a_user_finds_its_ticket(stage: MailStage, recording: Recording) -> None:
    with stage.set_up(recording.setup, recording.clock):
        try:
            Player(stage, recording).play()
        except NotOffered:
            pytest.skip("This operation has no request.")
        letters = [letter for letter in stage.letters() if letter.template in NAMES_A_TICKET]
        for letter in letters:
            writer = (letter.to or letter.cc)[0]
            answered = answer(stage, writer.address, letter.message_id)
            assert answered == (letter.ticket_id, True), f"{letter.template} to {writer.address}"


def answer(stage: MailStage, sender: str, message_id: str) -> tuple[int, bool]:
    """Answer a mail. Returns the ticket in which the answer is, and whether that was there before."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "support@acme.test", "Thanks"
    mail["Message-ID"] = f"<answer-to-{message_id.strip('<>')}>"
    mail["In-Reply-To"] = mail["References"] = message_id
    mail.set_content("Thank you.")
    key = str(stage.desk.scalar("SELECT apikey FROM ost_api_key WHERE id = ?", 1))
    known = _tickets(stage)
    posted = stage.api.anonymous().request(
        "POST", "//api/tickets.email", content=mail.as_bytes(), headers={"X-API-Key": key}
    )
    assert posted.status == 201, posted.content
    (found,) = stage.api.rows(select(t.ticket.c.ticket_id).where(t.ticket.c.number == posted.content.decode()))
    return int(found.ticket_id), found.ticket_id in known


def _tickets(stage: MailStage) -> set[Any]:
    return {row.ticket_id for row in stage.api.rows(select(t.ticket.c.ticket_id))}
