"""The mails of an operation: to whom, from whom, in which order, made of which template."""

import re

from sqlalchemy import delete, select

from osticket_api.db.tables.own_mail import api_mail_occasion, api_outgoing_mail
from osticket_api.db.unit import Write
from osticket_api.features.files.content import read_all
from osticket_api.mail.delivery import MailWorker
from osticket_api.mail.letters import Party, from_stored
from tests.fixtures.api import Api
from tests.parity.golden import Case

EXCUSED = {
    "271-account-password-reset-mail": "the agent gets the link, and passes it on",
    "377-zero-staff-locked-hidden": "nothing recorded says that the mail was asked for",
    "320-staff-password-reset-request": "an administrator gets the link, and passes it on",
}
"""Operations whose mails differ, and why."""


def of(api: Api) -> list[str]:
    """The mails that what has been done led to. They are forgotten then."""
    mail_worker = MailWorker(api.database, api.client.app.state.settings, read_all)  # type: ignore[attr-defined]
    api.client.portal.call(mail_worker.make)  # type: ignore[union-attr]
    mail = api_outgoing_mail.c
    letters = [from_stored(api.database.vault, row.content) for row in api.rows(select(mail.content).order_by(mail.id))]
    api.write(forget)
    return [
        _said(letter.subject, _listed([letter.sender]), _listed(letter.to), _listed(letter.cc)) for letter in letters
    ]


def recorded(case: Case) -> list[str]:
    """The mails that osTicket sent."""
    return [_said(mail["subject"], mail["from"], mail["to"], mail["cc"]) for mail in case.raw.get("mails", [])]


def forget(tx: Write) -> None:
    tx.change(delete(api_mail_occasion))
    tx.change(delete(api_outgoing_mail))


def _said(subject: str, sender: str, to: str, cc: str) -> str:
    """`subject` begins with the name of the template, which is all that counts of it."""
    template = re.match(r"(?:TPL|PAGE) [\w.-]+", subject)
    return f"{template[0] if template else subject}: from {sender} to {to} cc {cc}"


def _listed(parties: list[Party]) -> str:
    return ", ".join(f"{party.name} <{party.address}>" if party.name else party.address for party in parties)
