"""The mail that a ticket filter sends.

Source: mail.md 1.9
"""

from email.utils import getaddresses
from typing import Any

from sqlalchemy import Row

from osticket_api.db import tables as t
from osticket_api.mail.letters import Party
from osticket_api.mail.mailboxes import default_mailbox
from osticket_api.mail.occasions.telling import Recipients, Telling
from osticket_api.mail.occasions.users import owner_in, read_by_owner
from osticket_api.mail.variables.language import Variables
from osticket_api.mail.variables.lists import quoted_address


def tell_of_filter(telling: Telling) -> None:
    """A mail to each address of the filter's list. `%{user}` in it is the ticket's owner."""
    facts = telling.facts
    mailbox = telling.records.find(t.email, facts.get("from_email_id")) or default_mailbox(telling.records)
    if mailbox is None:
        return
    scene = read_by_owner(telling)
    owner = owner_in(telling, scene)
    sender = quoted_address(owner.text(), owner.address) if owner is not None else ""
    listed = str(facts.get("recipients") or "").replace("%{user}", sender)
    variables = Variables({**telling.roots(scene), "user": owner, "recipient": owner})
    for name, address in getaddresses([listed]):
        if "@" in address:
            _write(telling, mailbox, Party(address, name), variables)


def _write(telling: Telling, mailbox: Row[Any], party: Party, variables: Variables) -> None:
    facts = telling.facts
    subject, body = str(facts.get("subject") or ""), str(facts.get("message") or "")
    telling.write("filter", mailbox, Recipients(to=[party]), variables, subject, body)
