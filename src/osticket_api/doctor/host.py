"""The doctor's checks of this host: the settings, the disk, open files, Redis, and the broker of the relay."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from redis.exceptions import RedisError

from osticket_api.doctor.findings import Finding, failure, ok, warning
from osticket_api.events.brokers.broker import Away
from osticket_api.events.brokers.choice import broker_of
from osticket_api.kit.open_files import most_open_files
from osticket_api.settings import Environment, Settings, unread_names
from osticket_api.settings_environment import sentence_about_unread

_MIN_FREE_BYTES: Final = 1024**3
_MIN_FREE_SHARE: Final = 0.05
_MIN_OPEN_FILES: Final = 4096
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
    if names := unread_names():
        mend = "`osticket-api settings` prints the names there are; what was meant for another program may stay."
        yield warning("settings", sentence_about_unread(names), mend)


def disk(settings: Settings) -> Iterator[Finding]:
    folder = settings.sqlite_path.parent if settings.db_connection == "sqlite" else settings.data_dir
    there = next((each for each in (folder, *folder.absolute().parents) if each.exists()), Path("/"))
    usage = shutil.disk_usage(there)
    message = f"{usage.free / 1024**3:.1f} GiB are free at {folder}"
    if usage.free < _MIN_FREE_BYTES or usage.free < usage.total * _MIN_FREE_SHARE:
        yield warning("disk", message, "Free some space, or set DATA_DIR to another disk.")
    else:
        yield ok("disk", message)


def open_files(settings: Settings) -> Iterator[Finding]:
    """Check how many files a server may hold open: each connection takes one, and an open stream is a connection."""
    most = most_open_files()
    message = f"a server that is started here may hold {most:,} connections and files open"
    if most < _MIN_OPEN_FILES:
        mend = "Raise the limit: LimitNOFILE in the systemd unit, `ulimit -Hn` in a shell, nofile of the container."
        yield warning("open files", message, mend)
    else:
        yield ok("open files", message)


def redis(settings: Settings) -> Iterator[Finding]:
    from redis import Redis

    address = settings.redis_url.get_secret_value().removeprefix("redis+")
    if not address:
        return
    try:
        with Redis.from_url(address, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS) as client:
            client.ping()
    except (RedisError, OSError, ValueError) as error:
        yield failure("redis", f"it does not answer: {error}", "Check REDIS_URL, and that Redis runs.")
    else:
        yield ok("redis", "it answers")


async def relay(settings: Settings) -> Sequence[Finding]:
    """Check that the broker accepts the connection, and has the place that events are relayed to."""
    target = settings.relay_target
    if target is None:
        return []
    broker = broker_of(target)
    try:
        told = await broker.check()
    except Away as away:
        mend = f"Check EVENTS_RELAY, that the broker runs, and what our user may do with the {target.kind.place} there."
        return [failure("relay", f"{target.name} cannot be used: {away}", mend)]
    finally:
        await broker.close()
    if told:
        mend = "Events go there as they are; docs/events.md tells what each kind of broker promises."
        return [warning("relay", f"{target.name} answers, but {told}", mend)]
    return [ok("relay", f"{target.name} answers")]
