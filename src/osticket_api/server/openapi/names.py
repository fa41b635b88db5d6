"""Names of operations: by a rule, and by a table where the rule does not read well.

`GET /tickets/{ticket}/events` is `list_ticket_events`, "List the events of a ticket". Clients are generated from these
names, so an operation that is released keeps its name.
"""

from typing import Final, NamedTuple

_PREFIX: Final = "/api/v2"


class Name(NamedTuple):
    """The name of an operation for programs, and its title for readers."""

    id: str
    summary: str


_NOUNS: Final = {
    "ban-list": "ban",
    "categories": "category",
    "children": "child",
    "deliveries": "delivery",
    "emails": "email_address",
    "faq-categories": "faq_category",
    "filters": "ticket_filter",
    "identities": "identity",
    "lists": "custom_list",
    "pages": "site_page",
    "priorities": "priority",
    "settings": "settings",
    "statuses": "ticket_status",
    "thread": "thread_entry",
}
"""The noun for one resource of a collection, where it is not the collection's name without `s`."""

_PLURALS: Final = {"child": "children", "settings": "settings", "staff": "staff", "ticket_status": "ticket_statuses"}
_WORDS: Final = {"api": "API", "faq": "FAQ", "faqs": "FAQs", "sla": "SLA plan", "slas": "SLA plans", "staff": "agent"}
_PREPOSITIONS: Final = {"add": "to", "remove": "from"}
_ITEM_VERBS: Final = {"GET": "get", "PATCH": "update", "PUT": "set", "DELETE": "delete"}

EXCEPTIONS: Final = {
    "GET /healthz": Name("get_health", "Check that the process answers"),
    "GET /readyz": Name("get_readiness", "Check that requests can be served"),
    "POST /auth/login": Name("login", "Sign in"),
    "POST /auth/refresh": Name("refresh_tokens", "Refresh the tokens"),
    "POST /auth/logout": Name("logout", "Sign out"),
    "GET /auth/me": Name("get_me", "Get the caller"),
    "POST /auth/register": Name("register", "Register as a user"),
    "POST /auth/confirm": Name("confirm_registration", "Confirm a registration"),
    "POST /auth/forgot-password": Name("request_password_reset", "Ask for a link to choose a new password"),
    "POST /auth/reset-password": Name("reset_password", "Choose a new password"),
    "POST /auth/ticket-access": Name("login_by_ticket_link", "Sign in by the link to a ticket"),
    "POST /auth/ticket-link": Name("request_ticket_link", "Ask for a link to a ticket"),
    "POST /auth/two-factor": Name("login_by_code", "Sign in by a second factor"),
    "GET /auth/two-factor": Name("get_two_factor", "Get one's own second factor"),
    "POST /auth/two-factor/enrolment": Name("start_two_factor", "Start setting up a second factor"),
    "POST /auth/two-factor/confirm": Name("confirm_two_factor", "Confirm a second factor by a code"),
    "POST /auth/two-factor/remove": Name("remove_two_factor", "Remove one's own second factor"),
    "POST /auth/passkeys/enrolment": Name("start_passkey", "Start adding a passkey"),
    "POST /auth/passkeys": Name("add_passkey", "Add a passkey"),
    "GET /auth/providers": Name("get_identity_providers", "Get the identity providers"),
    "GET /auth/oidc/{identity_provider}/start": Name("start_provider_login", "Sign in at an identity provider"),
    "POST /auth/oidc/{identity_provider}/start": Name("request_provider_login", "Ask where to sign in at a provider"),
    "POST /auth/oidc/{identity_provider}/link": Name("request_identity_link", "Ask where to prove an identity"),
    "GET /auth/oidc/{identity_provider}/callback": Name("confirm_provider_login", "Confirm a sign-in at a provider"),
    "POST /auth/oidc/{identity_provider}/backchannel-logout": Name(
        "logout_by_provider", "Sign somebody out, as an identity provider"
    ),
    "POST /auth/oidc/exchange": Name("login_by_provider", "Sign in by an identity provider"),
    "POST /auth/oidc/logout": Name("logout_at_provider", "Sign out, at the identity provider too"),
    "POST /auth/identities": Name("link_identity", "Link an identity"),
    "DELETE /auth/identities/{identity}": Name("delete_identity", "Unlink an identity"),
    "POST /oauth/token": Name("create_client_token", "Get an access token for an API key"),
    "POST /oauth/introspect": Name("verify_token", "Verify an access token"),
    "POST /files": Name("upload_file", "Upload a file"),
    "GET /files/{file}": Name("download_file", "Download a file"),
    "POST /filters/test": Name("test_ticket_filters", "Test the ticket filters"),
    "POST /emails/{address}/test": Name("send_test_email", "Send a test email"),
    "PUT /organizations/{organization}/users/{user}": Name("add_organization_user", "Add a user to an organization"),
    "GET /users/{user}/privacy/export": Name("download_user_data", "Download everything about a user"),
    "POST /users/{user}/privacy/erase": Name("erase_user", "Erase a user"),
    "DELETE /staff/{staff}/two-factor": Name("remove_staff_two_factor", "Remove the second factor of an agent"),
    "POST /inbound-mail/{provider}": Name("add_inbound_mail", "Add a mail that a provider posts"),
    "GET /queues/counts": Name("count_queues", "Count the tickets of queues"),
    "GET /search": Name("search", "Search the help desk"),
    "GET /staff": Name("list_staff", "List agents"),
    "GET /field-permissions/mine": Name("get_own_field_limits", "Get what is hidden or frozen for the caller"),
    "GET /staff/me": Name("get_staff_profile", "Get one's own profile as an agent"),
    "PATCH /staff/me": Name("update_staff_profile", "Update one's own profile as an agent"),
    "POST /staff/{staff}/password": Name("set_staff_password", "Set the password of an agent"),
    "POST /staff/{staff}/password-reset": Name("create_staff_password_link", "Create a password link for an agent"),
    "GET /stats/tickets": Name("get_ticket_statistics", "Get statistics of tickets"),
    "GET /stream": Name("stream_events", "Stream events"),
    "POST /stream/tickets": Name("create_stream_ticket", "Create a ticket for a stream"),
    "POST /tasks/{task}/reply": Name("reply_to_task", "Reply to a task"),
    "POST /tasks/{task}/note": Name("add_task_note", "Add a note to a task"),
    "POST /tasks/{task}/status": Name("set_task_status", "Set the status of a task"),
    "PUT /tasks/{task}/collaborators": Name("set_task_collaborators", "Set the collaborators of a task"),
    "POST /tickets/bulk": Name("bulk_update_tickets", "Act on many tickets"),
    "POST /tickets/{ticket}/reply": Name("reply_to_ticket", "Reply to a ticket"),
    "POST /tickets/{ticket}/note": Name("add_ticket_note", "Add a note to a ticket"),
    "POST /tickets/{ticket}/message": Name("add_ticket_message", "Add a message of the user to a ticket"),
    "POST /tickets/{ticket}/read": Name("mark_ticket_read", "Mark a ticket as read"),
    "POST /tickets/{ticket}/unread": Name("mark_ticket_unread", "Mark a ticket as unread"),
    "POST /tickets/{ticket}/status": Name("set_ticket_status", "Set the status of a ticket"),
    "POST /tickets/{ticket}/owner": Name("set_ticket_owner", "Set the owner of a ticket"),
    "POST /tickets/{ticket}/merge": Name("merge_tickets", "Merge tickets"),
    "POST /tickets/{ticket}/link": Name("link_tickets", "Link tickets"),
    "DELETE /tickets/{ticket}/lock": Name("unlock_ticket", "Unlock a ticket"),
    "PUT /tickets/{ticket}/collaborators": Name("set_ticket_collaborators", "Set the collaborators of a ticket"),
    "GET /users/me": Name("get_user_profile", "Get one's own profile as a user"),
    "GET /users/form": Name("get_new_user_form", "Get the form of a new user"),
    "GET /users/me/form": Name("get_user_profile_form", "Get the form of one's own profile as a user"),
    "GET /organizations/form": Name("get_new_organization_form", "Get the form of a new organization"),
    "GET /tasks/form": Name("get_new_task_form", "Get the form of a new task"),
    "PATCH /users/me": Name("update_user_profile", "Update one's own profile as a user"),
    "POST /users/{user}/password-reset": Name("create_user_password_link", "Create a password link for a user"),
    "POST /webhooks/{webhook}/rotate": Name("rotate_webhook_secret", "Rotate the secret of a webhook"),
    "POST /webhooks/{webhook}/deliveries/{delivery}/replay": Name("replay_webhook_delivery", "Replay a delivery"),
}
"""The exceptions to the rule, by method and path."""


def name_of(method: str, path: str, *, is_list: bool) -> Name:
    """The name of the operation of a method and a path. `is_list`: whether it answers with many things."""
    path = path.removeprefix(_PREFIX)
    return EXCEPTIONS.get(f"{method} {path}") or _by_rule(method, path, is_list=is_list)


def _by_rule(method: str, path: str, *, is_list: bool) -> Name:
    owner, last, is_item = _parts(path)
    noun = _singular(last)
    if method == "GET" and is_list and noun != last:
        nouns = _plural(noun)
        return _named("list", nouns, owner, f"the {_readable(nouns)}" if owner else _readable(nouns))
    if method == "POST" and owner and noun == last:
        return _named(last.replace("-", "_"), owner, None, _one(owner))
    if method == "POST":
        return _named("add" if owner else "create", noun, owner, _one(noun))
    verb = "remove" if owner and method == "DELETE" else _ITEM_VERBS[method]
    return _named(verb, noun, owner, _one(noun) if is_item else f"the {_readable(noun)}")


def _parts(path: str) -> tuple[str | None, str, bool]:
    """The parent of the last resource in a path, the resource's name, and whether the path leads to a single one."""
    words = path.strip("/").split("/")
    is_item = words[-1].startswith("{")
    if is_item:
        words.pop()
    owner = _singular(words[-3]) if len(words) > 2 and words[-2].startswith("{") else None
    return owner, words[-1], is_item


def _singular(word: str) -> str:
    ends = word.endswith("s") and not word.endswith(("ss", "us"))
    return (_NOUNS.get(word) or (word.removesuffix("s") if ends else word)).replace("-", "_")


def _plural(noun: str) -> str:
    if noun in _PLURALS:
        return _PLURALS[noun]
    if noun.endswith("y") and not noun.endswith("key"):
        return noun.removesuffix("y") + "ies"
    return noun + ("es" if noun.endswith(("s", "ch", "x")) else "s")


def _named(verb: str, noun: str, owner: str | None, thing: str) -> Name:
    """Make the name and summary, such as `add_ticket_collaborator`, "Add a collaborator to a ticket"."""
    beside = f" {_PREPOSITIONS.get(verb, 'of')} {_one(owner)}" if owner else ""
    return Name("_".join(filter(None, (verb, owner, noun))), f"{verb.replace('_', ' ').capitalize()} {thing}{beside}")


def _readable(noun: str) -> str:
    return " ".join(_WORDS.get(word, word) for word in noun.split("_"))


def _one(noun: str) -> str:
    words = _readable(noun)
    return f"{'an' if words.startswith(('a', 'e', 'i', 'o', 'API', 'FAQ', 'SLA')) else 'a'} {words}"
