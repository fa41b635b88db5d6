"""Results of handlers, besides a plain resource (200), a `Page` (200) and None (204)."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from osticket_api.db.engine import Database
from osticket_api.kit.etags import etag
from osticket_api.web.live import Listener

T = TypeVar("T")


@dataclass(frozen=True)
class Done(Generic[T]):
    """A resource (200), with warnings about parts that could not be carried out."""

    resource: T
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Created(Generic[T]):
    """A new resource (201). The route gives its location."""

    resource: T
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Secret(Generic[T]):
    """A response that must not be stored, not even for an `Idempotency-Key`: tokens, keys, short-lived values."""

    resource: T


@dataclass(frozen=True)
class Plain(Generic[T]):
    """A secret without the envelope, in the shape that another standard prescribes. So are the errors of its route."""

    resource: T


@dataclass(frozen=True)
class Redirect:
    """A redirect of the browser (302).

    It is not cached, and the other address is not told where the browser comes from.
    """

    address: str


class Content(Protocol):
    """The content of a file: its length, an entity tag, and the bytes from `start` to `stop`."""

    @property
    def length(self) -> int: ...
    @property
    def tag(self) -> str: ...
    def read(self, database: Database, start: int, stop: int) -> AsyncIterator[bytes]: ...


@dataclass(frozen=True)
class Bytes:
    """Content that has been made for this answer."""

    content: bytes

    @property
    def length(self) -> int:
        return len(self.content)

    @property
    def tag(self) -> str:
        return etag(self.content)

    async def read(self, database: Database, start: int, stop: int) -> AsyncIterator[bytes]:
        yield self.content[start:stop]


@dataclass(frozen=True)
class EventStream:
    """A stream of server-sent events, and who writes it."""

    listener: Listener


@dataclass(frozen=True)
class Download:
    """A file to send, whole or in ranges."""

    content: Content
    name: str
    content_type: str
    is_made: bool = False
    """Made anew each time: a stored file stays what it is for good."""
    policy: str | None = None
    """The Content-Security-Policy under which browsers may show a page in place; without one they save it."""
