"""The help desk with an identity provider."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from osticket_api.features.single_sign_on.api import Providers
from tests.features.single_sign_on.desk import Desk, table, written
from tests.fixtures import identity_provider
from tests.fixtures.api import Api, running_api
from tests.fixtures.identity_provider import Provider
from tests.fixtures.templates import Template


@pytest.fixture(scope="session")
def running_provider() -> Iterator[Provider]:
    with identity_provider.running() as provider:
        yield provider


@pytest.fixture
def provider(running_provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Provider:
    monkeypatch.setattr("osticket_api.features.single_sign_on.exchanges._SECONDS", 60.0)  # A busy machine is slow.
    running_provider.begin_anew()
    return running_provider


@contextmanager
def knowing(api: Api, given: dict[str, Any]) -> Iterator[None]:
    """Let the application know these providers: to make one for each test would take longer than the test."""
    state: Any = api.client.app.state  # type: ignore[attr-defined]
    before = state.providers
    state.settings = state.settings.model_copy(update=given)
    state.providers = Providers(state.settings)
    try:
        yield
    finally:
        state.providers = before


@pytest.fixture
def opened(demo: Template, provider: Provider, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """A help desk whose provider has these settings. Another one takes its place."""
    with ExitStack() as stack:

        def open_desk(**settings: Any) -> Desk:
            stack.close()  # The application is one for all: it closes the database that it has at the end.
            api = stack.enter_context(running_api(demo.copy(), tmp_path))
            stack.enter_context(knowing(api, written(tmp_path / "providers.toml", company=table(provider, **settings))))
            return Desk(api, provider)

        yield open_desk


@pytest.fixture
def desk(opened: Callable[..., Desk]) -> Desk:
    return opened()
