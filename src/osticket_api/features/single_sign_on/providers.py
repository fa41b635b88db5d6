"""The identity providers of this server."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from starlette.requests import Request

from osticket_api.errors import NotFound
from osticket_api.kit.suggestions import shortened
from osticket_api.settings import Settings
from osticket_api.settings_providers import Provider

if TYPE_CHECKING:
    from osticket_api.features.single_sign_on.connection import Connection


class Providers:
    """The providers that the settings name, each with what is remembered of it."""

    def __init__(self, settings: Settings) -> None:
        self._connections = {each.name: _connection(each) for each in settings.identity_providers()}

    def get(self, name: str, kind: str | None = None) -> "Connection":
        """Raises: NotFound for a name that is in no setting, or that of a provider for other people."""
        found = self._connections.get(name)
        if found is None or (kind is not None and not found.provider.is_for(kind)):
            raise NotFound.because(f"There is no identity provider {shortened(name)} for you to sign in at.")
        return found

    def find(self, name: str) -> "Connection | None":
        return self._connections.get(name)

    async def find_faults(self) -> Mapping[str, str | None]:
        """Find what keeps people from signing in, by the name of each provider; None where nothing does."""
        return {name: await each.find_fault() for name, each in self._connections.items()}

    @property
    def all(self) -> Sequence[Provider]:
        return [each.provider for each in self._connections.values()]


def _connection(provider: Provider) -> "Connection":
    # Loaded by need: few help desks have a provider.
    from osticket_api.features.single_sign_on.connection import Connection

    return Connection(provider)


def providers_of(request: Request) -> Providers:
    providers: Providers = request.app.state.providers
    return providers
