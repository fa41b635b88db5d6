"""What the code does not say of itself: what groups of routes are about, and what stands in paths."""

from typing import Any, Final

INTRODUCTION: Final = """A REST API beside osTicket, on the same database.

Every answer of `/api/v2` is `{success, data, meta, errors}`. Whoever sends `Accept: application/problem+json` gets
errors as RFC 9457 problem details. All problems of a request are told at once, each with a stable `code`.

- **Signing in**: `POST /api/v2/auth/login` gives a bearer token; scripts send a key as `X-API-Key`.
- **Lists** have pages by `page` and `per_page`, or by `cursor`; `sort`, `fields` and filters. Parameters that do not
  exist are refused, and the nearest that does is named.
- **Dates** are RFC 3339; they leave in UTC.
- **Trying out**: `?dry_run=true` on everything that writes tells what would happen, and nothing does.
- **Repeating**: an `Idempotency-Key` lets a POST happen once, however often it is sent.
- **Not overwriting**: an `ETag` sent back as `If-Match` refuses a change to what has changed meanwhile.

The same description as a page to try it on: [/docs](/docs). Kinds of errors: [/problems](/problems).
"""

TAGS: Final = {
    "api keys": "Keys for scripts: what they may do, where from, how often, how long.",
    "audit": "Who did what through this API.",
    "auth": "Signing in as an agent or a user, staying signed in, signing out.",
    "ban list": "Addresses from which no ticket is taken.",
    "canned responses": "Prepared answers of agents.",
    "collaborators": "Who else follows a ticket and may write on it.",
    "departments": "Departments, their members, and what tickets in them default to.",
    "emails": "The help desk's own addresses.",
    "faq": "The knowledge base: categories and questions with answers.",
    "files": "Files that are uploaded once and attached by id.",
    "forms": "Which fields tickets, users, organizations and tasks have, also as JSON Schema.",
    "lists": "Custom lists: the choices that fields of their own kind offer.",
    "notes": "What agents note about users and organizations.",
    "organizations": "Organizations, their members, and what these share.",
    "priorities": "How urgent tickets are.",
    "queues": "The saved searches of agents.",
    "roles": "Sets of permissions that agents have in departments.",
    "schedules": "Business hours and holidays, by which the time of SLA plans runs.",
    "search": "Finding tickets, tasks, users and organizations by words.",
    "sequences": "Where the numbers of tickets and tasks come from.",
    "settings": "How the help desk is set up, as far as programs need to know.",
    "slas": "Service levels: when tickets are due.",
    "staff": "Agents: where they work, and what they may do there.",
    "statistics": "How many tickets came, went and wait, and how long it took.",
    "statuses": "What state tickets can be in.",
    "stream": "What happens, as it happens.",
    "system": "How the server is doing, for whoever keeps it running.",
    "tasks": "Work to be done, on a ticket or by itself, with a conversation of its own.",
    "teams": "Agents of several departments who share tickets.",
    "ticket actions": "Whose a ticket is, where it is, what state it is in.",
    "tickets": "Tickets: lists, single ones, their conversation, files, and how they hang together.",
    "topics": "What users can ask about, and where their tickets go.",
    "users": "The people who ask, and their accounts.",
    "webhooks": "Telling other programs what happened.",
}

PLACES: Final[dict[str, tuple[str, Any]]] = {
    "account": ("The id of an account.", 1),
    "address": ("The id of an address of the help desk.", 1),
    "attachment": ("The id of an attachment.", 1),
    "canned_response": ("The id of a canned response.", 1),
    "category": ("The id of a category.", 1),
    "collaborator": ("The id of a collaborator.", 1),
    "department": ("The id of a department.", 1),
    "email": ("A banned address, or the id of one of a user's addresses.", "spam@example.com"),
    "entry": ("The id of an entry of the conversation.", 20),
    "faq": ("The id of an FAQ.", 1),
    "field": ("The id of a field of a form.", 36),
    "file": ("The id of a file.", 1),
    "form": ("The id of a form.", 2),
    "item": ("The id of an item of a list.", 1),
    "key": ("The reference of a key: `7`, or `osticket:7` for one of osTicket's own.", "7"),
    "list": ("The id of a custom list.", 2),
    "note": ("The id of a note.", 1),
    "organization": ("The id of an organization.", 1),
    "priority": ("The id of a priority.", 2),
    "queue": ("The id of a queue or saved search.", 1),
    "referral": ("The id of a referral.", 1),
    "role": ("The id of a role.", 1),
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
}
"""What stands in a path under each name, and an example."""

FILE: Final = {
    "required": True,
    "description": "A form with one file, or the content itself, which `name` names.",
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
            }
        },
        "*/*": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}},
    },
}
BODIES: Final[dict[str, dict[str, Any]]] = {"post_file": FILE}
"""Bodies that routes read by themselves."""

ALSO: Final = {
    "post_status": {204: "The status means deletion: the ticket is deleted."},
}
"""What operations answer besides."""

MOVING: Final = frozenset({"update_entry", "put_update_entry"})
"""Changes after which the thing is found elsewhere: osTicket keeps the old text as an entry of its own."""

PLAIN_POSTS: Final = frozenset({"login", "logout", "preview_canned_response", "refresh"})
"""Operations that write nothing a dry run or a second request could matter to."""

SECRETS: Final = frozenset({"post_api_key", "post_reset_link", "post_staff_reset_link", "rotate_api_key"})
"""Operations whose answer is kept nowhere, not even for an `Idempotency-Key`."""

UNCONDITIONAL: Final = frozenset(
    {"delete_ban", "post_field", "post_item", "post_note_on_organization", "post_note_on_user", "rotate_api_key"}
)
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
    "version": "0.1.0",
    "visibility": "public",
}
"""Examples of what fields of answers hold, by name, or by where and name."""
