"""What the doctor looks at on this host: the settings, the disk, Redis."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from redis.exceptions import RedisError

from osticket_api.doctor.findings import Finding, failure, ok, warning
from osticket_api.settings import Environment, Settings

_MIN_FREE_BYTES: Final = 1024**3
_MIN_FREE_SHARE: Final = 0.05
_REDIS_SECONDS: Final = 3.0


def environment(settings: Settings) -> Iterator[Finding]:
    if settings.app_env is Environment.production:
        yield ok("settings", "APP_ENV is production")
    elif settings.db_connection == "sqlite":
        yield ok("settings", "APP_ENV is development, with the embedded help desk")
    else:
        mend = "Set APP_ENV=production, which demands every secret."
        yield warning("settings", "APP_ENV is development, with an osTicket database", mend)
    if not settings.is_loopback and not settings.trusted_proxies:
        mend = (
            "Set TRUSTED_PROXIES to the address of the web server in front, and HOST to a loopback address behind it."
        )
        yield warning("settings", f"the server listens on {settings.host} and trusts no proxy", mend)


def disk(settings: Settings) -> Iterator[Finding]:
    folder = settings.sqlite_path.parent if settings.db_connection == "sqlite" else settings.data_dir
    there = next((each for each in (folder, *folder.absolute().parents) if each.exists()), Path("/"))
    usage = shutil.disk_usage(there)
    message = f"{usage.free / 1024**3:.1f} GiB are free at {folder}"
    if usage.free < _MIN_FREE_BYTES or usage.free < usage.total * _MIN_FREE_SHARE:
        yield warning("disk", message, "Free some space, or set DATA_DIR to another disk.")
    else:
        yield ok("disk", message)


def redis(settings: Settings) -> Iterator[Finding]:
    """Each Redis that the settings name."""
    address = settings.redis_url.get_secret_value().removeprefix("redis+")
    target = settings.relay_target
    if address:
        yield _answers("redis", "REDIS_URL", address)
    if target is not None:
        yield _answers("relay", "EVENTS_RELAY", target.address)


def _answers(check: str, setting: str, address: str) -> Finding:
    from redis import Redis

    try:
        with Redis.from_url(address, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS) as client:
            client.ping()
    except (RedisError, OSError, ValueError) as error:
        return failure(check, f"it does not answer: {error}", f"Check {setting}, and that Redis runs.")
    return ok(check, "it answers")
