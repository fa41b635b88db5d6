"""The help desk's settings over HTTP."""

from typing import Any

from osticket_api.access.principal import Principal, Staff
from osticket_api.access.rules import ADMINISTRATOR, ANYONE
from osticket_api.db.unit import Read, Write
from osticket_api.features.settings.queries import get_settings
from osticket_api.features.settings.requests import SettingsUpdate
from osticket_api.features.settings.responses import Captcha, Settings
from osticket_api.features.settings.service import change_settings
from osticket_api.web.call import Call
from osticket_api.web.router import Router

router = Router(tag="settings", prefix="/settings")


@router.get("", access=ANYONE)
def get_settings_of_help_desk(unit: Read, caller: Principal, call: Call) -> Settings:
    """The help desk's settings: what a sign-in page needs, and more for agents and administrators. Never a secret."""
    return _with_ours(get_settings(unit, caller), call)


@router.patch("", access=ADMINISTRATOR)
def update_settings(unit: Write, caller: Staff, body: SettingsUpdate, call: Call) -> Settings:
    """Change settings, by group. The same settings hold for osTicket's own pages."""
    unit.precondition.check(_with_ours(get_settings(unit, caller), call))
    return _with_ours(change_settings(unit, caller, _by_path(body)), call)


def _with_ours(settings: Settings, call: Call) -> Settings:
    """The settings with those that this server's administrator decides."""
    provider = call.settings.captcha_provider
    settings.features = call.settings.features
    settings.captcha = Captcha(provider, call.settings.captcha_site_key) if provider else None
    return settings


def _by_path(body: SettingsUpdate) -> dict[str, Any]:
    """Values by `group.name`."""
    return {f"{group}.{name}": value for group, part in body.given().items() for name, value in part.given().items()}
