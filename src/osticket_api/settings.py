"""What an administrator decides, read from the environment and from `.env`.

A value that is missing or wrong stops the start with a sentence that names it: see `load`.
"""

import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy import URL

from osticket_api.kit.private_file import write_private
from osticket_api.kit.public_keys import is_public_key
from osticket_api.kit.web_addresses import is_web_address
from osticket_api.settings_database import DatabaseSettings, authority_faults
from osticket_api.settings_environment import OwnEnvironment, misspelled, unknown_setting, unread
from osticket_api.settings_providers import SingleSignOn
from osticket_api.settings_relay import Relay
from osticket_api.settings_reporting import Reporting

ENV_FILE: Final = ".env"
MIN_SECRET_BYTES: Final = 32
_SHORTEST_LOGIN: Final = 20


class ConfigurationError(Exception):
    """The settings cannot be used. The text says what to do."""


class Environment(StrEnum):
    development = "development"
    production = "production"


class Settings(DatabaseSettings, Relay, Reporting, SingleSignOn):
    model_config = SettingsConfigDict(env_file=ENV_FILE, env_file_encoding="utf-8", extra="ignore", frozen=True)

    app_env: Environment = Environment.development
    app_debug: bool = False
    app_url: str = ""
    osticket_url: str = ""

    read_only: bool = False
    jobs: bool = True
    allow_non_transactional: bool = False
    mail: Literal["send", "store", "off"] | None = None
    mail_tls_verify: bool = True
    mail_tls_ca: str = ""
    mail_sendmail: str = ""
    ldap_tls_verify: bool = True
    ldap_tls_ca: str = ""
    secret_salt: SecretStr = SecretStr("")

    inbound_mailgun_key: SecretStr = SecretStr("")
    inbound_sendgrid_key: SecretStr = SecretStr("")
    inbound_postmark_login: SecretStr = SecretStr("")
    inbound_ses_topics: SecretStr = SecretStr("")

    jwt_secret: SecretStr = SecretStr("")
    jwt_old_secrets: SecretStr = SecretStr("")
    secrets_key: SecretStr = SecretStr("")
    secrets_old_key: SecretStr = SecretStr("")
    jwt_ttl: int = Field(900, ge=30, le=86_400)
    jwt_refresh_ttl: int = Field(604_800, ge=60)
    session_ttl: int = Field(43_200, ge=60, le=2_592_000)
    osticket_cookie: str = Field("", pattern=r"^[A-Za-z0-9_-]{1,64}$|^$")

    legacy_create_response: Literal["text", "json"] = "text"
    legacy_repeat_seconds: int = Field(60, ge=0, le=3600)

    rate_limit_enabled: bool = True
    rate_limit_requests: int = Field(600, ge=1)
    rate_limit_window: int = Field(60, ge=1)
    rate_limit_sign_ins: int = Field(60, ge=1)
    redis_url: SecretStr = SecretStr("")

    captcha_provider: Literal["turnstile", "hcaptcha"] | None = None
    captcha_site_key: str = ""
    captcha_secret: SecretStr = SecretStr("")

    subtickets: Literal["auto", "always", "never"] | None = None
    legacy_people: Literal["text", "objects"] = "text"

    events_retention_days: int = Field(30, ge=1, le=3650)
    mail_retention_days: int = Field(90, ge=1, le=3650)
    webhook_allowed_networks: Annotated[Sequence[str], NoDecode] = ()

    metrics_allowed_networks: Annotated[Sequence[str], NoDecode] = ("127.0.0.0/8", "::1/128")

    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    force_https: bool = False
    hsts_seconds: int = Field(31_536_000, ge=0)
    trusted_proxies: Annotated[Sequence[str], NoDecode] = ()
    cors_origins: Annotated[Sequence[str], NoDecode] = ()
    max_body_bytes: int = Field(32 * 1024 * 1024, ge=1024)
    max_upload_bytes: int = Field(1024 * 1024 * 1024, ge=1024)
    max_header_bytes: int = Field(32 * 1024, ge=1024)
    header_timeout: int = Field(15, ge=1)
    body_timeout: int = Field(30, ge=1)
    keep_alive_timeout: int = Field(75, ge=1)
    drain_seconds: int = Field(0, ge=0, le=600)
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, OwnEnvironment(settings_cls), dotenv_settings

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, values: dict[str, Any]) -> dict[str, Any]:
        """An empty text counts as not set, but a prefix may be empty."""
        return {name: value for name, value in values.items() if value != "" or name == "db_prefix"}

    @field_validator(
        "trusted_proxies", "cors_origins", "webhook_allowed_networks", "metrics_allowed_networks", mode="before"
    )
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator(
        "app_env", "captcha_provider", "log_level", "db_connection", "events_source", "legacy_create_response",
        "legacy_people", "mail", "subtickets", mode="before",
    )  # fmt: skip
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("trusted_proxies", "webhook_allowed_networks", "metrics_allowed_networks")
    @classmethod
    def _networks(cls, value: Sequence[str]) -> Sequence[str]:
        for network in value:
            ip_network(network, strict=False)
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: Sequence[str]) -> Sequence[str]:
        for origin in value:
            if origin != "*" and not (is_web_address(origin) and origin.count("/") == 2):
                raise ValueError(f"{origin!r} is not a valid origin, such as https://desk.example.com")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_address(cls, value: SecretStr) -> SecretStr:
        address = value.get_secret_value()
        if address and urlsplit(address).scheme not in ("redis", "rediss", "redis+unix"):
            raise ValueError("it must be an address such as redis://127.0.0.1:6379/0")
        return value

    @field_validator("app_url", "osticket_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not is_web_address(value):
            raise ValueError(f"{value!r} is not a valid address, such as https://desk.example.com")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        faults = [
            *self.database_faults(),
            *authority_faults("MAIL_TLS_CA", self.mail_tls_ca),
            *authority_faults("LDAP_TLS_CA", self.ldap_tls_ca),
            *self._secret_faults(),
            *self._cookie_faults(),
            *self._captcha_faults(),
            *self._provider_faults(),
            *self.feature_faults(),
            *self._source_faults(),
            *self.reporting_faults(),
            *self.sign_on_faults(self.app_url, is_read_only=self.read_only),
            *self._production_faults(),
            *self._https_faults(),
        ]
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def _secret_faults(self) -> Iterator[str]:
        for name in ("jwt_secret", "secrets_key", "secrets_old_key"):
            secret = getattr(self, name).get_secret_value()
            if secret and len(secret.encode()) < MIN_SECRET_BYTES:
                yield f"{name.upper()} is too short: use at least {MIN_SECRET_BYTES} random bytes"
        if any(len(secret.encode()) < MIN_SECRET_BYTES for secret in self._old_signing_keys()):
            yield f"JWT_OLD_SECRETS has one that is too short: each has at least {MIN_SECRET_BYTES} bytes"

    def _cookie_faults(self) -> Iterator[str]:
        is_attached = self.db_connection != "sqlite"
        if self.osticket_cookie and is_attached and not self.secret_salt.get_secret_value():
            yield "OSTICKET_COOKIE needs SECRET_SALT: osTicket's sessions are signed with it, run `osticket-api attach`"

    def _captcha_faults(self) -> Iterator[str]:
        if self.captcha_provider is None:
            if self.captcha_site_key or self.captcha_secret.get_secret_value():
                yield "CAPTCHA_PROVIDER is missing: say whose keys CAPTCHA_SITE_KEY and CAPTCHA_SECRET are"
            return
        if not self.captcha_site_key or not self.captcha_secret.get_secret_value():
            yield "CAPTCHA_PROVIDER needs CAPTCHA_SITE_KEY and CAPTCHA_SECRET, which the provider gives you"

    def _source_faults(self) -> Iterator[str]:
        if self.events_source == "binlog" and self.db_connection == "sqlite":
            yield "EVENTS_SOURCE is wrong: SQLite has no binary log; leave it out, or use DB_CONNECTION=mysql"

    def _provider_faults(self) -> Iterator[str]:
        program = self.mail_sendmail.partition(" ")[0]
        if program and not (program.startswith("/") and os.access(program, os.X_OK)):
            yield f"MAIL_SENDMAIL is wrong: {program} is not the whole path of a program"
        login = self.inbound_postmark_login.get_secret_value()
        if login and not (":" in login and len(login) >= _SHORTEST_LOGIN):
            yield f"INBOUND_POSTMARK_LOGIN is wrong: give name:password, {_SHORTEST_LOGIN} characters or more"
        if not is_public_key(self.inbound_sendgrid_key.get_secret_value()):
            yield "INBOUND_SENDGRID_KEY is wrong: it is the verification key of the security policy, in base64"
        if not self.features_inbound_mail and self._takes_inbound_mail():
            yield "INBOUND_... needs FEATURES_INBOUND_MAIL, which is off: switch it on, or take the keys out"
        topics = self.inbound_ses_topics.get_secret_value()
        if topics and not all(topic.strip().startswith("arn:aws") for topic in topics.split(",")):
            yield "INBOUND_SES_TOPICS is wrong: name SNS topics such as arn:aws:sns:eu-west-1:123456789012:mail"

    def _takes_inbound_mail(self) -> bool:
        names = ("inbound_mailgun_key", "inbound_sendgrid_key", "inbound_postmark_login", "inbound_ses_topics")
        return any(getattr(self, name).get_secret_value() for name in names)

    def _production_faults(self) -> Iterator[str]:
        if self.app_env is not Environment.production:
            return
        if not self.jwt_secret.get_secret_value():
            yield f"JWT_SECRET is missing: in production set it to at least {MIN_SECRET_BYTES} random bytes"
        if not self.secrets_key.get_secret_value() and not self.read_only:
            yield f"SECRETS_KEY is missing: in production set it to at least {MIN_SECRET_BYTES} random bytes"
        if self.db_connection == "sqlite":
            yield "DB_CONNECTION=sqlite is the embedded help desk for trying out: in production use mysql"
        elif not self.secret_salt.get_secret_value():
            yield "SECRET_SALT is missing: it is osTicket's own, run `osticket-api attach`"
        if self.app_debug:
            yield "APP_DEBUG must be false in production"

    def _https_faults(self) -> Iterator[str]:
        if self.force_https and not self.trusted_proxies:
            yield "FORCE_HTTPS needs TRUSTED_PROXIES: the web server in front that has the certificate"

    @property
    def subticket_mode(self) -> Literal["auto", "always", "never"]:
        """SUBTICKETS; not set, an attached osTicket decides by its plugins, and the embedded help desk has them."""
        return self.subtickets or ("always" if self.db_connection == "sqlite" else "auto")

    @property
    def mail_mode(self) -> Literal["send", "store", "off"]:
        """MAIL; not set, an attached help desk sends and the embedded one stores. Read-only, there is no mail."""
        if self.read_only:
            return "off"
        return self.mail or ("store" if self.db_connection == "sqlite" else "send")

    @property
    def captures_mail(self) -> bool:
        """Whether stored mails can be looked at on this machine: on the embedded help desk, in development only."""
        is_for_trying = self.app_env is Environment.development and self.db_connection == "sqlite"
        return is_for_trying and self.mail_mode == "store"

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
        return self.server_url

    def signing_keys(self) -> tuple[str, ...]:
        """JWT_SECRET, then JWT_OLD_SECRETS. In development one is made and kept in DATA_DIR, for its owner alone."""
        given = self.jwt_secret.get_secret_value() or _kept_secret(self.data_dir / "jwt-secret")
        return (given, *self._old_signing_keys())

    def _old_signing_keys(self) -> Sequence[str]:
        given = self.jwt_old_secrets.get_secret_value().split(",")
        return [key.strip() for key in given if key.strip()]

    def secrets_keys(self) -> Sequence[str]:
        """SECRETS_KEY, then SECRETS_OLD_KEY if there is one. In development one is made once, as by `signing_keys`."""
        given = self.secrets_key.get_secret_value() or _kept_secret(self.data_dir / "secrets-key")
        old = self.secrets_old_key.get_secret_value()
        return (given, old) if old else (given,)

    def salt(self) -> str:
        """SECRET_SALT. The embedded help desk has no osTicket to share one with: it gets one of its own."""
        given = self.secret_salt.get_secret_value()
        return given or (_kept_secret(self.data_dir / "secret-salt") if self.db_connection == "sqlite" else "")


def _kept_secret(path: Path) -> str:
    if not path.exists():
        make_data_folder(path.parent)
        with suppress(FileExistsError):
            write_private(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def make_data_folder(folder: Path) -> None:
    """Make the folder if it is missing. Raises: ConfigurationError where files cannot be written to it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise ConfigurationError(
            f"Files cannot be written to {folder.absolute()}: {reason}; let DATA_DIR name a folder that the user of "
            "this server may write to"
        ) from None


def load(**overrides: Any) -> Settings:
    """The settings, with any overrides put on top. The environment counts more than `.env`.

    Raises: ConfigurationError naming every setting that is missing or wrong.
    """
    try:
        _check_names(overrides.get("_env_file", ENV_FILE))
        return Settings(**overrides)
    except ValidationError as error:
        raise ConfigurationError("\n".join(_sentence(problem) for problem in error.errors())) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{ENV_FILE} cannot be read: {error}") from None


def unread_names() -> list[str]:
    """List environment variables that look like settings and are not: see `settings_environment.unread`."""
    return unread(_known())


def _known() -> list[str]:
    return [field.upper() for field in Settings.model_fields]


def _check_names(path: Path | str | None) -> None:
    """A name that is no setting would be skipped without a word."""
    given = list(_lines_of(path))
    faults = [unknown_setting(path, name, _known()) for name in given if name.upper() not in _known()]
    faults += misspelled(_known(), given)
    if faults:
        raise ConfigurationError("; ".join(faults))


def _lines_of(path: Path | str | None) -> Iterator[str]:
    if path is None or not Path(path).exists():
        return
    if not Path(path).is_file():
        raise ConfigurationError(
            f"{path} is a folder, not a file of settings: Docker makes one where a file is missing"
        )
    with Path(path).open(encoding="utf-8") as stream:
        for binding in parse_stream(stream):
            if binding.error:
                raise ConfigurationError(f"{path} cannot be read: line {binding.original.line} is not a setting")
            if binding.key is not None and binding.value is None:
                raise ConfigurationError(f"{path} gives {binding.key[:80]} no value: write {binding.key[:80]}=...")
            if binding.key is not None:
                yield binding.key


def _sentence(problem: Any) -> str:
    message = str(problem["msg"]).removeprefix("Value error, ").replace("Input should be", "it must be")
    if not problem["loc"]:
        return message
    name = str(problem["loc"][0]).upper()
    return f"{name} is wrong: {_PATTERNS.get(name, message)}"


_PATTERNS: Final = {"DB_PREFIX": "it must be letters, digits and underscores, at most 32"}
