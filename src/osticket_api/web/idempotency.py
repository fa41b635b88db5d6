"""`Idempotency-Key`: execute a POST once, however often it is sent.

The first response is stored for a day, in the transaction of the change. The same key with another body is an error.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

import msgspec
from sqlalchemy import Row
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from osticket_api.access.principal import Anonymous, ApiKey, Principal, Staff
from osticket_api.db.engine import Database
from osticket_api.db.named_lock import hold_named_lock
from osticket_api.db.stored_responses import find_stored, store_response
from osticket_api.db.unit import Write, client_ip
from osticket_api.errors import BadRequest, Conflict, Forbidden, Invalid
from osticket_api.web.input import read_body

_MAX_KEY: Final = 255
_HALF: Final = 32
_HEADERS: Final = ("content-type", "location", "etag")


def key_of(request: Request) -> str | None:
    """The key that the request names. Raises: BadRequest for one that cannot be stored."""
    given = request.headers.get("idempotency-key")
    if given is None:
        return None
    key = given.strip().strip('"')
    if not key or len(key) > _MAX_KEY or not key.isprintable():
        raise BadRequest.because(f"The Idempotency-Key must be 1 to {_MAX_KEY} printable characters.")
    return key


class IdempotencyGuard:
    """One `Idempotency-Key` of one caller."""

    _running: Final[set[tuple[str, str]]] = set()

    def __init__(self, principal: Principal, key: str, fingerprint: str) -> None:
        # Visitors are distinguished by their addresses: none gets the response of another one.
        is_visitor = isinstance(principal, Anonymous)
        self.principal = f"{principal.credential} {client_ip.get()}"[:64] if is_visitor else principal.credential
        self.key = key
        self.fingerprint = _with_rights(principal, fingerprint)

    async def answer(self, database: Database, unit: Callable[[Write], Response]) -> Response:
        """The response of the unit, or the stored response of the first request with this key.

        Raises: Conflict while the first request still runs here, Invalid when its body was different, Forbidden when
        the API key had other permissions then.
        """
        place = (self.principal, self.key)
        if place in self._running:
            raise Conflict.because("A request with this Idempotency-Key is still running.", code="still_running")
        self._running.add(place)
        try:
            return await database.write(self._once, unit)
        finally:
            self._running.discard(place)

    def _once(self, tx: Write, unit: Callable[[Write], Response]) -> Response:
        """Wait for the same request in another process, and find its response."""
        hold_named_lock(tx, f"{self.principal} {self.key}")
        row = find_stored(tx, self.principal, self.key)
        if row is not None:
            return self._replayed(row)
        response = unit(tx)
        headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
        store_response(
            tx,
            self.principal,
            self.key,
            fingerprint=self.fingerprint,
            status=response.status_code,
            headers=_encoded(headers),
            body=bytes(response.body),
        )
        return response

    def _replayed(self, row: Row[Any]) -> Response:
        if row.fingerprint[:_HALF] != self.fingerprint[:_HALF]:
            raise Invalid.because(
                "This Idempotency-Key was used with another request.", field="Idempotency-Key", code="key_reused"
            )
        if row.fingerprint != self.fingerprint:
            raise Forbidden.because(
                "What this API key may do has changed since the first request with this Idempotency-Key.",
                code="rights_changed",
            )
        headers = {**msgspec.json.decode(row.headers or "{}"), "Idempotency-Replayed": "true"}
        return Response(row.body, row.status, headers)


def _with_rights(principal: Principal, fingerprint: str) -> str:
    """The fingerprint of a request. With an API key, half of it is a fingerprint of the key's permissions.

    A stored response must not be sent to a key that may no longer see its content.
    """
    if isinstance(principal, Staff) and principal.key_permissions is not None:
        permissions, departments = principal.key_permissions, principal.limited_to
    elif isinstance(principal, ApiKey):
        permissions, departments = principal.permissions, principal.department_ids
    else:
        return fingerprint
    rights = sorted(permissions), None if departments is None else sorted(departments)
    return fingerprint[:_HALF] + sha256(repr(rights).encode()).hexdigest()[:_HALF]


def _encoded(headers: dict[str, str]) -> str:
    return msgspec.json.encode(headers).decode()


async def fingerprint(request: Request, body_digest: str | None = None) -> str:
    """A hash of the request: method, path, query and body; for a form its fields, and its files by name and size.

    `body_digest` replaces the body where the body was read before and not stored.
    """
    digest = sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    if body_digest is not None:
        digest.update(body_digest.encode())
    elif hasattr(request.state, "form"):
        for name, part in request.state.form.multi_items():
            identity = (part.filename, part.size) if isinstance(part, UploadFile) else part
            digest.update(repr((name, identity)).encode())
    else:
        digest.update(await read_body(request))
    return digest.hexdigest()
