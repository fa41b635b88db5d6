"""Record when an API key or a browser session was last used, at most once a minute, after the response."""

from collections.abc import Mapping
from typing import Any, Final

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from osticket_api.access.browser_sessions import use_key
from osticket_api.access.credentials import Identified
from osticket_api.access.keys import used_key
from osticket_api.access.principal import ANONYMOUS
from osticket_api.db.caches import KEY_USES
from osticket_api.db.engine import Database
from osticket_api.db.unit import caller_key
from osticket_api.errors import ApiError, SwitchedReadOnly
from osticket_api.features.api_keys.api import note_use

_log: Final = structlog.get_logger("keys")


class CredentialUses:
    """Records when credentials are used. The response is sent before the write, so that no caller waits."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
        if scope["type"] == "http":
            credential = _used(scope["state"])
            if credential is not None:
                await _note(scope["app"].state.database, credential)


def _used(state: Mapping[str, Any]) -> str | None:
    """The key under which a use is stored: that of a browser session, or of an API key, which the old endpoints take
    too.
    """
    caller: Identified | None = state.get("identified")
    if caller is not None and caller.is_browser and caller.sign_in is not None:
        return use_key(caller.sign_in.session_id)
    return used_key(state.get("principal", ANONYMOUS))


async def _note(database: Database, credential: str) -> None:
    if database.read_only or not database.has_own_tables or database.caches.find(KEY_USES, credential):
        return
    database.caches.make(KEY_USES, credential, lambda: True)
    caller_key.set("")  # Written by the server, not by the caller: the caller's cached values stay valid.
    try:
        await database.write(note_use, credential)
    except SwitchedReadOnly:
        pass  # The use is noted in a later minute.
    except ApiError as error:
        _log.warning("use_not_noted", key=credential, reason=type(error).__name__)
