"""Sign in, stay signed in, sign out."""

import asyncio
from typing import Annotated

from starlette.responses import Response

from osticket_api.access import tokens
from osticket_api.access.passwords import is_correct
from osticket_api.access.principal import Principal, Staff, User
from osticket_api.access.rules import ANYONE, SIGNED_IN
from osticket_api.errors import NotAvailable, Unauthenticated
from osticket_api.features.auth import service, strikes
from osticket_api.features.auth.schemas import Login, Me, Refresh, Tokens
from osticket_api.kit.clock import system_clock
from osticket_api.web.call import CallDependency
from osticket_api.web.input import payload
from osticket_api.web.router import Router

router = Router(tag="auth", prefix="/auth")


@router.act("/login", access=ANYONE, returns=Tokens)
async def login(call: CallDependency, body: Annotated[Login, payload(Login)]) -> Response:
    """Exchange a user name and password for an access token and a refresh token."""
    candidate = await _candidate(call, body)
    if not call.database.has_own_tables:
        return call.secret(_tokens(call, candidate.subject, 0, None))
    session = await call.database.write(
        service.start_session, candidate.subject, call.ip, _user_agent(call), call.settings.jwt_refresh_ttl
    )
    return call.secret(_tokens(call, session.subject, session.id, session.refresh_token))


@router.act("/refresh", access=ANYONE, returns=Tokens)
async def refresh(call: CallDependency, body: Annotated[Refresh, payload(Refresh)]) -> Response:
    """Exchange a refresh token for new tokens. The old refresh token is used up."""
    if not call.database.has_own_tables:
        raise NotAvailable.because("This server is attached read-only and keeps no sessions; sign in again.")
    session = await call.database.write(service.continue_session, body.refresh_token)
    if session is None:
        raise Unauthenticated.because("The refresh token is unknown, used, or expired.", code="token_invalid")
    return call.secret(_tokens(call, session.subject, session.id, session.refresh_token))


@router.act("/logout", access=SIGNED_IN, returns=None, status=204)
async def logout(call: CallDependency) -> Response:
    """End the sign-in this access token belongs to."""
    token = tokens.read(call.signing_key, call.bearer or "") if call.bearer else None
    if token is not None and token.session_id:
        await call.database.write(service.end_session, token.session_id)
    return call.nothing()


@router.read("/me", access=SIGNED_IN, returns=Me)
async def get_me(call: CallDependency) -> Response:
    """Who the caller is, and what they may do where."""
    return call.one(_me(call.principal))


async def _candidate(call: CallDependency, body: Login) -> service.Candidate:
    """Who signs in, with the right password.

    Raises: Unauthenticated, TooManyRequests after too many wrong passwords.
    """
    async with strikes.guess(call.database, f"{body.kind}:{body.username.lower()}:{call.ip}"):
        candidate = await call.database.read(service.find_candidate, body.kind, body.username)
        stored = candidate.password_hash if candidate else None
        fits = await asyncio.to_thread(is_correct, body.password, stored)
        if candidate is None or not fits or not candidate.may_sign_in:
            raise service.refused()
        return candidate


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


def _tokens(call: CallDependency, subject: str, session_id: int, refresh_token: str | None) -> Tokens:
    ttl = call.settings.jwt_ttl
    access = tokens.issue(
        call.signing_key, tokens.AccessToken(subject, session_id), now=system_clock(), ttl_seconds=ttl
    )
    return Tokens(
        access_token=access,
        expires_in=ttl,
        refresh_token=refresh_token,
        refresh_expires_in=call.settings.jwt_refresh_ttl if refresh_token else None,
    )


def _user_agent(call: CallDependency) -> str:
    return call.request.headers.get("user-agent", "")
