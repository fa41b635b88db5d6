"""Every type of event: what it tells, and who may hear it. The documents and the description are made from this."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

from osticket_api.errors import Fault, Invalid
from osticket_api.kit.suggestions import did_you_mean, shortened


class Audience(StrEnum):
    """Who hears events of a type."""

    ticket = "whoever may read the ticket"
    ticket_agents = "agents and keys who may read the ticket"
    task = "agents who may read the task"
    readers = "whoever may read the resource"


@dataclass(frozen=True)
class EventType:
    name: str
    summary: str
    audience: Audience

    @property
    def kind(self) -> str:
        return self.name.partition(".")[0]


_FOR_USERS: Final = {
    "created": "A ticket was opened.",
    "message_added": "The user, or a collaborator, wrote a message.",
    "reply_added": "An agent answered the user.",
    "entry_edited": "An entry of the conversation got a new text; `details.replaces_entry_id` is the old one.",
    "attachment_added": "A file was added to an entry of the conversation.",
    "closed": "A ticket was closed.",
    "reopened": "A closed ticket was opened again.",
    "status_changed": "A ticket got another status that neither closes nor reopens it.",
    "updated": "Properties or answers of a ticket changed.",
    "owner_changed": "The owner of a ticket was changed.",
    "collaborator_added": "A collaborator was added to a ticket.",
    "collaborator_removed": "A collaborator was removed from a ticket.",
    "merged": "Tickets were merged.",
    "deleted": "A ticket was deleted.",
    "gone": "A ticket that the caller may no longer see. Sent without content, and stored nowhere.",
}
_FOR_AGENTS: Final = {
    "note_added": "An agent left an internal note.",
    "mentioned": "A note mentions agents, as `@alice`; `details.usernames` are the names.",
    "assigned": "A ticket was assigned to an agent or a team.",
    "released": "A ticket was unassigned.",
    "transferred": "A ticket moved to another department.",
    "referred": "A ticket was referred to an agent, a team or a department.",
    "referral_removed": "A ticket is no longer referred to an agent, a team or a department.",
    "overdue": "A ticket became overdue.",
    "answered": "A ticket counts as answered.",
    "unanswered": "A ticket counts as unanswered again.",
    "entry_resent": "An answer was sent once more.",
    "collaborator_updated": "Mails to a collaborator were switched off or on.",
    "linked": "Tickets were linked.",
    "unlinked": "A ticket is no longer linked or merged.",
    "locked": "An agent locked a ticket to work on it.",
    "unlocked": "The lock on a ticket was released.",
    "presence": "Which agents are at a ticket now, in `details.present`. Sent in the stream alone, and stored nowhere.",
}
_OF_TASKS: Final = {
    "created": "A task was created.",
    "message_added": "The description of a task, or a message on it, was added.",
    "reply_added": "An agent wrote on a task.",
    "note_added": "An agent left a note on a task.",
    "mentioned": "A note on a task mentions agents; `details.usernames` are the names.",
    "entry_edited": "An entry of a task's conversation got a new text.",
    "entry_resent": "An entry of a task's conversation was sent once more.",
    "attachment_added": "A file was added to an entry of a task's conversation.",
    "updated": "Properties or answers of a task changed.",
    "assigned": "A task was assigned to an agent or a team.",
    "released": "A task was unassigned.",
    "transferred": "A task moved to another department.",
    "closed": "A task was closed.",
    "reopened": "A task was reopened.",
    "status_changed": "A task got another status.",
    "referred": "A task was referred.",
    "overdue": "A task became overdue.",
    "collaborator_added": "A collaborator was added to a task.",
    "collaborator_removed": "A collaborator was removed from a task.",
    "collaborator_updated": "Mails to a collaborator of a task were switched off or on.",
    "referral_removed": "A task is no longer referred to anybody.",
    "deleted": "A task was deleted.",
    "gone": "A task that the caller may no longer see. Sent without content, and stored nowhere.",
}
_NOUNS: Final = {
    "user": "A user",
    "organization": "An organization",
    "staff": "An agent",
    "department": "A department",
    "team": "A team",
    "role": "A role",
    "topic": "A help topic",
    "sla": "A service level",
    "status": "A status of tickets",
    "list_item": "An item of a custom list",
    "faq": "An FAQ",
    "faq_category": "A category of FAQs",
    "canned_response": "A canned response",
}
_VERBS: Final = {"created": "was added", "updated": "was changed", "deleted": "was deleted"}
_OTHERS: Final = (
    EventType("user.account_created", "A user got an account.", Audience.readers),
    EventType("user.account_updated", "The account of a user was changed, locked or unlocked.", Audience.readers),
    EventType("user.account_deleted", "The account of a user was deleted.", Audience.readers),
    EventType("faq.published", "An FAQ was published.", Audience.readers),
    EventType("faq.unpublished", "An FAQ is internal again.", Audience.readers),
)

CATALOGUE: Final[Mapping[str, EventType]] = {
    each.name: each
    for each in (
        *(EventType(f"ticket.{verb}", summary, Audience.ticket) for verb, summary in _FOR_USERS.items()),
        *(EventType(f"ticket.{verb}", summary, Audience.ticket_agents) for verb, summary in _FOR_AGENTS.items()),
        *(EventType(f"task.{verb}", summary, Audience.task) for verb, summary in _OF_TASKS.items()),
        *(
            EventType(f"{noun}.{verb}", f"{named} {happened}.", Audience.readers)
            for noun, named in _NOUNS.items()
            for verb, happened in _VERBS.items()
        ),
        *_OTHERS,
    )
}

STREAM_ONLY: Final = frozenset({"ticket.presence"})
"""The types that are sent in the stream alone, and to no webhook."""
_IN_FEED: Final = tuple(name for name in CATALOGUE if name not in STREAM_ONLY)


def types_read_for(types: frozenset[str] | None) -> frozenset[str] | None:
    """The types in the feed whose events may be told as one of these types: whatever happens to a ticket may end in
    `ticket.gone`.
    """
    kinds = tuple(name.removesuffix("gone") for name in types or () if name.endswith(".gone"))
    return types if types is None else types | {name for name in CATALOGUE if name.startswith(kinds)}


def feed_types_matching(patterns: str | None) -> frozenset[str] | None:
    """As `types_matching`, where the stream is not asked. Raises: Invalid, for what only the stream tells of too."""
    return types_matching(patterns, offered=_IN_FEED)


def types_matching(patterns: str | None, *, offered: Collection[str] = CATALOGUE) -> frozenset[str] | None:
    """The types that a list of types and patterns such as `ticket.*` means; None for all of them.

    Raises: Invalid naming what matches nothing that is offered.
    """
    wanted = [part.strip() for part in (patterns or "").split(",") if part.strip()]
    if not wanted or "*" in wanted:
        return None
    found = {pattern: [name for name in offered if fnmatchcase(name, pattern)] for pattern in wanted}
    unknown = [pattern for pattern, names in found.items() if not names]
    if unknown:
        raise Invalid(*(_unknown(pattern, offered) for pattern in unknown))
    return frozenset(_all(found.values()))


def _all(groups: Iterable[Iterable[str]]) -> Iterable[str]:
    return (name for group in groups for name in group)


def _unknown(pattern: str, offered: Collection[str]) -> Fault:
    message = f"{shortened(pattern)} is not a type of event.{did_you_mean(pattern, list(offered))}"
    if any(fnmatchcase(name, pattern) for name in STREAM_ONLY):
        message = f"{shortened(pattern)} is sent in the stream alone."
    return Fault("invalid", message, "types", {"allowed": sorted(offered)})
