"""The `webhooks` of the description: a request for each type of event, made from the catalogue of events."""

from typing import Any, Final

from osticket_api.events.catalogue import CATALOGUE, STREAM_ONLY, EventType
from osticket_api.server.openapi.shared import Schema, reference

_WORDS: Final[dict[str, tuple[str, Any]]] = {
    "webhook-id": ("The id of the message: the same when it is sent again.", "msg_2mXvTqkRzN8aYw4f"),
    "webhook-timestamp": (
        "When it was sent, in seconds since 1970. Refuse what is older than five minutes.",
        "1790000000",
    ),
    "webhook-signature": (
        "`v1,` and the HMAC-SHA256 of id, timestamp and body, joined by dots, with the secret of the webhook; "
        "one for each secret, separated by spaces.",
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
}


def _header(name: str, description: str, example: str) -> Schema:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "description": description,
        "schema": {"type": "string"},
        "example": example,
    }


SENT_HEADERS: Final = {name.title().replace("-", ""): _header(name, *words) for name, words in _WORDS.items()}
"""The headers of each delivery, by the names of their components."""

_THIN: Final[Schema] = {
    "type": "object",
    "required": ["id", "subject", "ticket_id"],
    "properties": {
        "id": {"type": "integer", "description": "Its number in the feed."},
        "subject": reference("schemas", "EventSubject"),
        "ticket_id": {"anyOf": [{"type": "integer"}, {"type": "null"}], "description": "The ticket it belongs to."},
    },
}


def webhooks() -> dict[str, Schema]:
    """The messages that receivers are sent, by type of event. Webhooks are set up at `/webhooks`."""
    return {each.name: {"post": _request(each)} for each in CATALOGUE.values() if each.name not in STREAM_ONLY}


def _request(event: EventType) -> Schema:
    return {
        "operationId": f"receive_{event.name.replace('.', '_')}",
        "summary": f"Receive {event.name}",
        "description": f"{event.summary} Sent to webhooks of {event.audience}.",
        "tags": ["webhooks"],
        "security": [],
        "parameters": [reference("parameters", name) for name in SENT_HEADERS],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _body(event)}}},
        "responses": {
            "200": {"description": "Received. Every answer of 200 to 299 means that, given within ten seconds."},
            "410": {"description": "Do not send anything more: the webhook is paused."},
        },
    }


def _body(event: EventType) -> Schema:
    return {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"type": "string", "enum": [event.name]},
            "timestamp": {"type": "string", "format": "date-time", "description": "When it happened."},
            "data": {
                "description": "The event. Webhooks with the payload `thin` get the second form.",
                "anyOf": [reference("schemas", "FeedEvent"), _THIN],
            },
        },
    }
