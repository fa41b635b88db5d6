"""Identify the caller and check the access rule, before a route does anything else."""

from dataclasses import replace

from starlette.requests import Request

from osticket_api.access.credentials import Credentials, Identified, admit_anonymous, identify
from osticket_api.access.principal import Anonymous
from osticket_api.access.reading import require_reading, require_writing
from osticket_api.access.rules import Rule
from osticket_api.db.unit import caller_credential, caller_key
from osticket_api.db.unit import client_ip as client_ip_of_unit
from osticket_api.db.unit import request_id as request_id_of_unit
from osticket_api.errors import BadRequest, NotFound, Unauthenticated
from osticket_api.kit.suggestions import shortened
from osticket_api.web import session_cookies
from osticket_api.web.envelope import request_id
from osticket_api.web.rates import count

_INT64_DIGITS = 18


async def admit(request: Request, rule: Rule) -> None:
    """Identify the caller and check the access rule. Raises: Unauthenticated, Forbidden."""
    state = request.app.state
    client_ip_of_unit.set(client_ip(request))
    request_id_of_unit.set(request_id(request))
    given = Credentials(None, None, client_ip(request)) if rule.checks_itself else credentials(request)
    if rule.takes_signature:
        given = replace(given, signature=request.query_params.get("signature"), path=request.scope["path"])
    if rule.signs_in:
        given = replace(given, session=None, osticket_session=None)
    identified = await _identified(request, given)
    request.state.identified, request.state.principal = identified, identified.principal
    caller_key.set(request.state.principal.key)
    caller_credential.set(request.state.principal.credential)
    await count(request, request.state.principal, identified.key_hash)
    if rule.asks_anonymous and isinstance(request.state.principal, Anonymous):
        request.state.principal = await admit_anonymous(state.database, client_ip(request))
    rule.check(request.state.principal)
    if request.method in ("GET", "HEAD"):
        require_reading(request.state.principal, request.scope["path"])
    else:
        require_writing(request.state.principal, request.method, request.scope["path"])
    _refuse_endless_numbers(request)


async def _identified(request: Request, given: Credentials) -> Identified:
    """The caller. A cookie counts for pages of ours alone, and is taken back once its session has ended."""
    state = request.app.state
    try:
        identified = await identify(state.database, state.signing_keys, given)
    except Unauthenticated as error:
        if given.session is not None and not given.are_headers:
            error.headers["Set-Cookie"] = session_cookies.cleared_cookies(request)[0]
        raise
    if identified.is_browser:
        session_cookies.check_page(request, identified.page_tokens)
    return identified


def client_ip(request: Request) -> str:
    """The caller's address, as the proxy middleware has found it."""
    return request.client.host if request.client else ""


def credentials(request: Request) -> Credentials:
    """The credentials in the request. Raises: Unauthenticated for an Authorization header without a bearer token."""
    header = single(request, "authorization")
    bearer = None
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated.because("The Authorization header must be: Bearer <token>.")
        bearer = token.strip()
    cookie = session_cookies.session_secret(request)
    osticket = session_cookies.osticket_session_id(request)
    key = single(request, "x-api-key")
    return Credentials(bearer, key, client_ip(request), session=cookie, osticket_session=osticket)


def single(request: Request, header: str) -> str | None:
    """A header that may occur once: two credentials would be ambiguous. Raises: BadRequest."""
    values = request.headers.getlist(header)
    if len(values) > 1:
        raise BadRequest.because(f"Send one {header} header, not {len(values)}.", code="ambiguous_credentials")
    return values[0] if values else None


def _refuse_endless_numbers(request: Request) -> None:
    """Answer 404 for a number in the path that is larger than any id: SQLite cannot compare it."""
    for value in request.path_params.values():
        if len(value) > _INT64_DIGITS and not value.strip("+-_ 0123456789"):
            raise NotFound.because(f"There is nothing at {shortened(request.scope['path'])}.")
