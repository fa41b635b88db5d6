"""Moments in the zones, patterns and languages in which osTicket prints them.

Source: mail.md 3.7
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime

from osticket_api.db.config import Config
from osticket_api.mail.variables.language import Thing, Unresolved, Value

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_MONTH, _YEAR = 30 * _DAY, 365 * _DAY
_ENGLISH: Final = "en_US"

_AT: Final = {
    "cs": "'v'",
    "da": "'kl'.",
    "de": "'um'",
    "en": "'at'",
    "fi": "'klo'",
    "fr": "'à'",
    "nb": "'kl'.",
    "nl": "'om'",
    "no": "'kl'.",
    "pt": "'às'",
    "sv": "'kl'.",
}
"""The text between a full date and the time, by language: Babel's data has only the form with a comma."""


@lru_cache(maxsize=64)
def locale_named(name: str) -> Locale:
    """The locale of this name, else the one of its language, else English."""
    for candidate in (name.replace("-", "_"), name.replace("-", "_").partition("_")[0], _ENGLISH):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    raise AssertionError("unreachable")


@dataclass(frozen=True)
class Patterns:
    """The four patterns of one locale, in the language of Unicode (ICU)."""

    short: str
    time: str
    long: str
    full: str

    @classmethod
    def of(cls, locale: Locale, config: Config) -> "Patterns":
        """The patterns that the help desk sets, or those of the locale."""
        if config.text("date_formats") == "custom":
            custom = ("date_format", "time_format", "datetime_format", "daydatetime_format")
            return cls(*(config.text(key) for key in custom))
        short, time = locale.date_formats["short"].pattern, locale.time_formats["short"].pattern
        at = _AT.get(locale.language, "")
        full = f"{locale.date_formats['full'].pattern} {at} {time}".replace("  ", " ")
        return cls(
            short, time, f"{short} {_with_24_hours(time) if config.text('date_formats') == '24' else time}", full
        )


def _with_24_hours(time: str) -> str:
    return time.replace("a", "").replace("h", "H").strip(" \u202f\xa0")


@dataclass(frozen=True)
class Place:
    """The time zone and language in which somebody reads a moment."""

    zone: tzinfo
    locale: Locale
    patterns: Patterns

    def show(self, moment: datetime, pattern: str) -> str:
        return format_datetime(moment, pattern, tzinfo=self.zone, locale=self.locale)


@dataclass(frozen=True)
class Calendar:
    """In which places the moments of one mail are shown: the help desk's, the acting person's, the recipient's."""

    now: datetime
    system: Place
    actor: Place
    recipient: Place | None = None
    """The recipient's place; None where the reader is not known, such as the administrator."""


@dataclass(frozen=True)
class Shown(Thing):
    """A moment in one place: the date and the time when nothing else is asked for."""

    moment: datetime
    place: Place

    def text(self) -> str:
        return self.place.show(self.moment, self.place.patterns.long)

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        patterns = self.place.patterns
        named = {"long": patterns.long, "short": patterns.short, "time": patterns.time, "full": patterns.full}
        return {name: self._maker(pattern) for name, pattern in named.items()}

    def _maker(self, pattern: str) -> Callable[[], str]:
        return lambda: self.place.show(self.moment, pattern)


@dataclass(frozen=True)
class Moment(Thing):
    """A moment. Alone it is shown as the help desk reads it, with a form as the acting person does."""

    moment: datetime
    calendar: Calendar

    def text(self) -> str:
        return Shown(self.moment, self.calendar.system).text()

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        here = Shown(self.moment, self.calendar.actor)
        return {
            **here.parts(),
            "system": lambda: Shown(self.moment, self.calendar.system),
            "user": self._for_recipient,
            "humanize": lambda: humanized(self.moment, self.calendar.now),
        }

    def _for_recipient(self) -> Value:
        place = self.calendar.recipient
        return Unresolved() if place is None else Shown(self.moment, place)


@dataclass(frozen=True)
class FormDate(Thing):
    """The date that somebody gave in a form."""

    moment: datetime
    calendar: Calendar
    zone: tzinfo | None
    with_time: bool

    def text(self) -> str:
        shown = self._in_zone()
        return shown.text() if self.with_time else str(shown.find("short"))

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        return self._in_zone().parts()

    def _in_zone(self) -> Shown:
        system = self.calendar.system
        return Shown(
            self.moment, Place(self.zone or system.zone, self.calendar.actor.locale, self.calendar.actor.patterns)
        )


def humanized(moment: datetime, now: datetime) -> str:
    """How long ago, or in how long, in words."""
    seconds = (now - moment).total_seconds()
    words = _duration(abs(seconds), _months_between(*sorted((moment, now))))
    if words is None:
        return "just now"
    return f"{words} ago" if seconds >= 0 else f"in {words}"


def _duration(seconds: float, months: int) -> str | None:
    if seconds <= 2:
        return None
    steps: list[tuple[float, str]] = [
        (_MINUTE, f"{int(seconds)} seconds"),
        (2 * _MINUTE, "about a minute"),
        (_HOUR, f"{int(seconds // _MINUTE)} minutes"),
        (2 * _HOUR, "about an hour"),
        (_DAY, f"{int(seconds // _HOUR)} hours"),
        (29 * _DAY, f"{math.floor(seconds / _DAY + 0.5)} days"),
        (60 * _DAY, "about a month"),
    ]
    for limit, words in steps:
        if seconds < limit:
            return words
    if months < 12:
        return f"{months} months"
    return "a year" if months < 24 else f"{months // 12} years"


def _months_between(earlier: datetime, later: datetime) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month
