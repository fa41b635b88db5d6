"""The effects of a dry run, as its caller may know them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from osticket_api.access.field_rules import IN_DEPARTMENTS, limits_anywhere
from osticket_api.access.principal import Principal, Staff

_FOR_AGENTS: Final = frozenset({"event", "mail", "user"})
_ABOUT_NOBODY: Final = frozenset({"kind", "id", "type", "title", "deleted"})
"""The parts of an effect that callers see who may not see the agents of the help desk."""


def visible_effects(principal: Principal, effects: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The effects without what the caller is not shown.

    Users, and keys without an agent, do not see people in effects: who is alerted, assigned or sent a mail.
    """
    if not isinstance(principal, Staff):
        effects = [_without_people(effect) for effect in effects if effect["kind"] not in _FOR_AGENTS]
    return [_narrowed(principal, effect) for effect in effects]


def _without_people(effect: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in effect.items() if name in _ABOUT_NOBODY}


def _narrowed(principal: Principal, effect: Mapping[str, Any]) -> Mapping[str, Any]:
    """An effect without what is hidden. What the data of an event tells, the effect on its ticket or task tells too."""
    kind, changed = effect["kind"], effect.get("changed")
    if kind == "event" and any(limits_anywhere(principal, each).hidden for each in IN_DEPARTMENTS):
        return {**effect, "data": None}
    if kind == "entry" and limits_anywhere(principal, "user").hides("email"):
        return {name: value for name, value in effect.items() if name != "recipients"}
    limits = limits_anywhere(principal, kind)
    if not limits.hidden or not isinstance(changed, Mapping):
        return effect
    return {**effect, "changed": {name: each for name, each in changed.items() if not limits.hides(name)}}
