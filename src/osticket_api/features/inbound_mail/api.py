"""Public interface of inbound mail for the rest of the application."""

from osticket_api.features.inbound_mail.reading import Mail, read_mail
from osticket_api.features.inbound_mail.receiving import SenderMissing, receive

__all__ = ["Mail", "SenderMissing", "read_mail", "receive"]
