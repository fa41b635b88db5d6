"""The bodies of webhooks: our own, and those that chat programs and Alertmanager's receivers understand."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, get_args

import msgspec

from osticket_api.events.catalogue import CATALOGUE
from osticket_api.events.messages import FeedEvent

Payload = Literal["full", "thin"]
Format = Literal["standard", "slack", "teams", "discord", "mattermost", "alertmanager"]

TEST: Final = "webhook.test"


class Ticket(msgspec.Struct, frozen=True):
    """The properties of an event's ticket in messages."""

    number: str
    subject: str
    url: str | None


def body_of(event: FeedEvent, ticket: Ticket | None, form: Format, payload: Payload) -> bytes:
    """The body of one delivery."""
    content = _standard(event, payload) if form == "standard" else _FORMATS[form](event, ticket)
    return msgspec.json.encode(content)


def _standard(event: FeedEvent, payload: Payload) -> Mapping[str, Any]:
    thin = {"id": event.id, "subject": event.subject, "ticket_id": event.ticket_id}
    return {"type": event.type, "timestamp": event.occurred_at, "data": event if payload == "full" else thin}


def _what(event: FeedEvent) -> str:
    """One sentence about what happened, and who did it."""
    known = CATALOGUE.get(event.type)
    summary = known.summary.partition("; `")[0].rstrip(".") if known else "This is a test of a webhook"
    by = f" ({event.actor.name})" if event.actor is not None and event.actor.name else ""
    return f"{summary}{by}."


def _title(event: FeedEvent, ticket: Ticket | None) -> str:
    if ticket is not None:
        return f"#{ticket.number} {ticket.subject}".strip()
    return f"{event.subject.kind} {event.subject.id}" if event.subject.id else "Help desk"


def _slack(event: FeedEvent, ticket: Ticket | None) -> Mapping[str, Any]:
    title = _slack_text(_title(event, ticket))
    linked = f"<{ticket.url}|{title.replace('|', '/')}>" if ticket is not None and ticket.url else title
    text = f"{linked}\n{_slack_text(_what(event))}"
    plain = f"{title}: {_slack_text(_what(event))}"
    return {"text": plain, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text[:3000]}}]}


def _slack_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(event: FeedEvent, ticket: Ticket | None) -> Mapping[str, Any]:
    lines = (
        {"type": "TextBlock", "text": _markdown_text(_title(event, ticket)), "weight": "Bolder", "wrap": True},
        {"type": "TextBlock", "text": _markdown_text(_what(event)), "wrap": True},
    )
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": lines,
    }
    if ticket is not None and ticket.url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open", "url": ticket.url}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _discord(event: FeedEvent, ticket: Ticket | None) -> Mapping[str, Any]:
    embed = {"title": _title(event, ticket)[:256], "description": _markdown_text(_what(event))[:4096]}
    linked = {**embed, "url": ticket.url} if ticket is not None and ticket.url else embed
    return {"embeds": [linked], "allowed_mentions": {"parse": []}}


def _mattermost(event: FeedEvent, ticket: Ticket | None) -> Mapping[str, Any]:
    title = _markdown_text(_title(event, ticket))
    linked = f"[{title}]({ticket.url})" if ticket is not None and ticket.url else f"**{title}**"
    return {"text": f"{linked}\n{_markdown_text(_what(event))}"[:16_000]}


def _markdown_text(text: str) -> str:
    """Text that no Markdown is made of, and that mentions nobody."""
    escaped = "".join(f"\\{character}" if character in "\\`*_[]()<>#|~" else character for character in text)
    return escaped.replace("@", "@\N{ZERO WIDTH SPACE}")


def _alertmanager(event: FeedEvent, ticket: Ticket | None) -> Mapping[str, Any]:
    """The JSON that Alertmanager itself posts to webhooks, version 4."""
    name = f"{event.subject.kind}:{event.subject.id}"
    status = "resolved" if event.type.endswith((".closed", ".deleted", ".gone")) else "firing"
    labels = {"alertname": event.type, "kind": event.subject.kind, "id": str(event.subject.id)}
    annotations = {"summary": _title(event, ticket), "description": _what(event)}
    url = (ticket.url if ticket is not None else None) or ""
    alert = {
        "status": status,
        "labels": labels,
        "annotations": annotations,
        "startsAt": event.occurred_at,
        "endsAt": event.occurred_at if status == "resolved" else "0001-01-01T00:00:00Z",
        "generatorURL": url,
        "fingerprint": name,
    }
    return {
        "version": "4",
        "groupKey": name,
        "truncatedAlerts": 0,
        "status": status,
        "receiver": "osticket-api",
        "groupLabels": labels,
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": url,
        "alerts": [alert],
    }


_FORMATS: Final[Mapping[str, Callable[[FeedEvent, Ticket | None], Mapping[str, Any]]]] = {
    "slack": _slack,
    "teams": _teams,
    "discord": _discord,
    "mattermost": _mattermost,
    "alertmanager": _alertmanager,
}
assert {*_FORMATS, "standard"} == set(get_args(Format))
