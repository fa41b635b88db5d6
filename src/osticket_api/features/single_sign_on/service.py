"""The way of a sign-in: to the provider, back from it, and over to the page that began it.

Source: people.md 6.1 and 6.2 for who may sign in; the rest is OpenID Connect Core 1.0.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

from osticket_api.access.loading import find_principal
from osticket_api.audit.entries import record_refused_sign_in
from osticket_api.db.unit import Write
from osticket_api.errors import ApiError, Conflict, Forbidden, Invalid, NotAvailable, Unauthenticated, Unavailable
from osticket_api.events import security
from osticket_api.features.auth.api import (
    Challenge,
    Identity,
    ProviderSignIn,
    Session,
    SignInContext,
    context_of,
    enter_from_provider,
    find_identity,
    link_identity,
    require_sessions,
)
from osticket_api.features.single_sign_on import pending as sign_ins
from osticket_api.features.single_sign_on.matching import inactive, subject_of
from osticket_api.features.single_sign_on.pending import Outcome, Pending
from osticket_api.features.single_sign_on.person import Person
from osticket_api.features.single_sign_on.proof import Proof
from osticket_api.web.call import Call
from osticket_api.web.session_cookies import sign_on_cookie, sign_on_secret

if TYPE_CHECKING:
    from osticket_api.features.single_sign_on.connection import Connection

R = TypeVar("R")

FRONT_ENDS: Final = {"staff": "console", "user": "portal"}
_PAGE: Final = "#/single-sign-on"
_REFUSALS: Final[Mapping[int, type[ApiError]]] = {
    each.status: each for each in (Unauthenticated, Forbidden, Conflict, Unavailable)
}


async def begin(
    call: Call,
    connection: "Connection",
    *,
    kind: str,
    mode: str,
    return_to: str | None,
    linking: str | None = None,
    code_challenge: str | None = None,
) -> str:
    """Begin a sign-in for this browser. Returns the address at the provider.

    Raises: Invalid for a page elsewhere that the settings do not name, NotAvailable, Unavailable.
    """
    require_sessions(call.database.has_own_tables)
    if return_to is not None and not return_to.startswith("/"):
        _check_other_front_end(call, return_to, mode, code_challenge)
        back = return_to
    else:
        back, code_challenge = _front_end_page(call, kind, return_to), None
    browser = sign_ins.browser_secret(sign_on_secret(call.request))
    name = connection.provider.name
    state = await call.database.write(
        sign_ins.begin,
        browser,
        provider=name,
        kind=kind,
        mode=mode,
        return_to=back,
        linking=linking,
        code_challenge=code_challenge,
    )
    address = await connection.authorization_address(_proof(call, name, browser, state))
    call.answer_cookies = (sign_on_cookie(call.request, browser),)
    return address


def _front_end_page(call: Call, kind: str, return_to: str | None) -> str:
    """The page to come back to. Raises: NotAvailable where its front end is switched off."""
    page = return_to or f"/{FRONT_ENDS[kind]}"
    if page.partition("#")[0].strip("/") not in call.settings.features:
        raise NotAvailable.because("The front end to come back to is switched off.", field="return_to")
    return page


def _check_other_front_end(call: Call, address: str, mode: str, code_challenge: str | None) -> None:
    """Hold a page on another host to the settings, and to a proof of its own: it can send no cookie of ours.

    Raises: Invalid.
    """
    if address not in call.settings.oidc_return_to:
        raise Invalid.because("OIDC_RETURN_TO does not name this address.", field="return_to")
    if mode != "token":
        raise Invalid.because("A page on another host can only get tokens.", field="mode")
    if code_challenge is None:
        raise Invalid.because(
            "A page on another host must send code_challenge.", field="code_challenge", code="required"
        )


async def come_back(call: Call, connection: "Connection", query: Mapping[str, str]) -> str:
    """Take the answer of a provider. Returns the page that hears of its outcome, whatever that is.

    Raises: Unauthenticated for a sign-in that this browser did not begin.
    """
    require_sessions(call.database.has_own_tables)
    browser, state, name = sign_on_secret(call.request), query.get("state", ""), connection.provider.name
    claimed = await call.database.write(sign_ins.claim, name, state, browser)
    if claimed is None:
        raise sign_ins.unknown()
    pending, code = claimed
    try:
        person = await _person(connection, query, _proof(call, name, browser, state))
        await call.database.write(_settle, connection, pending, person)
    except ApiError as refusal:
        await call.database.write(_settle_refusal, pending, refusal)
    return _address(call, pending, code)


async def _person(connection: "Connection", query: Mapping[str, str], proof: Proof) -> Person:
    """Whom the provider sends. Raises: Unauthenticated, Unavailable."""
    await connection.check_issuer(query.get("iss"))
    if "code" not in query:
        message = f"{connection.provider.title} did not sign you in."
        raise Unauthenticated.because(message, code="provider_refused")
    return await connection.redeem(query["code"], proof)


def _settle(tx: Write, connection: "Connection", pending: Pending, person: Person) -> None:
    """Find out who it is here. Raises: Unauthenticated, Forbidden, Conflict."""
    found = pending.linking or subject_of(tx, connection.provider, pending.kind, person)
    outcome = Outcome(
        subject=found,
        issuer=person.identity.issuer,
        provider_subject=person.identity.subject,
        id_token=person.id_token,
        second_factor=person.second_factor,
    )
    sign_ins.settle(tx, pending, outcome)


def _settle_refusal(tx: Write, pending: Pending, refusal: ApiError) -> None:
    fault = refusal.faults[0]
    account = pending.linking or str(fault.detail or "")
    _record(tx, fault.code, {"account": account, "provider": pending.provider})
    sign_ins.settle(tx, pending, Outcome(status=refusal.status, code=fault.code, message=fault.message))


def _address(call: Call, pending: Pending, code: str) -> str:
    """The page of the front end that exchanges the code, and knows which page comes then."""
    if pending.code_challenge is not None:
        return f"{pending.return_to}#{urlencode({'code': code})}"
    front_end, _, page = pending.return_to.partition("#")
    told = {"code": code, "page": page, "linking": "yes" if pending.linking else ""}
    query = urlencode({name: value for name, value in told.items() if value})
    return f"{call.settings.app_url}{front_end}{_PAGE}?{query}"


def _proof(call: Call, name: str, browser: str, state: str) -> Proof:
    return Proof(
        redirect_uri=f"{call.settings.app_url}/api/v2/auth/oidc/{name}/callback",
        state=state,
        nonce=sign_ins.derived(browser, "nonce", state),
        verifier=sign_ins.derived(browser, "verifier", state),
    )


def raise_refusal(outcome: Outcome) -> None:
    """Raises: what the sign-in was refused for, if it was."""
    if outcome.status:
        raise _REFUSALS.get(outcome.status, Unauthenticated).because(outcome.message, code=outcome.code)


async def exchange(call: Call, code: str, verifier: str | None = None) -> Challenge | tuple[Session, bool]:
    """Begin the session that a code is for, or ask for the second factor first.

    What is refused here goes on record; what was refused on the way is there already.

    Raises: Unauthenticated for a code that is not good; what the sign-in was refused for; as `let_in`.
    """
    pending, outcome = await _on_record(call, {}, sign_ins.take, code, sign_on_secret(call.request), verifier)
    raise_refusal(outcome)
    about = {"account": outcome.subject, "provider": pending.provider}
    return await _on_record(call, about, enter, pending, outcome, context_of(call).by(pending.mode))


async def _on_record(call: Call, about: Mapping[str, str], function: Callable[..., R], *args: Any) -> R:
    """Run a unit of work. A refusal leaves an entry in the audit log."""
    try:
        return await call.database.write(function, *args)
    except (Unauthenticated, Forbidden) as refusal:
        await call.database.write(_record, refusal.faults[0].code, about)
        raise


def _record(tx: Write, code: str, about: Mapping[str, str]) -> None:
    told = {"account": "", **about}
    security.warn(tx, "sign_in_refused", reason=code, **told)
    record_refused_sign_in(tx, code, **told)


def enter(tx: Write, pending: Pending, outcome: Outcome, context: SignInContext) -> Challenge | tuple[Session, bool]:
    """Begin the session of who has signed in at a provider, or ask for the second factor first.

    Raises: Unauthenticated for somebody who wants to link an identity instead; as `let_in`.
    """
    if pending.linking is not None:
        raise sign_ins.unknown()
    if find_principal(tx, outcome.subject) is None:
        raise inactive()
    provider_sign_in = ProviderSignIn(pending.provider, outcome.id_token, outcome.second_factor)
    return enter_from_provider(tx, outcome.subject, context, provider_sign_in)


def link(tx: Write, request: Request, code: str, caller_key: str) -> int:
    """Link the identity that the caller has proved. Returns the id of the link.

    Raises: Invalid for a code that is not theirs, or where they proved nothing; Conflict for an identity that is
    somebody else's.
    """
    try:
        pending, outcome = sign_ins.take(tx, code, sign_on_secret(request))
        if pending.linking != caller_key:
            raise sign_ins.unknown()
        raise_refusal(outcome)
    except Unauthenticated as refusal:  # 401 would tell the caller, who has signed in, to sign in.
        raise Invalid.because(str(refusal), field="code", code=refusal.faults[0].code) from None
    identity, kind = Identity(outcome.issuer, outcome.provider_subject), pending.kind
    if find_identity(tx, identity, kind) is not None:
        raise Conflict.because("This identity is linked with an account already.", code="identity_linked")
    return link_identity(tx, identity, kind, int(caller_key.partition(":")[2]))
