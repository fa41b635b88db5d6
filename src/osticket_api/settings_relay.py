"""Where the feed of events is relayed to: `EVENTS_RELAY`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import SecretStr, field_validator

from osticket_api.settings_events import EventSource

_USUAL_LENGTH: Final = 100_000
_SASL: Final = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


@dataclass(frozen=True)
class BrokerKind:
    """One kind of broker, and how its addresses are written."""

    name: str
    plain: str
    """The scheme of its addresses."""
    secure: str
    """The scheme of its addresses with TLS."""
    port: int
    place: str
    """The option that names where events go to there."""
    example: str
    names: str
    """The regular expression of such names."""
    package: str
    """The package that the library is imported as.

    The extra has the name of the kind, unless the library comes with the server.
    """
    path: str = r"/?"
    has_several_hosts: bool = False
    options: tuple[str, ...] = ()


REDIS: Final = BrokerKind(
    "redis", "redis", "rediss", 6379, "stream", "redis://host:6379/0?stream=NAME", r"[A-Za-z0-9:._{}-]{1,100}", "redis",
    path=r"/?\d{0,5}", options=("maxlen",),
)  # fmt: skip
NATS: Final = BrokerKind(
    "nats", "nats", "tls", 4222, "subject", "nats://host:4222?subject=NAME",
    r"(?=.{1,100}$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", "nats", has_several_hosts=True, options=("maxlen",),
)  # fmt: skip
AMQP: Final = BrokerKind(
    "amqp", "amqp", "amqps", 5672, "exchange", "amqp://host:5672/VHOST?exchange=NAME",
    r"(?!amq\.)[A-Za-z0-9:._-]{1,100}", "aio_pika", path=r"(/[^/]*)?",
)  # fmt: skip
KAFKA: Final = BrokerKind(
    "kafka", "kafka", "kafkas", 9092, "topic", "kafka://host:9092?topic=NAME", r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}",
    "confluent_kafka", has_several_hosts=True, options=("sasl",),
)  # fmt: skip
_KINDS: Final[Mapping[str, BrokerKind]] = {
    scheme: kind for kind in (REDIS, NATS, AMQP, KAFKA) for scheme in (kind.plain, kind.secure)
}
_SCHEMES: Final = "the schemes are redis, nats, amqp and kafka; with TLS rediss, tls, amqps and kafkas"


@dataclass(frozen=True)
class RelayTarget:
    """A place in a broker. `address` is without options; `max_length`: how many events are kept there, about."""

    kind: BrokerKind
    address: str
    place: str
    max_length: int = _USUAL_LENGTH
    sasl: str = _SASL[0]
    ca: str = ""

    @property
    def name(self) -> str:
        """The name of the target, without credentials."""
        return f"{self.kind.name}:{self.place}"

    @property
    def has_tls(self) -> bool:
        return self.address.startswith(f"{self.kind.secure}://")

    @property
    def hosts(self) -> list[str]:
        """The hosts, each as `host:port`."""
        listed = _authority(self.address).rpartition("@")[2].split(",")
        return [host if urlsplit(f"//{host}").port else f"{host}:{self.kind.port}" for host in listed]

    @property
    def login(self) -> tuple[str, str] | None:
        """User and password, if there is a user."""
        user, _, password = _authority(self.address).rpartition("@")[0].partition(":")
        return (unquote(user), unquote(password)) if user else None


class Relay(EventSource):
    """The relay of the feed, besides the feed itself."""

    events_relay: SecretStr = SecretStr("")

    @field_validator("events_relay")
    @classmethod
    def _relay_address(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            _require_package(_target(value.get_secret_value()).kind)
        return value

    @property
    def relay_target(self) -> RelayTarget | None:
        """Where events are relayed to, None where they are not."""
        address = self.events_relay.get_secret_value()
        return _target(address) if address else None

    def feature_faults(self) -> Iterator[str]:
        """Find switches that contradict each other, or the relay."""
        yield from super().feature_faults()
        if self.relay_target is not None and not self.features_events:
            yield "EVENTS_RELAY needs FEATURES_EVENTS, which is off: switch it on, or relay nothing"


def _require_package(kind: BrokerKind) -> None:
    if find_spec(kind.package) is None:
        raise ValueError(f"{kind.plain}:// needs its own package: pip install 'osticket-api[{kind.name}]'")


def _target(address: str) -> RelayTarget:
    """Parse an address.

    Raises: ValueError with a sentence, which never shows the address: it may hold a password.
    """
    scheme, _, rest = address.partition("://")
    kind = _KINDS.get(scheme.lower())
    if not rest or kind is None:
        raise ValueError(f"it must begin with a scheme, such as {REDIS.example}; {_SCHEMES}")
    server, _, query = rest.partition("?")
    _require_server(kind, server)
    options = dict(parse_qsl(query, keep_blank_values=True))
    place = options.pop(kind.place, "")
    if re.fullmatch(kind.names, place) is None:
        raise ValueError(f"{kind.place} is not a valid name of at most 100 characters, such as {kind.example}")
    _require_known(kind, scheme.lower(), options)
    target = f"{scheme.lower()}://{server}"
    return RelayTarget(kind, target, place, _length(options), _mechanism(options), _authority_file(options))


def _require_server(kind: BrokerKind, server: str) -> None:
    authority, slash, path = server.partition("/")
    hosts = authority.rpartition("@")[2].split(",")
    is_list = len(hosts) == 1 or kind.has_several_hosts
    if not (is_list and all(map(_is_host, hosts)) and re.fullmatch(kind.path, slash + path)):
        raise ValueError(f"it must name a host, and what the example has besides if need be, such as {kind.example}")


def _require_known(kind: BrokerKind, scheme: str, options: Mapping[str, str]) -> None:
    known = (kind.place, *kind.options, *(["ca"] if scheme == kind.secure else []))
    if not set(options) <= set(known):
        raise ValueError(f"the options of {scheme}:// are {' and '.join(known)}; it has another one")


def _length(options: Mapping[str, str]) -> int:
    text = options.get("maxlen", str(_USUAL_LENGTH))
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**63):
        raise ValueError("maxlen is not a valid number of events, 1 or more")
    return int(text)


def _mechanism(options: Mapping[str, str]) -> str:
    name = options.get("sasl", _SASL[0]).upper()
    if name not in _SASL:
        raise ValueError(f"sasl must be one of {', '.join(_SASL)}")
    return name


def _authority_file(options: Mapping[str, str]) -> str:
    path = options.get("ca", "")
    if "ca" in options and not Path(path).is_file():
        raise ValueError("ca must name the file of the authority that signed the broker's certificate")
    return path


def _authority(address: str) -> str:
    return address.partition("://")[2].partition("/")[0]


def _is_host(text: str) -> bool:
    try:
        parts = urlsplit(f"//{text}")
        return bool(parts.hostname) and parts.port != 0 and not parts.path
    except ValueError:  # The port is not a number.
        return False
