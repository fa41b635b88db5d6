"""Outgoing mails over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR
from osticket_api.db.unit import Read, Write
from osticket_api.features.outgoing_mails import queries, service
from osticket_api.features.outgoing_mails.requests import MailQuery
from osticket_api.features.outgoing_mails.responses import OutgoingMail, OutgoingMailDetail
from osticket_api.web.call import Call
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="outgoing mails", prefix="/outgoing-mails")


@router.get("", access=ADMINISTRATOR)
def get_outgoing_mails(unit: Read, caller: Staff, query: MailQuery) -> Page[OutgoingMail]:
    """The mails that this server made, newest first. osTicket's own mails are not among them."""
    return queries.list_mails(unit, caller, query)


@router.get("/{mail}", access=ADMINISTRATOR)
def get_outgoing_mail(unit: Read, caller: Staff, mail: PathId) -> OutgoingMailDetail:
    """A mail with its headers and texts, and what came of each attempt to deliver it.

    Codes and links that let the recipient in are masked; what is sent has them.
    """
    return queries.get_mail(unit, caller, mail)


@router.post("/{mail}/retry", access=ADMINISTRATOR)
def retry_outgoing_mail(unit: Write, call: Call, caller: Staff, mail: PathId) -> OutgoingMailDetail:
    """Deliver a mail now that is queued, failed, cancelled or only stored. The mail keeps its Message-ID."""
    service.retry_mail(unit, caller, mail, mode=call.settings.mail_mode)
    return queries.get_mail(unit, caller, mail)


@router.post("/{mail}/cancel", access=ADMINISTRATOR)
def cancel_outgoing_mail(unit: Write, caller: Staff, mail: PathId) -> OutgoingMailDetail:
    """Keep a queued mail from being sent."""
    service.cancel_mail(unit, caller, mail)
    return queries.get_mail(unit, caller, mail)
