"""`Idempotency-Key`: a POST that is sent twice happens once.

The first answer is kept with the change, in its transaction, for a day. The same key with another body is an error.
"""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Final

import msgspec
from sqlalchemy import Row, delete, select, update
from sqlalchemy.exc import IntegrityError
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from osticket_api.access.principal import Principal
from osticket_api.db.engine import Database, Write
from osticket_api.db.tables import own
from osticket_api.errors import BadRequest, Conflict, Invalid
from osticket_api.web.input import read_body

_KEPT: Final = timedelta(hours=24)
_MAX_KEY: Final = 255
_HEADERS: Final = ("content-type", "location", "etag")


class _Taken(Exception):
    """Somebody else has sent this key just now."""


class Once:
    """One key of one caller."""

    _running: Final[set[tuple[str, str]]] = set()

    def __init__(self, principal: Principal, key: str, fingerprint: str) -> None:
        self.principal = principal.key
        self.key = key.strip().strip('"')
        self.fingerprint = fingerprint
        if not self.key or len(self.key) > _MAX_KEY or not self.key.isprintable():
            raise BadRequest.because(f"The Idempotency-Key must be 1 to {_MAX_KEY} printable characters.")

    async def answer(self, database: Database, unit: Callable[[Write], Response]) -> Response:
        """The answer of the unit, or the answer the first request with this key got.

        Raises: Conflict while that one still runs here, Invalid when it had another body.
        """
        place = (self.principal, self.key)
        if place in self._running:
            raise Conflict.because("A request with this Idempotency-Key is still running.", code="still_running")
        self._running.add(place)
        try:
            return await database.write(self._first, unit)
        except _Taken:
            return await database.write(self._again)
        finally:
            self._running.discard(place)

    def _first(self, tx: Write, unit: Callable[[Write], Response]) -> Response:
        row = self._find(tx)
        if row is not None:
            return self._replayed(row)
        kept = own.api_idempotency.c
        tx.change(delete(own.api_idempotency).where(kept.created_at < tx.now - _KEPT))
        row_id = self._take(tx)
        response = unit(tx)
        headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
        tx.change(
            update(own.api_idempotency)
            .where(kept.id == row_id)
            .values(status=response.status_code, headers=_encoded(headers), body=bytes(response.body))
        )
        return response

    def _again(self, tx: Write) -> Response:
        """Another process was first: its answer is committed by now."""
        row = self._find(tx)
        if row is None:
            raise Conflict.because("A request with this Idempotency-Key has just failed; send it again.")
        return self._replayed(row)

    def _take(self, tx: Write) -> int:
        """Note down that this key is in use. Raises: _Taken when another process has done so since we looked."""
        try:
            return tx.insert(
                own.api_idempotency,
                principal=self.principal,
                idempotency_key=self.key,
                fingerprint=self.fingerprint,
                created_at=tx.now,
            )
        except IntegrityError as error:
            raise _Taken from error

    def _find(self, tx: Write) -> Row[tuple[object, ...]] | None:
        kept = own.api_idempotency.c
        return tx.row(
            select(own.api_idempotency).where(
                kept.principal == self.principal,
                kept.idempotency_key == self.key,
                kept.created_at >= tx.now - _KEPT,
            )
        )

    def _replayed(self, row: Row[tuple[object, ...]]) -> Response:
        if row.fingerprint != self.fingerprint:
            raise Invalid.because(
                "This Idempotency-Key was used with another request.", field="Idempotency-Key", code="key_reused"
            )
        headers = {**msgspec.json.decode(row.headers or "{}"), "Idempotency-Replayed": "true"}
        return Response(row.body, row.status, headers)


def _encoded(headers: dict[str, str]) -> str:
    return msgspec.json.encode(headers).decode()


async def fingerprint(request: Request, body_digest: str | None = None) -> str:
    """A hash of what is asked: method, path, query and body; of a form its fields, and its files by name and size.

    `body_digest` stands for the body where that has been read and is gone.
    """
    digest = sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    if body_digest is not None:
        digest.update(body_digest.encode())
    elif hasattr(request.state, "form"):
        for name, part in request.state.form.multi_items():
            told = (part.filename, part.size) if isinstance(part, UploadFile) else part
            digest.update(repr((name, told)).encode())
    else:
        digest.update(await read_body(request))
    return digest.hexdigest()
