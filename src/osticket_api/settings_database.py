"""Where the database is, and how it is spoken to."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings
from sqlalchemy import URL

_OF_A_SERVER: Final = ("db_host", "db_socket", "db_username", "db_password")


class DatabaseSettings(BaseSettings):
    """The settings named `DB_...`."""

    db_connection: Literal["sqlite", "mysql", "mariadb"] = "sqlite"
    db_host: str = "127.0.0.1"
    db_port: int = Field(3306, ge=1, le=65535)
    db_database: str = ""
    db_username: str = ""
    db_password: SecretStr = SecretStr("")
    db_socket: str = ""
    db_prefix: str = Field("ost_", pattern="^[A-Za-z0-9_]{0,32}$")
    db_ssl_ca: str = ""
    db_ssl_cert: str = ""
    db_ssl_key: str = ""
    db_ssl_check_hostname: bool = True
    db_timezone: str = ""
    db_timeout: int = Field(30, ge=1)
    db_statement_timeout: int = Field(20, ge=0)
    db_pool_size: int = Field(10, ge=1, le=200)
    db_read_host: str = ""
    db_read_port: int | None = Field(None, ge=1, le=65535)
    db_read_max_lag: float = Field(0.1, ge=0, le=1)

    @field_validator("db_ssl_ca", "db_ssl_cert", "db_ssl_key")
    @classmethod
    def _file(cls, value: str) -> str:
        if value and not Path(value).is_file():
            raise ValueError(f"there is no file {value}")
        return value

    @property
    def statement_timeout(self) -> int | None:
        """Seconds after which the database ends a statement that reads: no later than we would stop waiting for it."""
        return min(self.db_statement_timeout, self.db_timeout) or None

    @property
    def server_url(self) -> URL:
        """Where the server with osTicket's database is, for SQLAlchemy."""
        return URL.create(
            "mysql+asyncmy",
            self.db_username,
            self.db_password.get_secret_value(),
            host=None if self.db_socket else self.db_host,
            port=None if self.db_socket else self.db_port,
            database=self.db_database,
            query=dict(self._url_options()),
        )

    @property
    def replica_url(self) -> URL | None:
        """Where the replica of that server is; None without one."""
        if not self.db_read_host:
            return None
        port = self.db_read_port or self.db_port
        url = self.server_url.difference_update_query(["unix_socket"])
        return url.set(host=self.db_read_host, port=port)

    def _url_options(self) -> Iterator[tuple[str, str]]:
        if self.db_socket:
            yield "unix_socket", self.db_socket
        files = {"ssl_ca": self.db_ssl_ca, "ssl_cert": self.db_ssl_cert, "ssl_key": self.db_ssl_key}
        yield from ((option, path) for option, path in files.items() if path)
        if self.db_ssl_ca and not self.db_ssl_check_hostname:
            yield "ssl_check_hostname", "false"

    def database_faults(self) -> Iterator[str]:
        """Find settings that are missing, or contradict each other."""
        given = [name for name in _OF_A_SERVER if name in self.model_fields_set]
        if given and "db_connection" not in self.model_fields_set:
            yield (
                f"DB_CONNECTION is missing: {', '.join(given).upper()} is of a database server; set it to mysql or "
                "mariadb, or to sqlite for the embedded help desk"
            )
        if self.db_connection != "sqlite" and not self.db_database:
            yield "DB_DATABASE is missing: name the osTicket database, or run `osticket-api attach`"
        if self.db_connection != "sqlite" and not self.db_username:
            yield "DB_USERNAME is missing: name the database user, or run `osticket-api attach`"
        if "db_statement_timeout" in self.model_fields_set and self.db_statement_timeout > self.db_timeout:
            yield (
                f"DB_STATEMENT_TIMEOUT is wrong: it must be at most DB_TIMEOUT ({self.db_timeout}), "
                "after which nobody waits for the database any more"
            )
        yield from self._replica_faults()
        if bool(self.db_ssl_cert) != bool(self.db_ssl_key):
            yield "DB_SSL_CERT and DB_SSL_KEY belong together: one of them is missing"
        yield from authority_faults("DB_SSL_CA", self.db_ssl_ca)
        try:
            if self.db_ssl_cert and self.db_ssl_key:
                ssl.create_default_context().load_cert_chain(self.db_ssl_cert, self.db_ssl_key)
        except (ssl.SSLError, OSError) as error:
            yield f"DB_SSL_CERT or DB_SSL_KEY is wrong: {error}"

    def _replica_faults(self) -> Iterator[str]:
        if self.db_read_host and self.db_connection == "sqlite":
            yield "DB_READ_HOST is wrong: SQLite has no replicas; set it with DB_CONNECTION=mysql or mariadb"
        elif not self.db_read_host and self.db_read_port is not None:
            yield "DB_READ_HOST is missing: DB_READ_PORT is the port of the replica that it names"
        elif self.db_read_host and self._is_itself():
            yield "DB_READ_HOST is wrong: it names the database itself, not a replica of it"

    def _is_itself(self) -> bool:
        port = self.db_read_port or self.db_port
        return not self.db_socket and (self.db_read_host, port) == (self.db_host, self.db_port)


def authority_faults(name: str, path: str) -> Iterator[str]:
    """Find faults of the file of a certificate authority."""
    try:
        if path:
            ssl.create_default_context(cafile=path)
    except (ssl.SSLError, OSError) as error:
        yield f"{name} is wrong: {error}"
