"""Where an installed osTicket has its database: what its `include/ost-config.php` says."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from osticket_api.kit.php_config import PhpValue, read_constants
from osticket_api.settings import ConfigurationError

_MYSQL_PORT: Final = 3306
_LOCAL_SOCKETS: Final = (
    "/run/mysqld/mysqld.sock",
    "/var/lib/mysql/mysql.sock",
    "/var/run/mysql/mysql.sock",
    "/tmp/mysql.sock",  # noqa: S108
)


@dataclass(frozen=True)
class Endpoint:
    """Where a database server listens: a socket, or a host and port."""

    host: str = ""
    port: int = _MYSQL_PORT
    socket: str = ""

    def __str__(self) -> str:
        return self.socket or f"{self.host} port {self.port}"


@dataclass(frozen=True)
class Installation:
    """What `ost-config.php` says. Source: people.md 8.6."""

    file: Path
    hosts: str
    database: str
    username: str
    password: str
    prefix: str
    secret_salt: str
    ssl_ca: str = ""
    ssl_cert: str = ""
    ssl_key: str = ""
    trusted_proxies: str = ""


def read_installation(path: Path) -> Installation:
    """What the osTicket at a path is configured to use. The path is its folder, the `include` in it, or the file.

    Raises: ConfigurationError when there is no such file, or it does not say what is needed.
    """
    file = _find_file(path)
    try:
        source = file.read_bytes().decode("utf-8", "surrogateescape")
        return _Constants(file, read_constants(source)).installation()
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ConfigurationError(f"{file} is not a valid PHP configuration: {error}") from None


def _find_file(path: Path) -> Path:
    for candidate in (path, path / "include" / "ost-config.php", path / "ost-config.php"):
        if candidate.is_file():
            return candidate
    raise ConfigurationError(f"There is no include/ost-config.php at {path}: name the folder osTicket is installed in")


@dataclass(frozen=True)
class _Constants:
    file: Path
    values: Mapping[str, PhpValue]

    def installation(self) -> Installation:
        if self.values.get("OSTINSTALLED") is not True:
            raise ConfigurationError(f"{self.file} says that osTicket is not installed: finish its installation first")
        return Installation(
            file=self.file,
            hosts=self._text("DBHOST"),
            database=self._text("DBNAME"),
            username=self._text("DBUSER"),
            password=self._text("DBPASS"),
            prefix=self._text("TABLE_PREFIX"),
            secret_salt=self._secret_salt(),
            ssl_ca=self._text("DBSSLCA", ""),
            ssl_cert=self._text("DBSSLCERT", ""),
            ssl_key=self._text("DBSSLKEY", ""),
            trusted_proxies=self._text("TRUSTED_PROXIES", ""),
        )

    def _secret_salt(self) -> str:
        if "SECRET_SALT" in self.values:
            return self._text("SECRET_SALT")
        return hashlib.md5((self._text("TABLE_PREFIX") + self._text("ADMIN_EMAIL")).encode()).hexdigest()  # noqa: S324

    def _text(self, name: str, default: str | None = None) -> str:
        if name not in self.values:
            if default is None:
                raise ConfigurationError(f"{self.file} does not define {name}")
            return default
        value = self.values[name]
        if value is None:
            raise ConfigurationError(f"{self.file} defines {name} by an expression that only PHP can evaluate")
        return self._utf8(name, "" if value is False else str(value))

    def _utf8(self, name: str, text: str) -> str:
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ConfigurationError(f"{self.file} defines {name} in another encoding than UTF-8") from None
        return text


def endpoints(hosts: str) -> list[Endpoint]:
    """The places a DBHOST names, in the order to try them: a list by commas, each `host`, `host:port`, `host:/socket`.

    For PHP `localhost` is the socket of this machine, whatever port stands behind it.

    Raises: ConfigurationError when a port is not a number, or no host is named.
    """
    found = [endpoint for host in hosts.split(",") if host.strip() for endpoint in _endpoints_of(host.strip())]
    if not found:
        raise ConfigurationError("DBHOST names no host")
    return found


def _endpoints_of(host: str) -> Iterator[Endpoint]:
    name, port = _split(host.removeprefix("p:"))
    if port.startswith("/"):
        yield Endpoint(socket=port)
        return
    if port and not port.isdecimal():
        raise ConfigurationError(f"DBHOST is wrong: the port of {host} is not a number")
    if name == "localhost":
        yield from (Endpoint(socket=socket) for socket in _LOCAL_SOCKETS if Path(socket).is_socket())
        name = "127.0.0.1"
    yield Endpoint(name, int(port or _MYSQL_PORT))


def _split(host: str) -> tuple[str, str]:
    """The name and what stands behind its colon. IPv6 stands in brackets, or alone."""
    if host.startswith("/"):
        return "", host
    if host.startswith("["):
        name, _, port = host[1:].partition("]")
        return name, port.removeprefix(":")
    if host.count(":") > 1 and ":/" not in host:
        return host, ""
    name, _, port = host.partition(":")
    return name, port
