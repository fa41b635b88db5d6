"""The answer to a visitor, who has not signed in, about the ticket that they have just opened."""

import msgspec

from osticket_api.access.principal import User
from osticket_api.db.unit import Read
from osticket_api.features.tickets.detail import get_detail
from osticket_api.features.tickets.responses import TicketDetail

_NOBODY = User(id=0, name="", email="", organization_id=None, shares_organization=False, lists_collaborations=False)


def show_to_visitor(tx: Read, ticket_id: int) -> TicketDetail:
    """The new ticket as users see theirs, without the people.

    The address may be that of somebody else: whether there is such a user, and who that is, is not for strangers.
    """
    ticket = get_detail(tx, _NOBODY, str(ticket_id), visible=True)
    return msgspec.structs.replace(ticket, user=None, organization=None, collaborators=[])
