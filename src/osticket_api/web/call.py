"""The request, for handlers that need more than unit, caller, path, body and query."""

from starlette.requests import Request

from osticket_api.access import tokens
from osticket_api.access.credentials import identify
from osticket_api.access.principal import Principal
from osticket_api.db.engine import Database
from osticket_api.events.hub import Hub
from osticket_api.settings import Settings
from osticket_api.web.admission import client_ip, credentials


class Call:
    """A request whose caller is identified and satisfies the access rule."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.principal: Principal = request.state.principal
        self.database: Database = request.app.state.database
        self.body_digest: str | None = None
        """A digest of the body, where the body was read elsewhere."""
        self.answer_headers: dict[str, str] = {}
        """Response headers of a handler that opens its units itself."""

    @property
    def ip(self) -> str:
        return client_ip(self.request)

    @property
    def settings(self) -> Settings:
        settings: Settings = self.request.app.state.settings
        return settings

    @property
    def hub(self) -> Hub:
        hub: Hub = self.request.app.state.hub
        return hub

    async def identified(self) -> Principal:
        """The caller, identified again: for responses that last long."""
        return await identify(self.database, self.signing_key, credentials(self.request))

    @property
    def signing_key(self) -> str:
        return str(self.request.app.state.signing_key)

    @property
    def bearer(self) -> str | None:
        return credentials(self.request).bearer

    @property
    def session_id(self) -> int | None:
        """The sign-in that the caller's token belongs to."""
        return tokens.read(self.signing_key, self.bearer).session_id if self.bearer else None
