"""The request, for handlers that need more than unit, caller, path, body and query."""

from collections.abc import Sequence

from starlette.requests import Request

from osticket_api.access.credentials import Identified
from osticket_api.access.principal import Anonymous, Principal
from osticket_api.access.signing import SigningKeys
from osticket_api.access.tokens import AccessToken
from osticket_api.db.engine import Database
from osticket_api.events.hub import Hub
from osticket_api.settings import Settings
from osticket_api.web.admission import client_ip


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
        self.answer_cookies: Sequence[str] = ()
        """Cookies that such a handler sets."""

    @property
    def ip(self) -> str:
        return client_ip(self.request)

    @property
    def settings(self) -> Settings:
        settings: Settings = self.request.app.state.settings
        return settings

    @property
    def is_draining(self) -> bool:
        """Whether this server is about to stop, and requests had better go elsewhere."""
        return bool(self.request.app.state.is_draining)

    @property
    def hub(self) -> Hub:
        hub: Hub = self.request.app.state.hub
        return hub

    @property
    def signing_keys(self) -> SigningKeys:
        keys: SigningKeys = self.request.app.state.signing_keys
        return keys

    @property
    def sign_in(self) -> AccessToken | None:
        """The sign-in that the caller's token or cookie belongs to; None for API keys and visitors."""
        identified: Identified = self.request.state.identified
        return identified.sign_in

    @property
    def is_visitor(self) -> bool:
        """Whether the caller sent no credential."""
        identified: Identified = self.request.state.identified
        return isinstance(identified.principal, Anonymous)

    @property
    def is_browser(self) -> bool:
        """Whether the cookie of a browser stands for the caller."""
        identified: Identified = self.request.state.identified
        return identified.is_browser

    @property
    def is_signed_in_at_osticket(self) -> bool:
        """Whether osTicket's own cookie stands for the caller: there is no sign-in of ours then."""
        return self.is_browser and self.sign_in is None

    @property
    def session_id(self) -> int | None:
        return None if self.sign_in is None else self.sign_in.session_id
