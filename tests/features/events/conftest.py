"""A help desk whose feed runs step by step."""

import pytest

from tests.features.events.listening import Listening
from tests.fixtures.api import Api


@pytest.fixture
def heard(api: Api) -> Listening:
    """What the feed of the sample help desk hears from now on."""
    return Listening(api)
