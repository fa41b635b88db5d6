"""The AsyncAPI document, made from the catalogue of events."""

from typing import Any, Final

import msgspec

from osticket_api import __version__
from osticket_api.events.catalogue import CATALOGUE, STREAM_ONLY, EventType
from osticket_api.events.messages import FeedEvent
from osticket_api.server.asyncapi.examples import examples
from osticket_api.server.openapi.webhooks import SENT_HEADERS
from osticket_api.settings import Settings

Schema = dict[str, Any]

_DESCRIPTION: Final = (
    "What happens in an osTicket help desk, whoever did it: in osTicket's panel, by mail, or through the API. "
    "Callers hear of what they may read. The requests of the API are in `/openapi.json`."
)
_DELIVERED: Final = "webhook."
"""The prefix of the names of messages in webhooks, which have an envelope and headers."""


def document(settings: Settings) -> Schema:
    """The whole AsyncAPI document."""
    _, schemas = msgspec.json.schema_components([FeedEvent], ref_template="#/components/schemas/{name}")
    sent = [event for event in CATALOGUE.values() if event.name not in STREAM_ONLY]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "osticket-api",
            "version": __version__,
            "description": _DESCRIPTION,
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "servers": {"helpDesk": _server(settings)},
        "channels": {
            "stream": {
                "address": "/api/v2/stream",
                "title": "Stream",
                "description": "Server-sent events: `event` is the type, `id` the number, for `Last-Event-ID`.",
                "servers": [_reference("servers", "helpDesk", of_root=True)],
                "messages": {event.name: _reference("messages", event.name) for event in CATALOGUE.values()},
            },
            "webhooks": {
                "address": None,
                "title": "Webhooks",
                "description": "Posted to each webhook's address, signed as https://www.standardwebhooks.com says.",
                "messages": {event.name: _reference("messages", _DELIVERED + event.name) for event in sent},
            },
        },
        "operations": {
            "sendToStream": _sending("stream", "Events as they happen, to open streams."),
            "sendToWebhooks": _sending("webhooks", "Events at least once, those of one ticket in their order."),
        },
        "components": {
            "schemas": schemas,
            "messages": {
                **{event.name: _streamed(event) for event in CATALOGUE.values()},
                **{_DELIVERED + event.name: _delivered(event) for event in sent},
            },
            "messageTraits": {"signed": {"headers": _signed()}},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "key": {"type": "httpApiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    }


def _server(settings: Settings) -> Schema:
    protocol, _, host = (settings.app_url or "http://127.0.0.1:8080").partition("://")
    security = [_reference("securitySchemes", name) for name in ("bearer", "key")]
    return {"host": host, "protocol": protocol, "security": security}


def _reference(kind: str, name: str, *, of_root: bool = False) -> Schema:
    return {"$ref": f"#/{kind}/{name}" if of_root else f"#/components/{kind}/{name}"}


def _sending(channel: str, summary: str) -> Schema:
    return {"action": "send", "channel": _reference("channels", channel, of_root=True), "summary": summary}


def _streamed(event: EventType) -> Schema:
    return _message(
        event, {"allOf": [_reference("schemas", "FeedEvent"), _has_type(event)]}, examples().get(event.name)
    )


def _delivered(event: EventType) -> Schema:
    payload = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": event.name},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"anyOf": [_reference("schemas", "FeedEvent"), _thin()]},
        },
    }
    found = examples().get(event.name)
    body = found and {"type": event.name, "timestamp": found["occurred_at"], "data": found}
    return {**_message(event, payload, body), "traits": [_reference("messageTraits", "signed")]}


def _message(event: EventType, payload: Schema, example: Schema | None) -> Schema:
    described = {
        "name": event.name,
        "title": event.name,
        "summary": event.summary,
        "description": f"Heard by {event.audience}.",
        "payload": payload,
    }
    return {**described, "examples": [{"name": "recorded", "payload": example}]} if example else described


def _has_type(event: EventType) -> Schema:
    return {"type": "object", "properties": {"type": {"const": event.name}}}


def _thin() -> Schema:
    return {
        "type": "object",
        "description": "What webhooks with the payload `thin` are sent.",
        "required": ["id", "subject", "ticket_id"],
        "properties": {
            "id": {"type": "integer"},
            "subject": _reference("schemas", "EventSubject"),
            "ticket_id": {"type": ["integer", "null"]},
        },
    }


def _signed() -> Schema:
    headers = {each["name"]: {**each["schema"], "description": each["description"]} for each in SENT_HEADERS.values()}
    return {"type": "object", "required": list(headers), "properties": headers}
