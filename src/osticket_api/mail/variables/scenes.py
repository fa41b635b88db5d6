"""From people to the places in which they read moments.

Source: mail.md 3.7
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from osticket_api.db.config import help_desk_zone
from osticket_api.kit.zones import zone_named
from osticket_api.mail.variables.dates import Calendar, Patterns, Place, locale_named
from osticket_api.mail.variables.people import Scene
from osticket_api.mail.variables.records import Records


def scene_of(records: Records, *, staff_id: int | None = None, user_id: int | None = None) -> Scene:
    """The variables' scene as the acting agent or user sees it; nobody acts for what the help desk does by itself."""
    config = records.config
    agent, zone = records.staff(staff_id), help_desk_zone(records.tx)
    language = config.text("system_language")
    if agent is not None:
        locale = locale_named(agent.locale or agent.lang or language)
    else:
        locale = locale_named(config.text("default_locale") or language)
    patterns = Patterns.of(locale, config)
    own_zone = zone_named(agent.timezone) if agent is not None else _zone_of_user(records, user_id)
    system = Place(zone, locale, patterns)
    return Scene(records, Calendar(records.tx.now, system, replace(system, zone=own_zone or zone)))


def read_by_agent(scene: Scene, agent: Row[Any]) -> Scene:
    """The scene of a mail that this agent gets."""
    return _read_by(scene, agent.timezone, agent.locale or agent.lang)


def read_by_user(scene: Scene, user_id: int | None) -> Scene:
    """The scene of a mail that this user gets."""
    account = scene.records.account_of(user_id) if user_id else None
    return _read_by(scene, account.timezone if account else None, account.lang if account else None)


def _read_by(scene: Scene, zone: str | None, language: str | None) -> Scene:
    calendar, config = scene.calendar, scene.records.config
    locale = locale_named(language or config.text("system_language"))
    patterns = replace(Patterns.of(locale, config), long=calendar.actor.patterns.long)
    place = Place(zone_named(zone) or calendar.system.zone, locale, patterns)
    return Scene(scene.records, replace(calendar, recipient=place))


def _zone_of_user(records: Records, user_id: int | None) -> Any:
    account = records.account_of(user_id) if user_id else None
    return zone_named(account.timezone) if account is not None else None
