"""Machine clients are API keys of our own: their id is the client's, the key itself is the secret."""

from dataclasses import dataclass
from datetime import datetime

from osticket_api.access.gate import admit
from osticket_api.access.keys import FoundKey, InvalidKey, find_key, own_row
from osticket_api.access.principal import Principal
from osticket_api.access.tokens import fingerprint
from osticket_api.db.unit import Read
from osticket_api.errors import NotAvailable
from osticket_api.features.oauth.forms import ClientSecret, invalid_client


@dataclass(frozen=True)
class Client:
    """A client that has shown its secret."""

    found: FoundKey
    key_hash: str
    expires_at: datetime | None

    @property
    def principal(self) -> Principal:
        return self.found.staff or self.found.key


def find_client(tx: Read, given: ClientSecret, ip: str) -> Client:
    """The client with this id and secret, in force and let in from this address.

    Raises: Unauthenticated, NotAvailable where no keys of ours are kept; as `admit` for a key that stands for an agent.
    """
    if not tx.has_own_tables:
        raise NotAvailable.because("This server is attached read-only and issues no OAuth access tokens.")
    key_hash = fingerprint(given.secret)
    row = own_row(tx, key_hash)
    if row is None or given.client_id != str(row.id):
        raise invalid_client(is_in_header=given.is_in_header)
    try:
        client = Client(find_key(tx, given.secret, ip), key_hash, row.expires_at)
    except InvalidKey:
        raise invalid_client(is_in_header=given.is_in_header) from None
    admit(tx, client.principal, ip)
    return client
