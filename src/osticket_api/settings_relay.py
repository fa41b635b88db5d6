"""Where the feed of events is relayed to: `EVENTS_RELAY`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr, field_validator

from osticket_api.settings_features import Features

_FORM: Final = "redis://host:6379/0?stream=NAME"
_STREAM: Final = re.compile(r"[A-Za-z0-9:._{}-]{1,100}")
_USUAL_LENGTH: Final = 100_000


@dataclass(frozen=True)
class RelayTarget:
    """A stream in a Redis, and how many events it keeps, about."""

    address: str
    stream: str
    max_length: int = _USUAL_LENGTH


class Relay(Features):
    """The relay of the feed, besides the features it depends on."""

    events_relay: SecretStr = SecretStr("")

    @field_validator("events_relay")
    @classmethod
    def _relay_address(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            _target(value.get_secret_value())
        return value

    @property
    def relay_target(self) -> RelayTarget | None:
        """Where events are relayed to, None where they are not."""
        address = self.events_relay.get_secret_value()
        return _target(address) if address else None

    def feature_faults(self) -> Iterator[str]:
        """What the switches cannot be together, nor with a relay."""
        yield from super().feature_faults()
        if self.relay_target is not None and not self.features_events:
            yield "EVENTS_RELAY needs FEATURES_EVENTS, which is off: switch it on, or relay nothing"


def _target(address: str) -> RelayTarget:
    """What an address says.

    Raises: ValueError with a sentence, which never shows the address: it may hold a password.
    """
    scheme, _, rest = address.partition("://")
    if not rest or scheme.lower() not in ("redis", "rediss"):
        raise ValueError(f"only redis:// and rediss:// (with TLS) are supported, such as {_FORM}")
    if not _is_server(address):
        raise ValueError(f"it must name a host, and the number of a database if any, such as {_FORM}")
    options = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
    stream, length = options.pop("stream", ""), options.pop("maxlen", str(_USUAL_LENGTH))
    if not _STREAM.fullmatch(stream):
        raise ValueError(f"it must name the stream by letters, digits and :._-{{}}, at most 100, such as {_FORM}")
    if not (length.isascii() and length.isdigit() and int(length) > 0):
        raise ValueError("maxlen must be a number of events, 1 or more")
    if options:
        raise ValueError("stream and maxlen are the only options it has")
    return RelayTarget(f"{scheme.lower()}://{rest.partition('?')[0]}", stream, int(length))


def _is_server(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0 and re.fullmatch(r"/?\d{0,5}", parts.path) is not None
    except ValueError:  # The port is not a number.
        return False
