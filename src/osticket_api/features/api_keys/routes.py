"""API keys over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR
from osticket_api.db.unit import Read, Write
from osticket_api.features.api_keys import service
from osticket_api.features.api_keys.requests import ApiKey, KeyCreate, KeyRotate, KeyUpdate, NewApiKey
from osticket_api.web.input import OptionalBody
from osticket_api.web.paging import Page
from osticket_api.web.results import Secret
from osticket_api.web.router import Router

router = Router(tag="api keys", prefix="/api-keys")


@router.get("", access=ADMINISTRATOR)
def get_api_keys(unit: Read, caller: Staff) -> Page[ApiKey]:
    """All keys, ours first, then those of osTicket's own table. There is one page of them."""
    keys = service.list_keys(unit, caller)
    return Page(keys, per_page=max(1, len(keys)), page=1, total=len(keys))


@router.post("", access=ADMINISTRATOR, status=201)
def post_api_key(unit: Write, caller: Staff, body: KeyCreate) -> Secret[NewApiKey]:
    """Create a key. The key itself is shown in this answer and never again."""
    return Secret(service.create_key(unit, caller, body))


@router.get("/{key}", access=ADMINISTRATOR)
def get_api_key(unit: Read, caller: Staff, key: str) -> ApiKey:
    """A key by its reference: `7`, or `osticket:7`."""
    return service.get_key(unit, caller, key)


@router.patch("/{key}", access=ADMINISTRATOR)
def update_api_key(unit: Write, caller: Staff, key: str, body: KeyUpdate) -> ApiKey:
    """Change what a key may do. `permissions` are given as a whole."""
    _check_unchanged(unit, caller, key)
    return service.update_key(unit, caller, key, body)


@router.delete("/{key}", access=ADMINISTRATOR)
def delete_api_key(unit: Write, caller: Staff, key: str) -> None:
    """Revoke a key. A row of osTicket's table is deleted."""
    _check_unchanged(unit, caller, key)
    service.revoke_key(unit, caller, key)


@router.post("/{key}/rotate", access=ADMINISTRATOR)
def rotate_api_key(unit: Write, caller: Staff, key: str, body: OptionalBody[KeyRotate]) -> Secret[NewApiKey]:
    """Replace a key by a new one with the same rights. The old one ends at once, or after the overlap asked for."""
    return Secret(service.rotate_key(unit, caller, key, body.overlap_seconds))


def _check_unchanged(unit: Write, caller: Staff, key: str) -> None:
    """Compare the key with `If-Match`. Raises: NotFound."""
    if unit.precondition.is_set:
        unit.precondition.check(service.get_key(unit, caller, key).plain())
