"""Sign in, stay signed in, sign out."""

from osticket_api.access.principal import Principal, Staff, User
from osticket_api.access.rules import SIGNED_IN, SIGNS_IN, SIGNS_OUT, VISITS
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Unauthenticated
from osticket_api.features.auth import service
from osticket_api.features.auth.issuing import issue_ticket_access, issue_tokens
from osticket_api.features.auth.password_check import check_password
from osticket_api.features.auth.requests import (
    ActiveSignIn,
    Login,
    LogoutQuery,
    Me,
    Refresh,
    SessionQuery,
    TicketAccess,
    TicketLinkRequest,
    TicketToken,
    Tokens,
)
from osticket_api.features.auth.second_factor.challenges import Challenge
from osticket_api.features.auth.second_factor.signing_in import check_without_tables, demanded, enter
from osticket_api.features.auth.sessions import end_all, end_own_session, list_sessions
from osticket_api.features.auth.sign_in_context import context_of
from osticket_api.features.auth.ticket_access import Guest, follow_link
from osticket_api.features.auth.ticket_links import send_link
from osticket_api.features.auth.ticket_numbers import come_by_number
from osticket_api.web.call import Call
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Secret
from osticket_api.web.router import Router
from osticket_api.web.session_cookies import cleared_cookies

router = Router(tag="auth", prefix="/auth")


@router.post("/login", access=SIGNS_IN)
async def login(call: Call, body: Login) -> Secret[Tokens]:
    """Exchange a user name and password for an access token and a refresh token, or for a cookie.

    401 `two_factor_required` asks for the second factor of an agent: its `detail` has the `challenge` that
    `/auth/two-factor` takes together with the code, and the `methods` that answer it. Where a passkey is one of them,
    `detail.passkey` is what `PublicKeyCredential.parseRequestOptionsFromJSON` reads. A user whose password is right is
    told why they may not sign in: 401 `account_unconfirmed` and `account_locked`, 403 `sign_in_disabled` where the help
    desk lets no user sign in.
    """
    proven = await check_password(call, body)
    context = context_of(call, body.mode)
    if not call.database.has_own_tables:
        service.require_sessions(body.mode == "token")
        is_due = await call.database.read(check_without_tables, proven.subject, call.ip)
        return Secret(issue_tokens(call, service.Session(0, proven.subject), is_password_due=is_due))
    entered = await call.database.write(
        enter, proven.subject, context, proven.renewal, by_password=not proven.by_directory
    )
    if isinstance(entered, Challenge):
        raise demanded(entered)
    session, is_due = entered
    return Secret(issue_tokens(call, session, is_password_due=is_due))


@router.post("/refresh", access=SIGNS_IN)
async def refresh(call: Call, body: Refresh) -> Secret[Tokens]:
    """Exchange a refresh token for new tokens. The old refresh token is used up."""
    service.require_sessions(call.database.has_own_tables)
    session = await call.database.write(service.continue_session, body.refresh_token, call.signing_keys, call.ip)
    if session is None:
        raise Unauthenticated.because("The refresh token is unknown, used, or expired.", code="token_invalid")
    return Secret(issue_tokens(call, session, is_password_due=session.is_password_due))


@router.post("/logout", access=SIGNS_OUT)
async def logout(call: Call, caller: Staff | User, query: LogoutQuery) -> None:
    """End the sign-in this access token or cookie belongs to, or with `everywhere` all of the caller's.

    An API key has no sign-in: it ends when it is revoked. A session of osTicket's own ends there: 409
    `osticket_session`.
    """
    service.refuse_osticket_session(is_browser=call.is_browser, sign_in=call.sign_in)
    if call.is_browser:
        call.answer_cookies = cleared_cookies(call.request)
    if query.everywhere and call.sign_in:
        await call.database.write(end_all, caller)
    elif call.session_id:
        await call.database.write(service.end_session, call.session_id)


@router.get("/sessions", access=SIGNED_IN)
def get_sessions(unit: Read, caller: Staff | User, call: Call, query: SessionQuery) -> Page[ActiveSignIn]:
    """The caller's sign-ins with this server that have not ended."""
    return list_sessions(unit, caller, query, call.session_id)


@router.delete("/sessions/{session}", access=SIGNED_IN)
def delete_session(unit: Write, caller: Staff | User, session: PathId) -> None:
    """End one of the caller's sign-ins: its refresh token at once, its access token within half a second."""
    end_own_session(unit, caller, session)


@router.post("/ticket-link", access=SIGNS_IN)
def post_ticket_link(unit: Write, body: TicketLinkRequest) -> None:
    """Mail the link by which the owner of a ticket sees it without signing in.

    The answer is the same whether there is such a ticket or not.
    """
    send_link(unit, body.email, body.number)


@router.post("/ticket-access", access=VISITS)
async def post_ticket_access(call: Call, body: TicketToken) -> Secret[TicketAccess]:
    """Exchange the code of a link to a ticket for a token that reads and answers this ticket.

    The code is what `view.php?auth=` has in osTicket's mails. 401 `token_invalid` where the help desk gives no such
    links, and for somebody whose account is locked. Where the help desk does not verify addresses by mail, `email` and
    `number` do as well; elsewhere they are 403 `link_required`.
    """
    return Secret(issue_ticket_access(call, await _come(call, body)))


async def _come(call: Call, body: TicketToken) -> Guest:
    if body.email is not None and body.number is not None:
        return await come_by_number(call, body.email, body.number)
    return await call.database.read(follow_link, body.token or "", call.ip)


@router.get("/me", access=SIGNED_IN)
async def get_me(caller: Staff | User) -> Me:
    """The caller, with their permissions, everywhere and by department."""
    return _me(caller)


def _me(principal: Principal) -> Me:
    if isinstance(principal, Staff):
        return Me(
            kind="staff",
            id=principal.id,
            name=principal.name,
            email=principal.email,
            username=principal.username,
            is_admin=principal.is_admin,
            assigned_only=principal.assigned_only,
            department_id=principal.department_id,
            department_ids=sorted(principal.department_ids),
            team_ids=sorted(principal.team_ids),
            permissions=sorted(principal.permissions),
            role_permissions={str(where): sorted(role) for where, role in principal.roles.items()},
        )
    assert isinstance(principal, User)
    return Me(
        kind="user",
        id=principal.id,
        name=principal.name,
        email=principal.email,
        organization_id=principal.organization_id,
    )
