"""Request models for ticket filters."""

from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field, field_validator, model_validator

from osticket_api.kit import php_regex
from osticket_api.query.small_lists import SwitchedQuery
from osticket_api.web.input import Changes, Id, Input, NoSwitch
from osticket_api.web.texts import Address, Name, Notes, Text, fits

Operator = Literal[
    "equals", "not_equals", "contains", "not_contains", "starts_with", "ends_with", "matches", "not_matches"
]
Target = Literal["any", "web", "email", "api"]
ActionType = Literal[
    "reject",
    "use_reply_to",
    "no_auto_response",
    "send_email",
    "canned_response",
    "department",
    "priority",
    "sla",
    "team",
    "agent",
    "topic",
    "status",
]
NAMING: Final = frozenset({"canned_response", "department", "priority", "sla", "team", "agent", "topic", "status"})
"""The actions that name something by its id."""

FilterName = Annotated[Name, Field(max_length=32), fits(32)]
Order = Annotated[int, Field(ge=1, le=99), NoSwitch]
Value = Annotated[Text, Field(min_length=1, max_length=255), fits(255)]


class FilterQuery(SwitchedQuery):
    """Filters of the list of ticket filters."""

    sort: str = Field("order", max_length=200, description="Keys, comma separated; `-` for descending.")


class RuleInput(Input):
    """One comparison."""

    field: str = Field(
        max_length=32,
        pattern=r"^(name|email|subject|body|reply-to|reply-to-name|addressee|field\.\d{1,9}(\.(\d{1,9}|abb))?)$",
        examples=["subject"],
        description="name, email, subject, body, reply-to, reply-to-name, addressee, or `field.<id>` of a field of a "
        "form; of a list also `field.<id>.<property id>` and `field.<id>.abb`.",
    )
    operator: Operator = Field(examples=["contains"])
    value: Value = Field(
        examples=["urgent"], description="For `matches`: a regular expression such as `/urgent|asap/i`."
    )

    @model_validator(mode="after")
    def _is_readable(self) -> "RuleInput":
        if self.operator in ("matches", "not_matches") and php_regex.search(self.value, "") is None:
            raise ValueError("This is not a valid regular expression, such as /urgent|asap/i.")
        return self


class ActionInput(Input):
    """An action on tickets that match."""

    type: ActionType = Field(examples=["department"])
    id: Id | None = Field(None, examples=[1], description="The department, priority, ... that is set.")
    from_email_id: Id | None = Field(None, description="For `send_email`: the sender; null: the default address.")
    recipients: Annotated[str, Field(max_length=1000)] | None = Field(
        None, description="For `send_email`: addresses, comma separated; `%{user}` is whoever opens the ticket."
    )
    subject: Annotated[str, Field(max_length=255)] | None = Field(None, description="For `send_email`.")
    message: Annotated[str, Field(max_length=60_000)] | None = Field(None, description="For `send_email`: HTML.")

    @model_validator(mode="after")
    def _is_whole(self) -> "ActionInput":
        mails = {"from_email_id", "recipients", "subject", "message"}
        takes = {"id"} if self.type in NAMING else mails if self.type == "send_email" else set()
        needs = takes - {"from_email_id"}
        given = {name for name in {"id", *mails} if getattr(self, name) is not None}
        if needs - given:
            raise ValueError(f"The action {self.type} needs {', '.join(sorted(needs - given))}.")
        if given - takes:
            raise ValueError(f"The action {self.type} does not take {', '.join(sorted(given - takes))}.")
        return self


def _check_distinct(rules: list[RuleInput] | None) -> list[RuleInput] | None:
    """Raises: ValueError for a rule that is there twice, which osTicket's table cannot hold."""
    found = [(rule.field, rule.operator, rule.value.rstrip().casefold()) for rule in rules or ()]
    if len(set(found)) < len(found):
        raise ValueError("The same rule is given twice.")
    return rules


Rules = Annotated[list[RuleInput], Field(min_length=1, max_length=25)]
Actions = Annotated[list[ActionInput], Field(min_length=1, max_length=20)]

_RULE: Final = {"field": "subject", "operator": "contains", "value": "urgent"}


class FilterCreate(Input):
    """A new ticket filter."""

    name: FilterName = Field(examples=["Urgent"])
    order: Order = Field(99, description="Filters with lower numbers are tried first.")
    is_active: bool = True
    target: Target = Field("any", description="The channel of new tickets that the filter is for.")
    email_id: Id | None = Field(None, description="Only mail to this address of the help desk; target must be email.")
    match: Literal["all", "any"] = "any"
    stops_on_match: bool = Field(False, description="Whether no further filter is tried once this one matches.")
    rules: Rules = Field(examples=[[_RULE]])
    actions: Actions = Field(examples=[[{"type": "department", "id": 1}]])
    notes: Notes | None = None

    _distinct = field_validator("rules")(_check_distinct)


class FilterUpdate(Changes):
    """Changes to a ticket filter. What is absent stays; rules and actions are given as a whole."""

    clearable: ClassVar[frozenset[str]] = frozenset({"email_id", "notes"})

    name: FilterName | None = None
    order: Order | None = None
    is_active: bool | None = None
    target: Target | None = None
    email_id: Id | None = None
    match: Literal["all", "any"] | None = None
    stops_on_match: bool | None = None
    rules: Rules | None = None
    actions: Actions | None = None
    notes: Notes | None = None

    _distinct = field_validator("rules")(_check_distinct)


class Sample(Input):
    """A ticket that somebody might open."""

    name: str = Field("", max_length=255, examples=["Uma"])
    email: Address = Field(examples=["uma@example.net"])
    subject: str = Field("", max_length=1000, examples=["urgent: door"])
    body: str = Field("", max_length=100_000, description="As plain text.")
    reply_to: Address | None = None
    reply_to_name: str = Field("", max_length=255)
    addressee: str = Field("", max_length=1000, description="Whom a mail is addressed to.")
    fields: dict[str, Annotated[str, Field(max_length=10_000)]] = Field(
        {}, max_length=200, description="Answers by `field.<id>`.", examples=[{"field.20": "urgent: door"}]
    )


class FilterTest(Input):
    """What to try the filters on: an existing ticket, or a sample of one."""

    ticket_id: Id | None = None
    sample: Sample | None = Field(None, examples=[{"email": "uma@example.net", "subject": "urgent: door"}])
    target: Literal["web", "email", "api"] = Field("web", description="The channel by which the sample comes in.")
    email_id: Id | None = Field(None, description="The help desk's address to which the sample is sent.")

    @model_validator(mode="before")
    @classmethod
    def _one_of_both(cls, given: Any) -> Any:
        if isinstance(given, dict) and (given.get("ticket_id") is None) == (given.get("sample") is None):
            raise ValueError("Give either ticket_id or sample.")
        return given
