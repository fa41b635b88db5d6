"""Public interface of outgoing mails for the rest of the application."""

from osticket_api.features.outgoing_mails import queries
from osticket_api.features.outgoing_mails.recipients import hide_recipients
from osticket_api.features.outgoing_mails.requests import MailQuery, State
from osticket_api.features.outgoing_mails.service import retry_mail

__all__ = ["MailQuery", "State", "hide_recipients", "queries", "retry_mail"]
