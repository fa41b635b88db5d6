"""The switches of features: what `FEATURES_<NAME>=off` switches off has no routes, no description and no jobs."""

from collections.abc import Iterator
from typing import Final

from pydantic_settings import BaseSettings

_PREFIX: Final = "features_"


class Features(BaseSettings):
    """Which features this server has. The routers of each are in `server/registry.py`."""

    features_console: bool = True
    features_portal: bool = True
    features_docs: bool = True
    features_metrics: bool = True
    features_mcp: bool = True
    features_events: bool = True
    features_webhooks: bool = True
    features_inbound_mail: bool = True
    features_registration: bool = True
    features_legacy: bool = True

    @property
    def features(self) -> list[str]:
        """The names of the features that are switched on."""
        switches = [name for name in Features.model_fields if name.startswith(_PREFIX)]
        return [name.removeprefix(_PREFIX) for name in switches if getattr(self, name)]

    def feature_faults(self) -> Iterator[str]:
        """Find switches that contradict each other."""
        if self.features_webhooks and not self.features_events:
            yield "FEATURES_WEBHOOKS needs FEATURES_EVENTS, which is off: switch both off, or both on"


FEATURES: Final = tuple(name.removeprefix(_PREFIX) for name in Features.model_fields if name.startswith(_PREFIX))
