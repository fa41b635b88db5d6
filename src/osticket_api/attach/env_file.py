"""The settings file that attaching writes."""

import re
import secrets
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Final

from osticket_api.attach.installation import Endpoint, Installation
from osticket_api.kit.web_addresses import is_web_address
from osticket_api.settings import Settings

_PLAIN: Final = re.compile(r"[A-Za-z0-9_./:@%+,=-]*")
_SECRET_BYTES: Final = 48


def connection_values(installation: Installation, endpoint: Endpoint) -> dict[str, str]:
    """The settings that lead to osTicket's database at one of the places it may be."""
    place = (
        {"DB_SOCKET": endpoint.socket} if endpoint.socket else {"DB_HOST": endpoint.host, "DB_PORT": str(endpoint.port)}
    )
    certificates = {
        "DB_SSL_CA": installation.ssl_ca,
        "DB_SSL_CERT": installation.ssl_cert,
        "DB_SSL_KEY": installation.ssl_key,
    }
    return {
        "DB_CONNECTION": "mysql",
        **place,
        "DB_DATABASE": installation.database,
        "DB_USERNAME": installation.username,
        "DB_PASSWORD": installation.password,
        "DB_PREFIX": installation.prefix,
        **{name: file for name, file in certificates.items() if file},
    }


def kept_values(settings: Settings) -> dict[str, str]:
    """What osTicket's configuration cannot say, so that the environment had to: a server started later needs it too."""
    kept = {"DB_TIMEZONE": settings.db_timezone} if settings.db_timezone else {}
    return kept if settings.db_ssl_check_hostname else {**kept, "DB_SSL_CHECK_HOSTNAME": "false"}


def production_values(installation: Installation, *, url: str, read_only: bool) -> dict[str, str]:
    """The settings beside the connection: a production server, with secrets made just now."""
    proxies = trusted_networks(installation.trusted_proxies)
    return {
        "APP_ENV": "production",
        "OSTICKET_URL": url if is_web_address(url) else "",
        "SECRET_SALT": installation.secret_salt,
        "JWT_SECRET": secrets.token_urlsafe(_SECRET_BYTES),
        "SECRETS_KEY": secrets.token_urlsafe(_SECRET_BYTES),
        "READ_ONLY": str(read_only).lower(),
        **({"TRUSTED_PROXIES": ",".join(proxies)} if proxies else {}),
    }


def trusted_networks(trusted_proxies: str) -> list[str]:
    """The proxies osTicket trusts, as far as they are addresses. `*` would let everyone claim any address."""
    return [part.strip() for part in trusted_proxies.split(",") if _is_network(part.strip())]


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def render(values: Mapping[str, str], heading: str) -> str:
    """A settings file with these values, read back exactly as they are."""
    return "".join([f"# {heading}\n", *(f"{name}={quoted(value)}\n" for name, value in values.items())])


def quoted(value: str) -> str:
    """A value as `.env` files write it. Quotes keep everything but `${`, which would begin a variable."""
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("${", "${:-$}{")
    return f"'{escaped}'"
