"""A mail at osTicket's own endpoint.

Source: legacy-api.md 9.
"""

from msgspec.structs import replace

from osticket_api.access.principal import ApiKey
from osticket_api.db.unit import Write
from osticket_api.errors import ApiError
from osticket_api.features.forms import api as forms
from osticket_api.features.inbound_mail.api import Mail, SenderMissing, receive
from osticket_api.legacy.answers import LegacyError
from osticket_api.legacy.osticket.create_ticket import Opened
from osticket_api.legacy.osticket.error_texts import FormsAsked, error_text


def take_in(tx: Write, key: ApiKey, mail: Mail) -> Opened:
    """Take a mail in. Raises: LegacyError in osTicket's words; TicketDenied.

    No field is frozen for a mail: its mailbox chooses department, topic and priority, not who hands it over.
    """
    try:
        received = receive(tx, replace(key, field_rules=()), mail)
    except ApiError as error:
        if isinstance(error, SenderMissing):
            raise LegacyError(error.status, str(error)) from error
        told = error_text(error, FormsAsked(None, forms.topic_forms(tx, None), forms.load_form(tx, "U")))
        if isinstance(told, LegacyError):
            told.status = error.status  # A mail server would send it again and again after a 500.
        raise told from error
    return Opened(received.id, received.number, is_replayed=not received.is_new)
