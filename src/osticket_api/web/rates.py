"""Count requests of callers. A caller is counted as one, whatever credential they use.

Callers who are not identified are counted by address.
"""

import math
import time
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from starlette.requests import Request

from osticket_api.access.principal import Anonymous, Principal
from osticket_api.db.caches import KEY_RATES
from osticket_api.errors import TooManyRequests
from osticket_api.settings import Settings
from osticket_api.web.shared_counts import SharedCounts

if TYPE_CHECKING:
    from redis.asyncio import ConnectionPool

_NETWORK_BITS: Final = 64
"""IPv6 addresses are counted by network: the owner of one address has the whole network."""
_log = structlog.get_logger("rates")


@dataclass(frozen=True)
class Outcome:
    """The state of a caller's limit after a request."""

    policy: str
    limit: int
    window: int
    remaining: int
    reset_at: float

    @property
    def reset_seconds(self) -> int:
        return max(1, math.ceil(self.reset_at - time.time()))


class Rates:
    """Counts requests in windows of time: in Redis, else for all servers of this machine, else in this process."""

    def __init__(self, settings: Settings) -> None:
        self.requests = settings.rate_limit_requests
        self.sign_ins = settings.rate_limit_sign_ins
        self.window = settings.rate_limit_window
        self._redis = _connections(settings.redis_url.get_secret_value())
        self._limiter = FixedWindowRateLimiter(MemoryStorage() if self._redis is None else _in_redis(self._redis))

    def share(self, path: Path) -> None:
        """Count together with the servers that are given the same file, unless Redis does that for all machines."""
        if self._redis is not None:
            return
        try:
            self._limiter = FixedWindowRateLimiter(SharedCounts(path))
        except OSError as error:
            _log.warning("rates_not_shared", reason=str(error), consequence="each server counts requests alone")

    async def close(self) -> None:
        if self._redis is not None:
            await self._redis.disconnect()
        if isinstance(self._limiter.storage, SharedCounts):
            self._limiter.storage.close()

    async def spend(self, state: dict[str, Any], policy: str, who: str, limit: int) -> None:
        """Count one request, and note the outcome in its state. Requests pass while Redis is unreachable.

        Raises: TooManyRequests.
        """
        item = RateLimitItemPerSecond(limit, self.window)
        try:
            is_allowed = await self._limiter.hit(item, policy, who)
            reset_at, remaining = await self._limiter.get_window_stats(item, policy, who)
        except StorageError as error:
            _log.warning("rates are not counted", reason=type(error.__cause__).__name__)
            return
        outcome = state["rate"] = Outcome(policy, limit, self.window, max(0, remaining), reset_at)
        if not is_allowed:
            seconds = outcome.reset_seconds
            refusal = TooManyRequests.because(f"Too many requests; wait {seconds} seconds.")
            refusal.headers["Retry-After"] = str(seconds)
            raise refusal


def _connections(redis_url: str) -> "ConnectionPool | None":
    if not redis_url:
        return None
    from redis.asyncio import ConnectionPool  # Loaded by need: most help desks have no Redis.

    address = redis_url.replace("redis+unix:", "unix:", 1)
    return ConnectionPool.from_url(address, socket_timeout=1, socket_connect_timeout=1)


def _in_redis(connections: "ConnectionPool") -> Storage:
    return RedisStorage(
        "async+redis://", wrap_exceptions=True, implementation="redispy", key_prefix="osticket-api",
        connection_pool=connections,  # type: ignore[arg-type]
    )  # fmt: skip


async def count(request: Request, principal: Principal, key_hash: str | None) -> None:
    """Count a request whose caller is identified. `key_hash`: of the API key behind the request, if any.

    Raises: TooManyRequests.
    """
    rates: Rates | None = request.app.state.rates
    if rates is None or isinstance(principal, Anonymous):
        return
    known = request.app.state.database.caches.find(KEY_RATES, key_hash) if key_hash else None
    own_limit = known.value if known else None
    who = f"credential:{key_hash}" if own_limit else principal.key
    await rates.spend(request.scope["state"], "default", who, own_limit or rates.requests)


def network_of(address: str) -> str:
    """The network by which an address is counted."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, _NETWORK_BITS), strict=False)) if isinstance(parsed, IPv6Address) else address
