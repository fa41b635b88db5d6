"""The pages of the client portal, and the mails about accounts: `name` is their subject."""

from osticket_api.db import tables as t
from osticket_api.embedded.new_desk import NewDesk
from osticket_api.embedded.rows import Plan, rows

_LINK = '<p><a href="%{link}">%{link}</a></p>'
_TICKET_LINK = _LINK.replace("link", "recipient.ticket_link")
_HELLO = "<p>Hello %{recipient.name.first},</p>"

_PAGES = (
    ("landing", "Landing", "<h1>How can we help?</h1><p>Open a ticket, or look at how one of yours is doing.</p>"),
    ("thank-you", "Thank You", "<p>Thank you, %{ticket.name.first}. Your ticket has the number %{ticket.number}.</p>"),
    (
        "offline",
        "Offline",
        "<h1>Closed for the moment</h1><p>The help desk is not available. Please come back later.</p>",
    ),
    ("registration-staff", "Your agent account at %{company.name}", f"{_HELLO}<p>Set your password here:</p>{_LINK}"),
    ("pwreset-staff", "A new agent password for %{company.name}", f"{_HELLO}<p>Choose a new password here:</p>{_LINK}"),
    ("banner-staff", "Agents", "<p>For agents only.</p>"),
    ("registration-client", "Your account at %{company.name}", f"{_HELLO}<p>Confirm your address here:</p>{_LINK}"),
    ("pwreset-client", "A new password for %{company.name}", f"{_HELLO}<p>Choose a new password here:</p>{_LINK}"),
    ("banner-client", "Sign in to %{company.name}", "<p>Sign in to see all your tickets in one place.</p>"),
    ("registration-confirm", "One more step", "<p>We have sent you a mail. Follow the link in it.</p>"),
    ("registration-thanks", "Account confirmed", "<p>Your account is ready. You can open a ticket now.</p>"),
    ("access-link", "Ticket %{ticket.number}", f"{_HELLO}<p>This link opens your ticket:</p>{_TICKET_LINK}"),
    ("email2fa-staff", "Your code for %{company.name}", f"{_HELLO}<p>Your sign-in code: <b>%{{otp}}</b></p>"),
)


def plan(desk: NewDesk) -> Plan:
    """Source: people.md 5.8."""
    pages = ((number, True, *page) for number, page in enumerate(_PAGES, start=1))
    yield t.content, rows("id isactive type name body", *pages)
