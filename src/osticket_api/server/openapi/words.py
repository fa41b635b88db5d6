"""Texts of the OpenAPI document that the code does not contain: groups of routes, and parameters in paths."""

from typing import Any, Final

from osticket_api import __version__
from osticket_api.server.openapi import oauth
from osticket_api.server.openapi.shared import BINARY

INTRODUCTION: Final = """A REST API beside osTicket, on the same database.

Every response of `/api/v2` is `{success, data, meta, errors}`. With `Accept: application/problem+json`, errors are
RFC 9457 problem details. All errors of a request are reported at once, each with a stable `code`.

- **Signing in**: `POST /api/v2/auth/login` gives a bearer token; scripts send a key as `X-API-Key`,
  or exchange it for an access token at `POST /api/v2/oauth/token`.
  Pages ask for a browser session (`"mode": "cookie"`): an HttpOnly cookie, and a token for `X-CSRF-Token`.
- **Lists** have pages by `page` and `per_page`, or by `cursor`; `sort`, `fields` and filters. Unknown parameters are
  refused, with the nearest known name.
- **Dates** are RFC 3339. Responses have them in UTC.
- **Dry runs**: `?dry_run=true` on every route that writes answers the effects, and changes nothing.
- **Retries**: a POST with an `Idempotency-Key` happens once, however often it is sent.
- **Changes**: `PATCH` changes the fields that it names. `PUT` on the same address means the same.
- **Concurrent changes**: with the `ETag` as `If-Match`, a change is refused when the resource has changed since.

Try the API in the browser: [/docs](/docs). Kinds of errors: [/problems](/problems).
"""

TAGS: Final = {
    "auth": "Sign in as an agent or a user, refresh tokens, sign out.",
    "tickets": "Tickets: lists, single tickets, threads, attachments, merging and linking.",
    "ticket actions": "Actions on tickets: owner, department, assignee, status and more.",
    "collaborators": "Users who follow a ticket and may reply to it.",
    "tasks": "Tasks, alone or of a ticket, with a thread of their own.",
    "users": "Users and their accounts.",
    "organizations": "Organizations, their members, and ticket sharing.",
    "notes": "Quick notes of agents about users and organizations.",
    "search": "Full-text search over tickets, tasks, users, organizations and FAQs.",
    "queues": "Queues and saved searches of agents.",
    "canned responses": "Prepared replies for agents.",
    "faq": "The knowledge base: FAQs and their categories.",
    "drafts": "Drafts of replies, notes, messages and new tickets, which osTicket shares.",
    "files": "Files that are uploaded once and attached by id.",
    "statistics": "Ticket statistics: opened, closed and waiting tickets, and response times.",
    "stream": "Events as a stream (server-sent events).",
    "webhooks": "Webhooks: events that are posted to other programs.",
    "departments": "Departments, their members, and the defaults of their tickets.",
    "staff": "Agents, their departments and roles.",
    "teams": "Teams: agents of several departments who share tickets.",
    "roles": "Sets of permissions that agents have in departments.",
    "topics": "Help topics, and the routing of their tickets.",
    "forms": "Forms: the fields of tickets, users, organizations and tasks, also as JSON Schema.",
    "lists": "Custom lists: choices for fields.",
    "statuses": "Statuses of tickets.",
    "priorities": "Priorities of tickets.",
    "slas": "SLA plans: when tickets are due.",
    "schedules": "Business hours and holidays, by which the time of SLA plans runs.",
    "sequences": "Number sequences of tickets and tasks.",
    "filters": "Ticket filters: rules and actions for new tickets.",
    "ban list": "E-mail addresses that cannot open tickets.",
    "emails": "The help desk's own e-mail addresses.",
    "email templates": "Templates of mails.",
    "outgoing mails": "Mails that this server wrote: their state and their content.",
    "inbound mail": "Mail that providers received and post.",
    "pages": "Texts of the help desk: the landing page, the thank-you page, mails about accounts and links.",
    "settings": "Settings of the help desk that other front ends need.",
    "api keys": "API keys for scripts, with permissions, networks, rate limits and expiry.",
    "field permissions": "Fields that administrators hide or freeze, by role, for keys and for users.",
    "privacy": "What is held about a user: handed out, and erased.",
    "logs": "Who changed what through this API, and what osTicket logged.",
    "system": "Health and readiness of the server, for operators.",
}
"""The groups of operations, in the order in which a reader meets them."""

PLACES: Final[dict[str, tuple[str, Any]]] = {
    "account": ("The id of an account.", 1),
    "account_type": ("The type of an account: `smtp` or `mailbox`.", "smtp"),
    "address": ("The id of an address of the help desk.", 1),
    "attachment": ("The id of an attachment.", 1),
    "canned_response": ("The id of a canned response.", 1),
    "category": ("The id of a category.", 1),
    "collaborator": ("The id of a collaborator.", 1),
    "department": ("The id of a department.", 1),
    "delivery": ("The id of a delivery of a webhook.", 1),
    "draft": ("The id of a draft.", 1),
    "email": ("A banned address, or the id of one of a user's addresses.", "spam@example.com"),
    "entry": ("The id of an entry of the conversation.", 20),
    "faq": ("The id of an FAQ.", 1),
    "field": ("The id of a field of a form.", 36),
    "file": ("The id of a file.", 1),
    "form": ("The id of a form.", 2),
    "identity": ("The id of a linked identity.", 1),
    "identity_provider": ("The name of an identity provider in the settings.", "company"),
    "item": ("The id of an item of a list.", 1),
    "key": ("The reference of a key: `7`, or `osticket:7` for one of osTicket's own.", "7"),
    "list": ("The id of a custom list.", 2),
    "note": ("The id of a note.", 1),
    "organization": ("The id of an organization.", 1),
    "passkey": ("The id of a passkey.", 1),
    "filter": ("The id of a ticket filter.", 1),
    "page": ("The id of a page.", 1),
    "permission": ("The id of a field permission.", 1),
    "template": ("The id of a mail template.", 1),
    "template_group": ("The id of a group of mail templates.", 1),
    "mail": ("The id of an outgoing mail.", 1),
    "priority": ("The id of a priority.", 2),
    "provider": ("Who received the mail: `mailgun-mime`, `sendgrid`, `postmark` or `ses`.", "postmark"),
    "queue": ("The id of a queue or saved search.", 1),
    "referral": ("The id of a referral.", 1),
    "role": ("The id of a role.", 1),
    "session": ("The id of a sign-in.", 1),
    "schedule": ("The id of a schedule.", 1),
    "sequence": ("The id of a sequence.", 1),
    "sla": ("The id of a service level.", 1),
    "staff": ("The id of an agent.", 2),
    "status": ("The id of a status.", 1),
    "task": ("A task: its id, or `number:` and its number.", "1"),
    "team": ("The id of a team.", 1),
    "ticket": ("A ticket: its id, or `number:` and its number.", "26"),
    "topic": ("The id of a help topic.", 1),
    "user": ("The id of a user.", 2),
    "webhook": ("The id of a webhook.", 1),
}
"""Description and example of each parameter in paths."""

FILE: Final = {
    "required": True,
    "description": "A form with one file, or the bare content with its Content-Type, named by the parameter `name`.",
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": BINARY},
            }
        },
        "application/octet-stream": {"schema": BINARY},
    },
}
BODIES: Final[dict[str, dict[str, Any]]] = {"upload_file": FILE, "logout_by_provider": oauth.LOGOUT, **oauth.BODIES}
"""Bodies that handlers read themselves."""

ALSO: Final = {
    "set_ticket_status": {204: "The status means deletion: the ticket is deleted."},
}
"""Additional responses of operations."""

PLAIN_POSTS: Final = frozenset(
    {
        "login",
        "login_by_provider",
        "logout_at_provider",
        "request_identity_link",
        "request_provider_login",
        "logout",
        "logout_by_provider",
        "create_client_token",
        "create_stream_ticket",
        "verify_token",
        "preview_canned_response",
        "preview_email_template",
        "refresh_tokens",
        "send_test_email",
        "test_ticket_filters",
    }
)
"""Operations that write nothing a dry run or a second request could matter to."""

STREAMS: Final = frozenset({"stream_events"})
"""Operations whose answer goes on as long as the caller listens."""

UNCONDITIONAL: Final = frozenset(
    {
        "add_custom_list_item", "add_form_field", "add_organization_note", "add_user_note", "delete_ban",
        "mark_ticket_read", "mark_ticket_unread", "remove_ticket_presence", "rotate_api_key", "set_ticket_presence",
    }
)  # fmt: skip
"""Operations on a thing that are done whatever its state."""

SAMPLES: Final[dict[str, Any]] = {
    "access_token": "eyJhbGciOiJIUzI1NiJ9.e30.signature",
    "answer": "<p>Visit the front desk.</p>",
    "body": "<p>Please bring an extinguisher.</p>",
    "code": "required",
    "content_type": "text/plain",
    "department.name": "Support",
    "email": "uma@acme.example",
    "format": "html",
    "ip_address": "203.0.113.9",
    "key": "ok_4bY1mJ0xXh2vQp8sT6wZ",
    "kind": "staff",
    "name": "Uma Owner",
    "number": "736944",
    "organization.name": "Acme",
    "phone": "+1 555 0100",
    "poster": "Uma Owner",
    "priority.name": "Normal",
    "question": "How do I reset my badge?",
    "relation": "none",
    "response": "<p>Hello %{ticket.name.first}, we are looking into it.</p>",
    "sla.name": "Default SLA",
    "source": "Web",
    "staff.name": "Alice Archer",
    "state": "open",
    "status": "ok",
    "status.name": "Open",
    "subject": "Printer on fire",
    "team.name": "Level I Support",
    "topic.name": "General Inquiry",
    "type": "message",
    "url": "/api/v2/tickets/26/attachments/1",
    "username": "alice",
    "version": __version__,
    "visibility": "public",
}
"""Examples of what fields of answers hold, by name, or by where and name."""
