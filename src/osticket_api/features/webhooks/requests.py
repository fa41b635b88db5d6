"""Request models for webhooks."""

from typing import Annotated, ClassVar, Final, Literal

from pydantic import AfterValidator, Field

from osticket_api.errors import Invalid
from osticket_api.events.catalogue import feed_types_matching
from osticket_api.kit.reachable import is_host
from osticket_api.query.listing import ListQuery
from osticket_api.web.input import Changes, Id, Input
from osticket_api.webhooks.formats import Format, Payload

_MAX_PORT: Final = 65_535

Source = Literal["Web", "Email", "Phone", "API", "Other"]
Status = Literal["pending", "delivered", "failed"]


def _receiver(text: str) -> str:
    """An address that can be posted to. Raises: ValueError."""
    from httpx2 import URL, InvalidURL  # Loaded by need, as the rest of the HTTP client.

    try:
        url = URL(text)
    except InvalidURL:
        raise ValueError("This is not a valid address.") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("Give an absolute address that begins with https:// or http://.")
    if not is_host(url.raw_host.decode("ascii")):
        raise ValueError("The host is not a valid host name or IP address.")
    if url.port == 0 or (url.port or 0) > _MAX_PORT:
        raise ValueError("This is not a valid port.")
    if url.userinfo or url.fragment:
        raise ValueError("The address of a webhook cannot have a user name or a fragment.")
    return text


def _known(patterns: list[str]) -> list[str]:
    """Raises: ValueError naming what matches no type of event."""
    try:
        feed_types_matching(",".join(patterns))
    except Invalid as invalid:
        raise ValueError(" ".join(fault.message for fault in invalid.faults)) from None
    return patterns


Address = Annotated[str, Field(max_length=2000), AfterValidator(_receiver)]
Pattern = Annotated[str, Field(min_length=1, max_length=48, pattern=r"^[a-z_.*]+$")]
Patterns = Annotated[list[Pattern], Field(min_length=1, max_length=200), AfterValidator(_known)]
Choice = Annotated[list[Id], Field(max_length=500)]


Answer = Annotated[str, Field(min_length=1, max_length=255)]
Answers = Annotated[list[Answer], Field(min_length=1, max_length=50)]


class WebhookFilters(Input):
    """Filters of events: a ticket passes that has one of the values of each filter. An empty filter lets all pass."""

    departments: Choice = []
    topics: Choice = []
    statuses: Choice = []
    priorities: Choice = []
    sources: list[Source] = Field([], max_length=10)
    fields: dict[Annotated[str, Field(max_length=64)], Answers] = Field(
        {},
        max_length=20,
        description="Names of fields of ticket forms, each with the answers that pass: a text, an id, or the key or "
        "the label of a choice.",
        examples=[{"product": ["Printer", "Scanner"]}],
    )


class WebhookCreate(Input):
    """A new webhook. It is told of what happens from now on."""

    url: Address = Field(examples=["https://example.com/hooks/help-desk"])
    types: Patterns = Field(["*"], description="Types of events; `*` stands for anything: `ticket.*`.")
    filters: WebhookFilters = WebhookFilters()
    staff_id: Id | None = Field(
        None,
        description="The agent whose rights the webhook has: it is sent what this agent may see; null: everything.",
    )
    description: str = Field("", max_length=255)
    payload: Payload = Field("full", description="thin: only the type and the ids.")
    format: Format = Field("standard", description="standard: our own; the others are messages for these programs.")
    is_active: bool = True


class WebhookUpdate(Changes):
    """Changes to a webhook. What is absent stays."""

    clearable: ClassVar[frozenset[str]] = frozenset({"staff_id"})

    url: Address | None = None
    types: Patterns | None = None
    filters: WebhookFilters | None = None
    staff_id: Id | None = Field(
        None, description="The agent whose rights the webhook has; null: it is sent everything."
    )
    description: str | None = Field(None, max_length=255)
    payload: Payload | None = None
    format: Format | None = None
    is_active: bool | None = Field(
        None, description="false pauses the webhook; true lets it go on where it stopped, as far as the feed goes back."
    )


class Rotation(Input):
    """How a secret is replaced."""

    overlap_hours: int = Field(
        24, ge=0, le=168, description="For how long messages are signed with the old secret beside the new one."
    )


class Span(Input):
    """A span of the feed."""

    after: int = Field(ge=0, le=2**53, description="The number of the feed after which to begin.")
    until: int | None = Field(
        None, ge=0, le=2**53, description="The number of the last event to send; by default that of the newest."
    )


class DeliveryQuery(ListQuery):
    """Filters of the list of deliveries."""

    status: Status | None = Field(None, description="Only deliveries with this status.")
    type: str | None = Field(None, max_length=48, description="Only deliveries of events of this type.")
    ticket_id: Id | None = Field(None, description="Only deliveries about this ticket.")
