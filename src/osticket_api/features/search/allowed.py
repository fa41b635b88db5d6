"""What a caller may search: agents what their lists show, users their tickets, everybody the public knowledge base."""

from osticket_api.access.knowledge import reads_knowledge_base
from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Anonymous, ApiKey, Principal, Staff, User
from osticket_api.db.unit import Read
from osticket_api.errors import Fault, Forbidden, Invalid, Unauthenticated
from osticket_api.features.search.requests import TYPES
from osticket_api.kit.suggestions import did_you_mean, shortened

_DIRECTORY = frozenset({"users", "organizations"})


def types_wanted(tx: Read, principal: Principal, asked: str | None) -> frozenset[str]:
    """The types to search: those asked for, else all that the caller may.

    Raises: Invalid for a type that does not exist, Forbidden and Unauthenticated for one that is not the caller's.
    """
    may = _searchable(tx, principal)
    wanted = may if asked is None else _named(asked)
    if isinstance(principal, Staff) and wanted & _DIRECTORY:
        require_global(principal, GlobalPermission.user_dir)
    if wanted <= may and (may or isinstance(principal, User)):
        return wanted
    if isinstance(principal, Anonymous):
        raise Unauthenticated.because("Sign in first: send a bearer token or an X-API-Key header.")
    if isinstance(principal, ApiKey) and not may:
        raise Forbidden.because("This route is for agents and users.")
    refused = ", ".join(sorted(wanted - may))
    raise Forbidden.because(f"You may not search {refused}.", field="type")


def _named(asked: str) -> frozenset[str]:
    names = {part.strip() for part in asked.split(",")}
    unknown = sorted(names - set(TYPES))
    if unknown:
        raise Invalid(*(_unknown(name) for name in unknown))
    return frozenset(names)


def _unknown(name: str) -> Fault:
    message = f"{shortened(name) or 'An empty name'} is not a valid type.{did_you_mean(name, TYPES)}"
    return Fault("invalid", message, "type", {"allowed": TYPES})


def _searchable(tx: Read, principal: Principal) -> frozenset[str]:
    if isinstance(principal, Staff):
        has_directory = principal.may(GlobalPermission.user_dir)
        return frozenset({"tickets", "tasks", "faqs"}) | (_DIRECTORY if has_directory else frozenset())
    own = frozenset({"tickets"}) if isinstance(principal, User) else frozenset()
    return own | ({"faqs"} if reads_knowledge_base(tx, principal) else set())
