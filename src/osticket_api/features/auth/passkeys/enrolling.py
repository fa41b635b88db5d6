"""Adding a passkey, and taking one away."""

from osticket_api.access.principal import Staff
from osticket_api.access.second_factors import Method, SecondFactor, find_second_factor
from osticket_api.db.config import load_config
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict, NotAvailable
from osticket_api.events import security
from osticket_api.features.auth.passkeys import keeping
from osticket_api.features.auth.passkeys.relying_party import RelyingParty
from osticket_api.features.auth.passkeys.requests import PasskeyCreate, PasskeyEnrolment
from osticket_api.features.auth.passkeys.showing import credential_of
from osticket_api.features.auth.second_factor import challenges
from osticket_api.features.auth.second_factor.setting_up import demanded_by_help_desk
from osticket_api.features.auth.service import end_sessions, mark_session


def begin(tx: Write, caller: Staff, party: RelyingParty | None) -> PasskeyEnrolment:
    """Say what a browser needs to make a passkey; nothing changes before it is sent.

    Raises: NotAvailable where this server has no name that passkeys could be bound to, Conflict for one too many.
    """
    from osticket_api.features.auth.passkeys import ceremonies  # Loaded by need: the library takes a while.

    party = _required(party)
    if keeping.count_passkeys(tx, caller.id) >= keeping.AT_MOST:
        raise Conflict.because(f"You have {keeping.AT_MOST} passkeys: remove one first.", code="too_many_passkeys")
    asked = challenges.ask(tx, caller, SecondFactor(Method.passkey), "add_passkey")
    title = load_config(tx).text("helpdesk_title") or "osTicket"
    owner = ceremonies.Owner(caller.key.encode(), caller.username, caller.name or caller.username)
    known = [credential_of(row) for row in keeping.passkeys_at(tx, caller.id, party.host)]
    return PasskeyEnrolment(
        challenge=asked.token,
        expires_in=int(challenges.LASTS.total_seconds()),
        options=dict(ceremonies.creation_options(party, title, asked.token, owner, known)),
    )


def finish(
    tx: Write, caller: Staff, party: RelyingParty | None, body: PasskeyCreate, session_id: int | None
) -> int | None:
    """Keep the passkey that a browser made, and end all other sign-ins of the agent.

    Returns its id, None for one that does not answer the challenge. Raises: Unauthenticated when nobody is asked, or no
    longer; Conflict for the challenge of another agent, and a passkey that is kept already.
    """
    from osticket_api.features.auth.passkeys import ceremonies

    party = _required(party)
    row = challenges.find_open(tx, body.challenge, "add_passkey")
    if row.staff_id != caller.id:
        raise Conflict.because("This challenge was issued to another agent.", field="challenge")
    try:
        made = ceremonies.created(party, body.challenge, body.credential.model_dump())
    except ceremonies.Refused as refused:
        security.warn(tx, "passkey_refused", account=caller.key, reason=str(refused))
        challenges.settle(tx, row, is_right=False)
        return None
    challenges.settle(tx, row, is_right=True)
    passkey_id = keeping.add_passkey(
        tx,
        caller,
        body.name,
        credential_id=made.id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        transports=",".join(made.transports),
        host=party.host,
    )
    end_sessions(tx, "staff", caller.id, kept=session_id)
    if session_id:
        mark_session(tx, session_id, Method.passkey.value)
    security.note(tx, "passkey_added", account=caller.key, passkey=passkey_id)
    return passkey_id


def remove(tx: Write, caller: Staff, passkey_id: int) -> None:
    """Take away a passkey. Raises: NotFound, Conflict for the last second factor where the help desk demands one."""
    keeping.delete_passkey(tx, caller, passkey_id)
    is_demanded = load_config(tx).flag("require_agent_2fa")
    if is_demanded and not keeping.count_passkeys(tx, caller.id) and find_second_factor(tx, caller.id) is None:
        raise demanded_by_help_desk()


def _required(party: RelyingParty | None) -> RelyingParty:
    if party is None:
        message = "Passkeys need a host name in APP_URL, because browsers bind each passkey to a host name."
        raise NotAvailable.because(message)
    return party
