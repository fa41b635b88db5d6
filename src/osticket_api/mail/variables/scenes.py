"""Find the place, time zone and language, in which people read moments. Source: mail.md 3.7"""

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from osticket_api.db.config import help_desk_zone
from osticket_api.kit import php_json
from osticket_api.kit.zones import zone_named
from osticket_api.mail.variables.dates import Calendar, Patterns, Place, locale_named
from osticket_api.mail.variables.people import Scene
from osticket_api.mail.variables.records import Records


def scene_of(records: Records, *, staff_id: int | None = None, user_id: int | None = None) -> Scene:
    """The variables' scene as the acting agent or user sees it; nobody acts for what the help desk does by itself."""
    config = records.config
    agent, zone = records.staff(staff_id), help_desk_zone(records.tx)
    language = config.text("system_language")
    account = records.account_of(user_id) if user_id else None
    person = account if agent is None else agent
    chosen = config.text("default_locale") if agent is None else agent.locale
    locale = locale_named(chosen or language_of(person) or language)
    patterns = Patterns.of(locale, config)
    own_zone = zone_named(person.timezone) if person is not None else None
    system = Place(zone, locale, patterns)
    return Scene(records, Calendar(records.tx.now, system, replace(system, zone=own_zone or zone)))


def language_of(person: Row[Any] | None) -> str | None:
    """The language that an agent or an account chose, else the one that their browser last asked for."""
    if person is None:
        return None
    extra = php_json.decode(person.extra)
    return person.lang or (extra.get("browser_lang") if isinstance(extra, dict) else None) or None


def read_by_agent(scene: Scene, agent: Row[Any]) -> Scene:
    """The scene of a mail that this agent gets."""
    return _read_by(scene, agent.timezone, agent.locale or language_of(agent))


def read_by_user(scene: Scene, user_id: int | None) -> Scene:
    """The scene of a mail that this user gets."""
    account = scene.records.account_of(user_id) if user_id else None
    return _read_by(scene, account.timezone if account else None, language_of(account))


def _read_by(scene: Scene, zone: str | None, language: str | None) -> Scene:
    calendar, config = scene.calendar, scene.records.config
    locale = locale_named(language or config.text("system_language"))
    patterns = replace(Patterns.of(locale, config), long=calendar.actor.patterns.long)
    place = Place(zone_named(zone) or calendar.system.zone, locale, patterns)
    return Scene(scene.records, replace(calendar, recipient=place))
