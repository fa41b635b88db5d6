"""What an administrator decides, read from the environment and from `.env`.

A value that is missing or wrong stops the start with a sentence that names it: see `load`.
"""

import secrets
from collections.abc import Sequence
from enum import StrEnum
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL

MIN_SECRET_BYTES = 32


class ConfigurationError(Exception):
    """The settings cannot be used. The text says what to do."""


class Environment(StrEnum):
    development = "development"
    production = "production"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    app_env: Environment = Environment.development
    app_debug: bool = False
    app_url: str = ""

    db_connection: str = Field("sqlite", pattern="^(sqlite|mysql|mariadb)$")
    db_host: str = "127.0.0.1"
    db_port: int = Field(3306, ge=1, le=65535)
    db_database: str = ""
    db_username: str = ""
    db_password: SecretStr = SecretStr("")
    db_socket: str = ""
    db_prefix: str = Field("ost_", pattern="^[A-Za-z0-9_]{0,32}$")
    db_timezone: str = ""
    db_pool_size: int = Field(10, ge=1, le=200)

    read_only: bool = False
    secret_salt: SecretStr = SecretStr("")

    jwt_secret: SecretStr = SecretStr("")
    jwt_ttl: int = Field(900, ge=30, le=86_400)
    jwt_refresh_ttl: int = Field(604_800, ge=60)

    rate_limit_enabled: bool = True
    rate_limit_requests: int = Field(600, ge=1)
    rate_limit_window: int = Field(60, ge=1)

    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    trusted_proxies: Annotated[Sequence[str], NoDecode] = ()
    cors_origins: Annotated[Sequence[str], NoDecode] = ()
    max_body_bytes: int = Field(32 * 1024 * 1024, ge=1024, validation_alias=AliasChoices("max_body_bytes"))
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$")

    @field_validator("trusted_proxies", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("log_level", "db_connection", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: Sequence[str]) -> Sequence[str]:
        for network in value:
            ip_network(network, strict=False)
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.db_connection != "sqlite" and not self.db_database:
            raise ValueError("DB_DATABASE is missing: name the osTicket database, or run `osticket-api attach`")
        if self.db_connection != "sqlite" and not self.db_username:
            raise ValueError("DB_USERNAME is missing: name the database user, or run `osticket-api attach`")
        secret = self.jwt_secret.get_secret_value()
        if secret and len(secret.encode()) < MIN_SECRET_BYTES:
            raise ValueError(f"JWT_SECRET is too short: use at least {MIN_SECRET_BYTES} random bytes")
        if self.app_env is Environment.production:
            self._check_production(secret)
        return self

    def _check_production(self, secret: str) -> None:
        if not secret:
            raise ValueError("JWT_SECRET is missing: in production set it to at least 32 random bytes")
        if self.db_connection == "sqlite":
            raise ValueError("DB_CONNECTION=sqlite is the embedded help desk for trying out: in production use mysql")
        if self.app_debug:
            raise ValueError("APP_DEBUG must be false in production")

    @property
    def is_loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def sqlite_path(self) -> Path:
        return Path(self.db_database) if self.db_database else self.data_dir / "helpdesk.sqlite"

    @property
    def database_url(self) -> URL:
        """Where the help desk's database is, for SQLAlchemy."""
        if self.db_connection == "sqlite":
            return URL.create("sqlite", database=str(self.sqlite_path))
        return URL.create(
            "mysql+asyncmy",
            self.db_username,
            self.db_password.get_secret_value(),
            host=None if self.db_socket else self.db_host,
            port=None if self.db_socket else self.db_port,
            database=self.db_database,
            query={"unix_socket": self.db_socket} if self.db_socket else {},
        )

    def signing_key(self) -> str:
        """JWT_SECRET. In development one is made once and kept in DATA_DIR, readable by its owner only."""
        given = self.jwt_secret.get_secret_value()
        return given or _kept_secret(self.data_dir / "jwt-secret")


def _kept_secret(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


def load(**overrides: Any) -> Settings:
    """The settings, with any overrides put on top.

    Raises: ConfigurationError naming every setting that is missing or wrong.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise ConfigurationError("\n".join(_sentence(problem) for problem in error.errors())) from None


def _sentence(problem: Any) -> str:
    message = str(problem["msg"]).removeprefix("Value error, ")
    if not problem["loc"]:
        return message
    name = str(problem["loc"][0]).upper()
    return f"{name} is wrong: {message}"
