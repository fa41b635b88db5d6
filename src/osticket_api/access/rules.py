"""Access rules: what a route demands of its caller before its code runs.

A rule looks at who calls, never at rows. What may be done with a certain ticket is `policy.py`.
"""

from dataclasses import dataclass, replace

from osticket_api.access.permissions import KeyPermission
from osticket_api.access.principal import Anonymous, ApiKey, Principal, Staff, User
from osticket_api.errors import Forbidden, Unauthenticated

_NAMES = {"staff": "agents", "user": "users", "key": "API keys"}


@dataclass(frozen=True)
class Rule:
    """The kinds of callers who may use a route. API keys need `key_permission`."""

    name: str
    kinds: frozenset[str]
    key_permission: KeyPermission | None = None
    administrators_only: bool = False
    about_all_departments: bool = False
    """Closed to keys that are limited to some departments."""
    while_password_is_due: bool = False
    """Open to those who must first of all change their password."""
    while_second_factor_is_missing: bool = False
    """Open to agents who must first of all set up a second factor."""
    checks_itself: bool = False
    """Whether the route checks by itself who calls, such as a provider that signs what it posts."""
    takes_signature: bool = False
    """A signature in the address stands for its caller, where there is no other credential."""
    for_guests: bool = False
    """Open to users who came by the mailed link to one ticket."""
    asks_anonymous: bool = False
    """Open to visitors, as far as osTicket's portal lets them in."""
    signs_in: bool = False
    """The cookie of an earlier sign-in is not looked at: it must not keep anybody from signing in."""

    def check(self, principal: Principal) -> None:
        """Raises: Unauthenticated without a credential, Forbidden for a caller of the wrong kind."""
        if principal.kind in self.kinds:
            self._check_particulars(principal)
        elif isinstance(principal, Anonymous):
            raise Unauthenticated.because("Sign in first: send a bearer token or an X-API-Key header.")
        else:
            allowed = " and ".join(_NAMES[kind] for kind in sorted(self.kinds, reverse=True))
            raise Forbidden.because(f"This route is for {allowed}.")

    def _check_particulars(self, principal: Principal) -> None:
        needed = self.key_permission
        if isinstance(principal, ApiKey) and needed is not None and needed not in principal.permissions:
            raise Forbidden.lacking(needed, " on the API key")
        if isinstance(principal, User) and principal.only_ticket_id is not None and not self.for_guests:
            raise Forbidden.because("A link to a ticket lets you read and answer that ticket: sign in.", code="guest")
        if isinstance(principal, Staff | User):
            self._check_sign_in(principal)
        if self.administrators_only and isinstance(principal, Staff) and not principal.is_admin:
            raise Forbidden.because("This route is for administrators.")
        if self.about_all_departments and _is_limited(principal):
            raise Forbidden.because("This route concerns all departments, and the API key is limited to some.")

    def _check_sign_in(self, principal: Staff | User) -> None:
        """Hold off who has something to do first: a new password, then a second factor."""
        if principal.must_change_password and not self.while_password_is_due:
            raise password_is_due()
        is_missing = isinstance(principal, Staff) and principal.must_set_up_second_factor
        if is_missing and not (self.while_second_factor_is_missing or principal.must_change_password):
            message = "Agents of this help desk sign in with a second factor: set yours up first."
            raise Forbidden.because(message, code="two_factor_enrolment_required")


def _is_limited(principal: Principal) -> bool:
    if isinstance(principal, ApiKey):
        return principal.department_ids is not None
    return isinstance(principal, Staff) and principal.limited_to is not None


def password_is_due() -> Forbidden:
    return Forbidden.because("Change your password first.", code="password_change_required")


_EVERYBODY = frozenset({"anonymous", "staff", "user", "key"})

ANYONE = Rule("anyone", _EVERYBODY, for_guests=True)
SIGNS_IN = Rule(
    "anyone",
    _EVERYBODY,
    for_guests=True,
    while_password_is_due=True,
    while_second_factor_is_missing=True,
    signs_in=True,
)
PORTAL = Rule("anyone", _EVERYBODY, for_guests=True, asks_anonymous=True)
VISITS = replace(SIGNS_IN, asks_anonymous=True)
PROVIDERS = Rule("a provider that signs", frozenset({"anonymous"}), checks_itself=True)
CLIENTS = Rule("anyone", frozenset({"anonymous"}), checks_itself=True)
"""Machine clients, which say in their own way who they are."""
SIGNED_IN = Rule("signed in", frozenset({"staff", "user"}))
FETCHES_FILES_OF_PEOPLE = replace(SIGNED_IN, takes_signature=True)
READS_TICKETS = Rule("reads tickets", frozenset({"staff", "user", "key"}), KeyPermission.tickets_read, for_guests=True)
FETCHES_FILES = replace(READS_TICKETS, takes_signature=True)
FETCHES_SHARED_FILES = replace(ANYONE, takes_signature=True)
SIGNS_OUT = Rule(
    "signed in", frozenset({"staff", "user"}), while_password_is_due=True, while_second_factor_is_missing=True
)
STAFF = Rule("staff", frozenset({"staff"}))
FETCHES_TASK_FILES = replace(STAFF, takes_signature=True)
USER = Rule("user", frozenset({"user"}))
STAFF_ITSELF = Rule("staff", frozenset({"staff"}), while_password_is_due=True)
SETS_UP_SECOND_FACTOR = Rule("staff", frozenset({"staff"}), while_second_factor_is_missing=True)
ANSWERS_TICKETS = replace(USER, for_guests=True)
USER_ITSELF = Rule("user", frozenset({"user"}), while_password_is_due=True)
ADMINISTRATOR = Rule("administrator", frozenset({"staff"}), administrators_only=True)
LEARNS_OWN_LIMITS = Rule("anyone who is known", frozenset({"staff", "user", "key"}), for_guests=True)
LISTENS = Rule("hears of changes", frozenset({"staff", "user", "key"}), KeyPermission.tickets_read)
FOLLOWS_CHANGES = Rule("follows changes", frozenset({"staff", "key"}), KeyPermission.tickets_read)
MANAGES_WEBHOOKS = Rule(
    "manages webhooks",
    frozenset({"staff", "key"}),
    KeyPermission.webhooks_manage,
    administrators_only=True,
    about_all_departments=True,
)
CREATES_TICKETS = Rule("creates tickets", frozenset({"staff", "user", "key"}), KeyPermission.tickets_create)
OPENS_TICKETS = Rule("creates tickets", _EVERYBODY, KeyPermission.tickets_create, asks_anonymous=True)
