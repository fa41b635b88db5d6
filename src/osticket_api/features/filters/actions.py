"""The actions of a matching filter: set a property of the ticket, refuse the ticket, answer it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self


@dataclass(frozen=True)
class Action:
    """One action of a filter, configured as the administrator left it."""

    kind: str
    configuration: Mapping[str, Any]

    @property
    def setting(self) -> "Setting | None":
        """The property of the ticket that the action sets; None where it sets none."""
        return SETTINGS.get(self.kind)

    @property
    def object_id(self) -> int | None:
        """The id of the department, priority, ... it names."""
        value = self.configuration.get(self.setting.key) if self.setting else None
        return int(str(value)) or None if str(value).isdecimal() else None


@dataclass(frozen=True)
class Setting:
    """An action that sets an id of the ticket.

    `label` and `names` say how the ticket's history tells of it, and in which table the object's name is looked up.
    """

    key: str
    attribute: str
    label: str | None = None
    names: str | None = None
    must_be_active: bool = False


SETTINGS: Final = {
    "dept": Setting("dept_id", "department_id", "Department", "department", must_be_active=True),
    "pri": Setting("priority", "priority_id", "Priority", "priority"),
    "sla": Setting("sla_id", "sla_id", "SLA", "sla"),
    "team": Setting("team_id", "team_id", "Team", "team"),
    "agent": Setting("staff_id", "staff_id", "Agent", "staff"),
    "topic": Setting("topic_id", "topic_id", "Topic", "topic", must_be_active=True),
    # osTicket looks the status up among the teams, so its history shows a team's name, or none
    "status": Setting("status_id", "status_id", "Ticket Status", "team"),
    "canned": Setting("canned_id", "canned_response_id"),
}
REJECT: Final = "reject"
USE_REPLY_TO: Final = "replyto"
SEND_MAIL: Final = "email"


@dataclass(frozen=True)
class NamedObject:
    """A department, team, ... that an action names."""

    name: str
    is_active: bool = True


Objects = Mapping[str, Mapping[int, NamedObject]]
"""Rows that actions refer to, by table and id."""


@dataclass(frozen=True)
class MailWanted:
    """A mail that a filter's `email` action asks for. Nobody has sent it."""

    filter_name: str
    configuration: Mapping[str, Any]


@dataclass(frozen=True)
class MatchedFilter:
    """A filter that matched.

    Shapes: `edits` is the data of the `edited` events that tell of it, `{"value": ..., "filter": ..., "type": ...}`.
    """

    id: int
    name: str
    edits: Sequence[dict[str, str | bool]]
    mails: Sequence[MailWanted]


@dataclass
class FilterOutcome:
    """What the filters decided. None stands for properties that no filter set.

    `email` and `name` stand in for the sender's where a filter took the reply-to address instead.
    """

    department_id: int | None = None
    priority_id: int | None = None
    sla_id: int | None = None
    team_id: int | None = None
    staff_id: int | None = None
    topic_id: int | None = None
    status_id: int | None = None
    canned_response_id: int | None = None
    auto_respond: bool = True
    rejected_by: str | None = None
    email: str | None = None
    name: str | None = None
    matched: Sequence[MatchedFilter] = ()

    @property
    def rejected(self) -> bool:
        return self.rejected_by is not None

    @property
    def mails_wanted(self) -> list[MailWanted]:
        return [mail for matched in self.matched for mail in matched.mails]

    def reject(self, filter_name: str) -> Self:
        """The outcome, now saying that this filter refuses the ticket."""
        self.rejected_by = filter_name
        return self


def perform(action: Action, outcome: FilterOutcome, objects: Objects) -> None:
    """Note in the outcome what this action sets. A department or topic that is not active is left alone.

    Source: tickets.md 1.5
    """
    setting = action.setting
    if action.kind == "noresp":
        outcome.auto_respond = False
    elif setting and action.object_id and (not setting.must_be_active or _is_active(action, objects)):
        setattr(outcome, setting.attribute, action.object_id)


def describe(action: Action, filter_name: str, objects: Objects) -> dict[str, str | bool] | None:
    """The data of the `edited` event this action leaves, whether it had an effect or not. None: it leaves none.

    Source: tickets.md 1.5
    """
    setting = action.setting
    if setting is None or setting.label is None:
        return None
    named = _find(action, objects)
    return {"value": named.name if named else False, "filter": filter_name, "type": setting.label}


def _find(action: Action, objects: Objects) -> NamedObject | None:
    names = action.setting.names if action.setting else None
    return objects.get(names or "", {}).get(action.object_id or 0)


def _is_active(action: Action, objects: Objects) -> bool:
    found = _find(action, objects)
    return found is not None and found.is_active
