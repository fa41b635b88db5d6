"""Public interface of auth for the rest of the application."""

from osticket_api.features.auth import passwords
from osticket_api.features.auth.directories import Directory, find_directories, find_faults
from osticket_api.features.auth.identities import (
    Identity,
    IdentityQuery,
    LinkedIdentity,
    find_identity,
    forget_identities,
    get_identity,
    is_linked_elsewhere,
    link_identity,
    list_identities,
    note_identity_use,
    unlink_identity,
)
from osticket_api.features.auth.issuing import issue_tokens
from osticket_api.features.auth.passkeys.keeping import forget_passkeys
from osticket_api.features.auth.passwords import PasswordHash, check_due, chosen_by_oneself, confirm, hash_password
from osticket_api.features.auth.provider_sessions import ProviderSignIn
from osticket_api.features.auth.provider_sessions import end as end_provider_sessions
from osticket_api.features.auth.provider_sessions import find as find_provider_sign_in
from osticket_api.features.auth.requests import SmallInput, Tokens
from osticket_api.features.auth.reset_links import (
    ResetLink,
    cancel_links,
    count_recent,
    find_owner,
    mail_to_agent,
    mail_to_user,
    make_link,
)
from osticket_api.features.auth.second_factor.challenges import Challenge
from osticket_api.features.auth.second_factor.setting_up import forget_second_factors
from osticket_api.features.auth.second_factor.signing_in import demanded, enter, enter_from_provider
from osticket_api.features.auth.service import (
    Session,
    end_session,
    end_sessions,
    refuse_osticket_session,
    require_sessions,
    start_session,
)
from osticket_api.features.auth.sessions import clear_ended_sessions
from osticket_api.features.auth.sign_in_context import Mode, SignInContext, context_of
from osticket_api.features.auth.signing_in import let_in, sign_in

__all__ = [
    "Challenge",
    "Directory",
    "Identity",
    "IdentityQuery",
    "LinkedIdentity",
    "Mode",
    "PasswordHash",
    "ProviderSignIn",
    "ResetLink",
    "Session",
    "SignInContext",
    "SmallInput",
    "Tokens",
    "cancel_links",
    "check_due",
    "chosen_by_oneself",
    "clear_ended_sessions",
    "confirm",
    "context_of",
    "count_recent",
    "demanded",
    "end_provider_sessions",
    "end_session",
    "end_sessions",
    "enter",
    "enter_from_provider",
    "find_directories",
    "find_faults",
    "find_identity",
    "find_owner",
    "find_provider_sign_in",
    "forget_identities",
    "forget_passkeys",
    "forget_second_factors",
    "get_identity",
    "hash_password",
    "is_linked_elsewhere",
    "issue_tokens",
    "let_in",
    "link_identity",
    "list_identities",
    "mail_to_agent",
    "mail_to_user",
    "make_link",
    "note_identity_use",
    "passwords",
    "refuse_osticket_session",
    "require_sessions",
    "sign_in",
    "start_session",
    "unlink_identity",
]
