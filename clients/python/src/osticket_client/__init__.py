"""A client for osticket-api."""

from osticket_client.credentials import Key, SignIn
from osticket_client.desk import AsyncDesk, Desk
from osticket_client.paging import async_pages, pages
from osticket_client.webhooks import InvalidSignature, verify_webhook

__all__ = ["AsyncDesk", "Desk", "InvalidSignature", "Key", "SignIn", "async_pages", "pages", "verify_webhook"]
