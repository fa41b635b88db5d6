"""Signing in at identity providers over HTTP."""

from typing import Final

from osticket_api.access.principal import Staff, User
from osticket_api.access.rules import PROVIDERS, SIGNED_IN, SIGNS_IN, SIGNS_OUT
from osticket_api.db.unit import Read, Write
from osticket_api.errors import BadRequest, Unavailable
from osticket_api.features.auth.api import (
    Challenge,
    IdentityQuery,
    LinkedIdentity,
    Tokens,
    demanded,
    end_session,
    find_provider_sign_in,
    get_identity,
    issue_tokens,
    list_identities,
    refuse_osticket_session,
    require_sessions,
    unlink_identity,
)
from osticket_api.features.oauth.api import read_form
from osticket_api.features.single_sign_on import linking, service
from osticket_api.features.single_sign_on.provider_logout import sign_out
from osticket_api.features.single_sign_on.providers import providers_of
from osticket_api.features.single_sign_on.requests import (
    Code,
    ExchangedCode,
    IdentityProvider,
    IdentityProviders,
    LinkStart,
    ProviderAddress,
    ProviderLogout,
    ProvidersQuery,
    Start,
    StartQuery,
)
from osticket_api.web.call import Call
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created, Redirect, Secret
from osticket_api.web.router import Router
from osticket_api.web.session_cookies import check_site, cleared_cookies

router = Router(tag="auth", prefix="/auth")
_ANSWER: Final = ("code", "state", "iss", "error")


@router.get("/providers", access=SIGNS_IN)
def get_providers(unit: Read, call: Call, query: ProvidersQuery) -> IdentityProviders:
    """The identity providers at which people can sign in."""
    offered = [each for each in providers_of(call.request).all if query.kind is None or each.is_for(query.kind)]
    return IdentityProviders(
        providers=[IdentityProvider(name=each.name, title=each.title, kinds=list(each.people)) for each in offered]
    )


@router.get("/oidc/{identity_provider}/start", access=SIGNS_IN)
async def start(call: Call, identity_provider: str, query: StartQuery) -> Redirect:
    """Send the browser to an identity provider, to sign in there and come back to `return_to`.

    The page that it comes back to finds a `code` behind `#`, good for a minute and for this browser alone, which
    `/auth/oidc/exchange` takes. 503 `provider_unavailable` where the provider does not answer. A front end on another
    host sends its own browser here, with a `code_challenge`, and exchanges the code with the `code_verifier`.
    """
    connection = providers_of(call.request).get(identity_provider, query.kind)
    return Redirect(
        await service.begin(
            call,
            connection,
            kind=query.kind,
            mode=query.mode,
            return_to=query.return_to,
            code_challenge=query.code_challenge,
        )
    )


@router.post("/oidc/{identity_provider}/start", access=SIGNS_IN)
async def post_start(call: Call, identity_provider: str, body: Start) -> Secret[ProviderAddress]:
    """Begin a sign-in as GET does, but answer the address: for a page that navigates there and shows errors itself."""
    connection = providers_of(call.request).get(identity_provider, body.kind)
    address = await service.begin(call, connection, kind=body.kind, mode=body.mode, return_to=body.return_to)
    return Secret(ProviderAddress(address=address))


@router.get("/oidc/{identity_provider}/callback", access=SIGNS_IN)
async def come_back(call: Call, identity_provider: str) -> Redirect:
    """Take the browser back from the identity provider, and send it with the outcome to the page that began the
    sign-in.

    401 `sign_in_unknown` where this browser began no such sign-in, or has come back from it already.
    """
    given = call.request.query_params
    if any(len(given.getlist(name)) > 1 for name in _ANSWER):
        raise BadRequest.because("The answer of the identity provider has a parameter twice.")
    answer = {name: given[name] for name in _ANSWER if name in given}
    connection = providers_of(call.request).get(identity_provider)
    return Redirect(await service.come_back(call, connection, answer))


@router.post("/oidc/exchange", access=SIGNS_IN)
async def post_exchange(call: Call, body: ExchangedCode) -> Secret[Tokens]:
    """Exchange the code that the page came back with for tokens, or for the cookie that was asked for.

    What went wrong on the way is told here. 401 `two_factor_required` asks for the second factor of an agent, as
    `/auth/login` does. The code is good once.
    """
    require_sessions(call.database.has_own_tables)
    if body.code_verifier is None:  # With it no cookie counts.
        check_site(call.request)
    entered = await service.exchange(call, body.code, body.code_verifier)
    if isinstance(entered, Challenge):
        raise demanded(entered)
    session, is_due = entered
    return Secret(issue_tokens(call, session, is_password_due=is_due))


@router.post("/oidc/logout", access=SIGNS_OUT)
async def post_logout(call: Call, caller: Staff | User) -> Secret[ProviderLogout]:
    """End the sign-in this access token or cookie belongs to, as `/auth/logout` does.

    The answer has the address at which the session at the identity provider ends too, if there is one.
    """
    refuse_osticket_session(is_browser=call.is_browser, sign_in=call.sign_in)
    provider_sign_in = await call.database.read(find_provider_sign_in, call.session_id) if call.session_id else None
    if call.is_browser:
        call.answer_cookies = cleared_cookies(call.request)
    if call.session_id:
        await call.database.write(end_session, call.session_id)
    connection = providers_of(call.request).find(provider_sign_in.provider) if provider_sign_in else None
    if provider_sign_in is None or connection is None:
        return Secret(ProviderLogout(address=None))
    try:
        back_to = f"{call.settings.app_url}/{service.FRONT_ENDS[caller.kind]}"
        return Secret(ProviderLogout(address=await connection.logout_address(provider_sign_in.id_token, back_to)))
    except Unavailable:
        return Secret(ProviderLogout(address=None))


@router.post("/oidc/{identity_provider}/backchannel-logout", access=PROVIDERS)
async def post_provider_logout(call: Call, identity_provider: str) -> None:
    """End the sign-ins of somebody who has signed out at the identity provider, which posts that here.

    The signed `logout_token` stands for a caller (OpenID Connect Back-Channel Logout 1.0). It names a session, or a
    person, whose sign-ins by this provider end all. Each token is good once. 400 for one that is not valid.
    """
    connection = providers_of(call.request).get(identity_provider)
    require_sessions(call.database.has_own_tables)
    form = await read_form(call.request)
    if "logout_token" not in form:
        raise BadRequest.because("logout_token is required.", field="logout_token", code="required")
    logout = await connection.read_logout(form["logout_token"])
    await call.database.write(sign_out, connection.provider.name, logout)
    call.answer_headers = {"Cache-Control": "no-store"}


@router.post("/oidc/{identity_provider}/link", access=SIGNED_IN)
async def post_link(
    call: Call, caller: Staff | User, identity_provider: str, body: LinkStart
) -> Secret[ProviderAddress]:
    """Begin to link the caller with an account at an identity provider: the answer has the address to sign in at.

    The code that the page comes back with goes to `POST /auth/identities`. Where the caller has a password, it must
    be sent.
    """
    connection = providers_of(call.request).get(identity_provider, caller.kind)
    await linking.confirm(call, caller, body.current_password)
    address = await service.begin(
        call, connection, kind=caller.kind, mode="token", return_to=body.return_to, linking=caller.key
    )
    return Secret(ProviderAddress(address=address))


@router.get("/identities", access=SIGNED_IN)
def get_identities(unit: Read, caller: Staff | User, query: IdentityQuery) -> Page[LinkedIdentity]:
    """The accounts at identity providers that sign in here as the caller."""
    linking.require_person(unit, caller)
    return list_identities(unit, caller, query)


@router.get("/identities/{identity}", access=SIGNED_IN)
def get_one_identity(unit: Read, caller: Staff | User, identity: PathId) -> LinkedIdentity:
    """One of the accounts at identity providers that sign in here as the caller."""
    linking.require_person(unit, caller)
    return get_identity(unit, caller, identity)


@router.post("/identities", access=SIGNED_IN)
def post_identity(unit: Write, caller: Staff | User, call: Call, body: Code) -> Created[LinkedIdentity]:
    """Link the account at an identity provider that the caller has just proved to be theirs."""
    linking.require_person(unit, caller)
    return Created(get_identity(unit, caller, service.link(unit, call.request, body.code, caller.key)))


@router.delete("/identities/{identity}", access=SIGNED_IN)
def delete_identity(unit: Write, caller: Staff | User, identity: PathId) -> None:
    """Unlink an account at an identity provider: it signs in as the caller no more, unless found by e-mail."""
    linking.require_person(unit, caller)
    unlink_identity(unit, caller, identity)
