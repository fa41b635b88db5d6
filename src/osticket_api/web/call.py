"""One request as a routes file sees it: who calls, the database, and the ways to answer."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import quote, urlencode

from fastapi import Depends
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from osticket_api.access import tokens
from osticket_api.access.credentials import Credentials, identify
from osticket_api.access.principal import Principal
from osticket_api.access.rules import Rule
from osticket_api.db.engine import Database, Read, Write
from osticket_api.db.engine import client_ip as client_ip_of_unit
from osticket_api.errors import NotFound, Stale, Unauthenticated
from osticket_api.kit.nearest import shortened
from osticket_api.settings import Settings
from osticket_api.web.envelope import encode, enveloped, own_address, request_id
from osticket_api.web.idempotency import Once, fingerprint
from osticket_api.web.input import is_rehearsal
from osticket_api.web.paging import Page

P = ParamSpec("P")
R = TypeVar("R")

_INT64_DIGITS = 18
_IN_PATHS = "/:@!$&'()*+,;="
_PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization, X-API-Key, Accept"}


class ETag:
    """Strong tags made from what is represented.

    A tag is `"<state>"`, or `"<state>.<variant>"` when the answer holds more than the plain resource. `If-Match`
    compares the state alone, so that a tag got with any `include` serves.
    """

    @staticmethod
    def of(plain: bytes, whole: bytes | None = None) -> str:
        state = blake2b(plain, digest_size=12).hexdigest()
        variant = "" if whole is None else "." + blake2b(whole, digest_size=6).hexdigest()
        return f'"{state}{variant}"'

    @staticmethod
    def state(tag: str) -> str:
        return tag.strip().removeprefix("W/").strip('"').partition(".")[0]


class Call:
    """A request whose caller is known and whose access rule is met."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.principal: Principal = request.state.principal
        self.database: Database = request.app.state.database
        self.body_digest: str | None = None
        """What tells this body from another one, where the route has read it by itself."""

    @property
    def ip(self) -> str:
        return client_ip(self.request)

    @property
    def settings(self) -> Settings:
        settings: Settings = self.request.app.state.settings
        return settings

    @property
    def signing_key(self) -> str:
        return str(self.request.app.state.signing_key)

    @property
    def bearer(self) -> str | None:
        return _credentials(self.request).bearer

    @property
    def session_id(self) -> int | None:
        """The sign-in that the caller's token belongs to."""
        return tokens.read(self.signing_key, self.bearer).session_id if self.bearer else None

    async def read(
        self, function: Callable[Concatenate[Read, Principal, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        return await self.database.read(function, self.principal, *args, **kwargs)

    async def change(
        self,
        answer: Callable[[R], Response],
        function: Callable[Concatenate[Write, Principal, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Response:
        """Run a function that writes, as one transaction, and answer with what it returned.

        The answer is made inside the transaction, so that it can be kept under the caller's `Idempotency-Key` with the
        change itself. `?dry_run=true` tells what would happen and leaves everything as it was.
        """

        def unit(tx: Write) -> Response:
            return answer(function(tx, self.principal, *args, **kwargs))

        if is_rehearsal(self.request):
            effects = await self.database.rehearse(unit)
            return self._json(encode({"effects": effects}), 200, {"Cache-Control": "no-store"}, {"dry_run": True})
        key = self.request.headers.get("idempotency-key")
        if key is None or self.request.method != "POST" or not self.database.has_own_tables:
            return await self.database.write(unit)
        told = await fingerprint(self.request, self.body_digest)
        return await Once(self.principal, key, told).answer(self.database, unit)

    async def tell_once(
        self, status: int, function: Callable[Concatenate[Write, Principal, P], Any], *args: P.args, **kwargs: P.kwargs
    ) -> Response:
        """Run a function that writes and answer with the secret it returned.

        The secret is kept nowhere, not even for an `Idempotency-Key`.
        """
        if is_rehearsal(self.request):
            return await self.change(self.one, function, *args, **kwargs)
        return self.secret(await self.database.write(function, self.principal, *args, **kwargs), status=status)

    def one(
        self, data: Any, *, status: int = 200, location: str | None = None, state: Any = None, meta: Any = None
    ) -> Response:
        """A single resource. `state`: its plain representation, when `data` holds more or less than that."""
        whole = encode(data)
        tag = ETag.of(whole) if state is None else ETag.of(encode(state), whole)
        headers = {"ETag": tag, **_PRIVATE} | ({"Location": quote(location, _IN_PATHS + "%")} if location else {})
        if status == 200 and self.has(tag):
            return Response(status_code=304, headers=headers)
        return self._json(whole, status, headers, meta or {})

    def listed(self, page: Page[Any], items: Sequence[Any] | None = None) -> Response:
        """A page of a list, with links to the pages beside it."""
        data = encode(page.items if items is None else items)
        headers = {"ETag": ETag.of(data), **_PRIVATE, **self._links(page)}
        if self.has(headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return self._json(data, 200, headers, page.meta())

    def nothing(self) -> Response:
        return Response(status_code=204)

    def secret(self, data: Any, *, status: int = 200) -> Response:
        """An answer that nobody may keep: tokens and keys, or what holds for this moment only."""
        return self._json(encode(data), status, {"Cache-Control": "no-store"}, {})

    def _json(self, data: bytes, status: int, headers: Mapping[str, str], meta: Mapping[str, Any]) -> Response:
        body = enveloped(data, {"request_id": request_id(self.request), **meta})
        return Response(body, status, dict(headers), "application/json")

    def has(self, tag: str) -> bool:
        known = self.request.headers.get("if-none-match")
        return known is not None and (
            known.strip() == "*" or tag in [each.strip().removeprefix("W/") for each in known.split(",")]
        )

    @property
    def precondition(self) -> "Precondition":
        return Precondition(self.request.headers.get("if-match"))

    def _links(self, page: Page[Any]) -> dict[str, str]:
        address = own_address(self.request) + quote(self.request.scope["path"], _IN_PATHS)
        kept = _without_place(self.request.scope["query_string"])
        links = [f'<{address}?{kept}{target}>; rel="{relation}"' for relation, target in page.links().items()]
        return {"Link": ", ".join(links)} if links else {}


@lru_cache(maxsize=256)
def _without_place(query_string: bytes) -> str:
    """A query string without what tells the page, ready for that to be added."""
    given = QueryParams(query_string).multi_items()
    return "".join(urlencode({key: value}) + "&" for key, value in given if key not in ("page", "cursor"))


class Precondition:
    """What `If-Match` demands of the resource before it may be changed."""

    def __init__(self, if_match: str | None) -> None:
        is_any = if_match is None or if_match.strip() == "*"
        self._states = None if is_any else {ETag.state(tag) for tag in str(if_match).split(",")}

    @property
    def is_set(self) -> bool:
        return self._states is not None

    def check(self, current: Any) -> None:
        """Compare with the plain representation as it is now, inside the transaction that changes it.

        Raises: Stale when the caller's tag is of an older state.
        """
        if self._states is None:
            return
        state = ETag.state(ETag.of(encode(current)))
        if state not in self._states:
            raise Stale.because("This has changed since you read it; read it again.", detail={"current": f'"{state}"'})


def client_ip(request: Request) -> str:
    """The caller's address, which the proxy middleware has made trustworthy."""
    return request.client.host if request.client else ""


def enforce(rule: Rule) -> Callable[[Request], Coroutine[Any, Any, None]]:
    """A dependency that finds out who calls and holds them to the rule."""

    async def enforced(request: Request) -> None:
        state = request.app.state
        client_ip_of_unit.set(client_ip(request))
        request.state.principal = await identify(state.database, state.signing_key, _credentials(request))
        rule.check(request.state.principal)
        _refuse_endless_numbers(request)

    return enforced


def _refuse_endless_numbers(request: Request) -> None:
    """A number in the path that is far beyond all ids names nothing, and SQLite cannot even look for it."""
    for value in request.path_params.values():
        if len(value) > _INT64_DIGITS and not value.strip("+-_ 0123456789"):
            raise NotFound.because(f"There is nothing at {shortened(request.scope['path'])}.")


def _credentials(request: Request) -> Credentials:
    header = request.headers.get("authorization")
    bearer = None
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated.because("The Authorization header must be: Bearer <token>.")
        bearer = token.strip()
    return Credentials(bearer, request.headers.get("x-api-key"), client_ip(request))


async def _call(request: Request) -> Call:
    return Call(request)


CallDependency = Annotated[Call, Depends(_call)]
