"""The permissions that an API key needs when it stands for an agent.

Otherwise it could read and write all that the agent can.
"""

from collections.abc import Mapping
from typing import Final

from osticket_api.access.permissions import GlobalPermission, KeyPermission, Permission
from osticket_api.access.principal import Principal, Staff
from osticket_api.errors import Forbidden

_PREFIX: Final = "/api/v2/"

_NEEDED: Final[Mapping[str, KeyPermission]] = {
    "api-keys": KeyPermission.admin,
    "audit-log": KeyPermission.admin,
    "auth": KeyPermission.staff_read,
    "ban-list": KeyPermission.users_read,
    "canned-responses": KeyPermission.knowledge_read,
    "changes": KeyPermission.tickets_read,
    "departments": KeyPermission.staff_read,
    "events": KeyPermission.tickets_read,
    "field-permissions": KeyPermission.admin,
    "faq-categories": KeyPermission.knowledge_read,
    "faqs": KeyPermission.knowledge_read,
    "files": KeyPermission.tickets_read,
    "notes": KeyPermission.users_read,
    "organizations": KeyPermission.users_read,
    "queues": KeyPermission.tickets_read,
    "roles": KeyPermission.staff_read,
    "staff": KeyPermission.staff_read,
    "stats": KeyPermission.stats_read,
    "stream": KeyPermission.tickets_read,
    "system-log": KeyPermission.admin,
    "tasks": KeyPermission.tickets_read,
    "teams": KeyPermission.staff_read,
    "tickets": KeyPermission.tickets_read,
    "users": KeyPermission.users_read,
    "webhooks": KeyPermission.webhooks_manage,
}
"""The permission to read, by the first word of the path.

Paths that are missing here show how the help desk is set up.
"""

_SEARCHES: Final = (KeyPermission.tickets_read, KeyPermission.users_read, KeyPermission.knowledge_read)
"""The permissions that a search needs, all of them, since it finds tickets, people and FAQs."""


_TICKETS: Final = frozenset(
    {
        *(each for each in Permission if each is not Permission.canned_manage),
        KeyPermission.subtickets_manage,
        KeyPermission.tickets_create,
        KeyPermission.tickets_delete,
        KeyPermission.tickets_update,
    }
)
_USERS: Final = frozenset({GlobalPermission.user_create, GlobalPermission.user_delete, GlobalPermission.user_edit})
_ACCOUNTS: Final = _USERS | {GlobalPermission.user_manage}
_ORGANIZATIONS: Final = frozenset({GlobalPermission.org_create, GlobalPermission.org_delete, GlobalPermission.org_edit})

_WRITTEN: Final[Mapping[str, frozenset[str]]] = {
    "ban-list": frozenset({GlobalPermission.emails_banlist}),
    "canned-responses": frozenset({Permission.canned_manage}),
    "faq-categories": frozenset({GlobalPermission.faq_manage}),
    "faqs": frozenset({GlobalPermission.faq_manage}),
    "files": _TICKETS | {Permission.canned_manage, GlobalPermission.faq_manage},
    "notes": _ACCOUNTS | _ORGANIZATIONS,
    "organizations": _ORGANIZATIONS,
    "queues": _TICKETS,
    "tasks": _TICKETS,
    "tickets": _TICKETS,
    "users": _ACCOUNTS,
}
"""The permissions of which a key needs one to write, by the first word of the path; after that, the agent's own
permissions are checked. Paths that are missing here belong to the agent in person, or set the help desk up.
"""

_ASKING: Final[Mapping[str, KeyPermission]] = {
    "preview": KeyPermission.knowledge_read,
    "stream": KeyPermission.tickets_read,
}
"""Requests by POST that change nothing."""

_FITTING: Final[Mapping[str, Mapping[str, str]]] = {
    "organizations": {
        "POST": GlobalPermission.org_create,
        "PATCH": GlobalPermission.org_edit,
        "DELETE": GlobalPermission.org_delete,
        "": GlobalPermission.org_edit,
    },
    "notes": {"": GlobalPermission.user_edit},
    "tasks": {
        "POST": Permission.task_create,
        "PATCH": Permission.task_edit,
        "DELETE": Permission.task_delete,
        "assign": Permission.task_assign,
        "claim": Permission.task_assign,
        "reply": Permission.task_reply,
        "status": Permission.task_close,
        "transfer": Permission.task_transfer,
        "": Permission.task_edit,
    },
    "tickets": {
        "POST": KeyPermission.tickets_create,
        "PATCH": Permission.ticket_edit,
        "DELETE": Permission.ticket_delete,
        "assign": Permission.ticket_assign,
        "bulk": KeyPermission.tickets_update,
        "claim": Permission.ticket_assign,
        "link": Permission.ticket_link,
        "mark": Permission.ticket_markanswered,
        "merge": Permission.ticket_merge,
        "owner": Permission.ticket_edit,
        "refer": Permission.ticket_assign,
        "referrals": Permission.ticket_assign,
        "release": Permission.ticket_release,
        "reply": Permission.ticket_reply,
        "status": Permission.ticket_close,
        "thread": Permission.thread_edit,
        "transfer": Permission.ticket_transfer,
        "unlink": Permission.ticket_link,
    },
    "users": {
        "POST": GlobalPermission.user_create,
        "PATCH": GlobalPermission.user_edit,
        "DELETE": GlobalPermission.user_delete,
        "account": GlobalPermission.user_manage,
        "erase": GlobalPermission.user_delete,
        "lock": GlobalPermission.user_manage,
        "password-reset": GlobalPermission.user_manage,
        "register": GlobalPermission.user_manage,
        "unlock": GlobalPermission.user_manage,
        "": GlobalPermission.user_edit,
    },
}
"""Of several permissions that would do, the one that an operation is about: by the first word of the path, then by the
last word that names one, or by the method for the thing itself. What is missing here is a change of tickets.
"""

_SIGNS_IN: Final = frozenset({"login", "refresh", "logout", "ticket-access", "ticket-link", "two-factor"})


def require_writing(principal: Principal, method: str, path: str) -> None:
    """Raises: Forbidden naming the permission that the key lacks for this."""
    if not isinstance(principal, Staff) or principal.key_permissions is None or not path.startswith(_PREFIX):
        return
    needed = needed_to_write(path)
    if needed and needed.isdisjoint(principal.key_permissions):
        raise Forbidden.lacking(fitting(method, path), " on the API key")


def fitting(method: str, path: str) -> str:
    """The permission to name to a key that has none of those that writing at this path needs one of."""
    needed = needed_to_write(path)
    if len(needed) == 1:
        return min(needed)
    first, *rest = path.removeprefix(_PREFIX).split("/")
    known = _FITTING.get(first, {})
    words = [word for word in reversed(rest) if word and word in known]
    names = words or ([method] if len(rest) < 2 else []) or [""]
    return known.get(names[0], known.get("", KeyPermission.tickets_update))


def needed_to_write(path: str) -> frozenset[str]:
    """The permissions of which writing at a path of the API needs one; none where a key plays no part."""
    first, *rest = path.removeprefix(_PREFIX).split("/")
    if first == "auth" and rest and rest[0] in _SIGNS_IN:
        return frozenset()
    for word in (first, *rest[-1:]):
        if word in _ASKING:
            return frozenset({_ASKING[word]})
    return _WRITTEN.get(first, frozenset({KeyPermission.admin}))


def require_reading(principal: Principal, path: str) -> None:
    """Raises: Forbidden naming the permission that the key lacks."""
    if not isinstance(principal, Staff) or principal.key_permissions is None or not path.startswith(_PREFIX):
        return
    for needed in needed_to_read(path):
        if needed not in principal.key_permissions:
            raise Forbidden.lacking(needed, " on the API key")


def may_read(principal: Principal, word: str) -> bool:
    """Whether the key through which an agent calls, if any, lets them read what is at `/<word>`."""
    if not isinstance(principal, Staff) or principal.key_permissions is None:
        return True
    return principal.key_permissions.issuperset(needed_to_read(_PREFIX + word))


def needed_to_read(path: str) -> tuple[KeyPermission, ...]:
    """The permissions that reading at a path of the API needs."""
    word = path.removeprefix(_PREFIX).partition("/")[0]
    if word == "search":
        return _SEARCHES
    return (_NEEDED.get(word, KeyPermission.settings_read),)
