"""The mail that a ticket filter sends.

Source: mail.md 1.9
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import getaddresses
from typing import Any

from sqlalchemy import Row

from osticket_api.db import tables as t
from osticket_api.mail.letters import Party
from osticket_api.mail.mailboxes import outgoing_mailbox
from osticket_api.mail.occasions.telling import Recipients, Telling
from osticket_api.mail.occasions.users import owner_in, read_by_owner
from osticket_api.mail.variables.language import Thing, Unresolved, Value, Variables
from osticket_api.mail.variables.lists import Address, quoted_address
from osticket_api.mail.variables.people import Owner


@dataclass(frozen=True)
class Addressee(Thing):
    """The recipient of a filter's mail, for variables. Their values are the owner's, as far as the owner has them."""

    owner: Owner | None
    party: Party

    def text(self) -> str:
        return self.owner.text() if self.owner is not None else self.party.address

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        own = Address(self.party.address, self.party.name).parts()
        return {**own, **(self.owner.parts() if self.owner is not None else {})}

    def find(self, name: str) -> Value:
        found = self.owner.find(name) if self.owner is not None else None
        return super().find(name) if found is None or isinstance(found, Unresolved) else found


def tell_of_filter(telling: Telling) -> None:
    """A mail to each address of the filter's list. `%{user}` in it is the ticket's owner."""
    facts = telling.facts
    mailbox = telling.records.find(t.email, facts.get("from_email_id")) or outgoing_mailbox(telling.records)
    if mailbox is None:
        return
    scene = read_by_owner(telling)
    owner = owner_in(telling, scene)
    sender = quoted_address(owner.text(), owner.address) if owner is not None else ""
    listed = str(facts.get("recipients") or "").replace("%{user}", sender)
    roots: dict[str, Value] = {**telling.roots(scene), "user": sender}
    for name, address in getaddresses([listed]):
        if "@" in address:
            _write(
                telling, mailbox, Party(address, name), {**roots, "recipient": Addressee(owner, Party(address, name))}
            )


def _write(telling: Telling, mailbox: Row[Any], party: Party, roots: Mapping[str, Value]) -> None:
    facts, variables = telling.facts, Variables(roots)
    subject, body = str(facts.get("subject") or ""), str(facts.get("message") or "")
    telling.write("filter", mailbox, Recipients(to=[party]), variables, subject, body)
