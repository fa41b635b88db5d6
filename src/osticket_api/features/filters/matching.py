"""Which filters a new ticket matches."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self

from osticket_api.features.filters.actions import Action
from osticket_api.kit import php_regex


@dataclass(frozen=True)
class FilterSource:
    """The properties of a new ticket that filters compare.

    Shapes: `fields` holds the answers of the forms, and what is known of the user and the organization, under the
    names rules use: `field.20`, for a list also `field.20.<property>` and `field.20.abb`.
    """

    name: str = ""
    email: str = ""
    subject: str = ""
    body: str = ""
    reply_to: str = ""
    reply_to_name: str = ""
    addressee: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def value(self, what: str) -> str:
        """The text a rule means by this name, empty where the ticket has none."""
        attribute = _ATTRIBUTES.get(what)
        text: str = getattr(self, attribute) if attribute else self.fields.get(what, "")
        return text

    @property
    def asks_for_other_address(self) -> bool:
        """Whether the mail asks for answers to another address than its sender's."""
        return bool(self.reply_to) and self.reply_to.lower() != self.email.lower()

    def from_reply_to(self) -> Self:
        """This ticket as if it came from the address that answers shall go to."""
        return replace(self, email=self.reply_to, name=self.reply_to_name or self.name)


_ATTRIBUTES: Final = {
    "name": "name",
    "email": "email",
    "subject": "subject",
    "body": "body",
    "reply-to": "reply_to",
    "reply-to-name": "reply_to_name",
    "addressee": "addressee",
}


def _lacks(text: str, value: str) -> bool:
    return value not in text


_COMPARISONS: Final[dict[str, Callable[[str, str], bool]]] = {
    "equal": operator.eq,
    "not_equal": operator.ne,
    "contains": operator.contains,
    "dn_contain": _lacks,
    "starts": str.startswith,
    "ends": str.endswith,
}
_SEARCHES: Final = {"match": True, "not_match": False}


@dataclass(frozen=True)
class Rule:
    """One comparison of a filter. Letter case counts only in regular expressions."""

    what: str
    how: str
    value: str

    def holds(self, source: FilterSource) -> bool:
        """Whether the rule holds for this ticket.

        A rule with an invalid regular expression never holds, not even negated.
        """
        text = source.value(self.what)
        if self.how in _SEARCHES:
            return php_regex.search(self.value, text) is _SEARCHES[self.how]
        compare = _COMPARISONS.get(self.how)
        return compare is not None and compare(text.lower(), self.value.lower())


@dataclass(frozen=True)
class Filter:
    """A ticket filter with its rules and, in the order they are carried out, its actions."""

    id: int
    name: str
    match_all: bool
    stops: bool
    rules: Sequence[Rule]
    actions: Sequence[Action]

    def matches(self, source: FilterSource) -> bool:
        """Whether the ticket fulfils one of the rules, or all where the filter asks for that. Without rules: never."""
        verdicts = (rule.holds(source) for rule in self.rules)
        return bool(self.rules) and (all(verdicts) if self.match_all else any(verdicts))


def select_matching(filters: Sequence[Filter], source: FilterSource) -> list[Filter]:
    """The filters that match, in order, up to the first that lets none follow it.

    Source: tickets.md 1.5
    """
    matching = []
    for candidate in filters:
        if candidate.matches(source):
            matching.append(candidate)
            if candidate.stops:
                break
    return matching
