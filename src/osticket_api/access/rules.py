"""Access rules: what a route demands of its caller before its code runs.

A rule looks at who calls, never at rows. What may be done with a certain ticket is `policy.py`.
"""

from dataclasses import dataclass

from osticket_api.access.permissions import KeyPermission
from osticket_api.access.principal import Anonymous, ApiKey, Principal, Staff
from osticket_api.errors import Forbidden, Unauthenticated

_NAMES = {"staff": "agents", "user": "users", "key": "API keys"}


@dataclass(frozen=True)
class Rule:
    """Which kinds of callers may use a route. Keys need `key_permission`."""

    name: str
    kinds: frozenset[str]
    key_permission: KeyPermission | None = None
    administrators_only: bool = False

    def check(self, principal: Principal) -> None:
        """Raises: Unauthenticated without a credential, Forbidden for a caller of the wrong kind."""
        if principal.kind in self.kinds:
            self._check_particulars(principal)
        elif isinstance(principal, Anonymous):
            raise Unauthenticated.because("Sign in first: send a bearer token or an X-API-Key header.")
        else:
            allowed = " and ".join(_NAMES[kind] for kind in sorted(self.kinds, reverse=True))
            raise Forbidden.because(f"This is for {allowed}.")

    def _check_particulars(self, principal: Principal) -> None:
        needed = self.key_permission
        if isinstance(principal, ApiKey) and needed is not None and needed not in principal.permissions:
            raise Forbidden.lacking(needed, " on the API key")
        if self.administrators_only and isinstance(principal, Staff) and not principal.is_admin:
            raise Forbidden.because("This is for administrators.")


ANYONE = Rule("anyone", frozenset({"anonymous", "staff", "user", "key"}))
SIGNED_IN = Rule("signed in", frozenset({"staff", "user"}))
STAFF = Rule("staff", frozenset({"staff"}))
USER = Rule("user", frozenset({"user"}))
ADMINISTRATOR = Rule("administrator", frozenset({"staff"}), administrators_only=True)
CREATES_TICKETS = Rule("creates tickets", frozenset({"staff", "user", "key"}), KeyPermission.tickets_create)
