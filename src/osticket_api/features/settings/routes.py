"""The help desk's settings over HTTP."""

from typing import Annotated, Any

from starlette.responses import Response

from osticket_api.access.rules import ADMINISTRATOR, ANYONE
from osticket_api.features.settings.queries import get_settings
from osticket_api.features.settings.schemas import SettingsUpdate
from osticket_api.features.settings.setup import change_settings
from osticket_api.features.settings.shapes import Settings
from osticket_api.web.call import CallDependency
from osticket_api.web.input import payload
from osticket_api.web.router import Router

router = Router(tag="settings", prefix="/settings")


@router.read("", access=ANYONE, returns=Settings)
async def get_settings_of_help_desk(call: CallDependency) -> Response:
    """The help desk's settings: what a sign-in page needs, and more for agents and administrators. Never a secret."""
    return call.one(await call.read(get_settings))


@router.update("", access=ADMINISTRATOR, returns=Settings)
async def update_settings(call: CallDependency, body: Annotated[SettingsUpdate, payload(SettingsUpdate)]) -> Response:
    """Change settings, by group. They hold for osTicket's own pages too."""
    return await call.change(call.one, change_settings, call.precondition, _by_path(body))


def _by_path(body: SettingsUpdate) -> dict[str, Any]:
    """Values by `group.name`."""
    return {f"{group}.{name}": value for group, part in body.given().items() for name, value in part.given().items()}
