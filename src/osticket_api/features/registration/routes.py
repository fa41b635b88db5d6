"""Accounts for those who have none, and new passwords for those who forgot theirs, over HTTP."""

from osticket_api.access.rules import VISITS
from osticket_api.db.unit import Write
from osticket_api.features.auth.api import (
    Challenge,
    PasswordHash,
    Tokens,
    context_of,
    demanded,
    hash_password,
    issue_tokens,
)
from osticket_api.features.registration import agents, service
from osticket_api.features.registration.requests import AccountRequest, PasswordForgotten, PasswordReset, Token
from osticket_api.web.call import Call
from osticket_api.web.captcha import Human
from osticket_api.web.results import Secret
from osticket_api.web.router import Router

router = Router(tag="auth", prefix="/auth")


@router.post("/register", access=VISITS)
def post_account(unit: Write, body: AccountRequest, password: PasswordHash, human: Human) -> None:
    """Register as a user. A link that confirms the account is mailed to the address.

    403 `registration_closed` where the help desk lets nobody register, 409 `already_registered` for an address that
    has an account.
    """
    service.register(
        unit,
        name=body.name,
        email=body.email,
        password_hash=password or "",
        timezone=body.timezone,
        answers=body.answers(),
    )


@router.post("/confirm", access=VISITS)
async def post_confirmation(call: Call, body: Token) -> Secret[Tokens]:
    """Confirm an account with the token of the mailed link, and sign in."""
    session, is_due = await call.database.write(service.confirm, body.token, context_of(call, body.mode))
    return Secret(issue_tokens(call, session, is_password_due=is_due))


@router.post("/forgot-password", access=VISITS)
def post_forgotten_password(unit: Write, body: PasswordForgotten, human: Human) -> None:
    """Mail the link with which a user, or an agent, chooses a new password.

    The answer is the same whether there is such a person or not. 403 `password_reset_closed` for agents of a help desk
    that does not offer it.
    """
    mail_link = agents.mail_reset_link if body.kind == "staff" else service.mail_reset_link
    mail_link(unit, body.username)


@router.post("/reset-password", access=VISITS)
async def post_new_password(call: Call, body: PasswordReset) -> Secret[Tokens]:
    """Choose a new password with the token of the mailed link, and sign in. All other sign-ins end.

    An agent with a second factor is asked for it, as after `/auth/login`.
    """
    password = await hash_password(body)
    reset = agents.reset_password if body.kind == "staff" else service.reset_password
    entered = await call.database.write(reset, body.token, body.username, password, context_of(call, body.mode))
    if isinstance(entered, Challenge):
        raise demanded(entered)
    session, is_due = entered
    return Secret(issue_tokens(call, session, is_password_due=is_due))
