"""What each setting means, in the order in which an administrator reads them: `.env.example` is made from this."""

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from osticket_api.settings import Settings

MEANINGS: Final[dict[str, dict[str, str]]] = {
    "The server": {
        "APP_ENV": "development, or production, which demands every secret",
        "APP_DEBUG": "write more to the log; never in production",
        "APP_URL": "the address at which this server is reached; without it, the host that each caller names",
        "OSTICKET_URL": "the address of osTicket's own pages",
        "HOST": "the address to listen on",
        "PORT": "the port to listen on; 0: any that is free",
        "DATA_DIR": "the folder of the embedded help desk and of secrets that are made in development",
        "TRUSTED_PROXIES": "addresses or networks of web servers in front, separated by commas",
        "FORCE_HTTPS": "send browsers that come by HTTP on to HTTPS, and refuse everything else",
        "HSTS_SECONDS": "with FORCE_HTTPS, how long browsers keep to HTTPS by themselves; 0: they forget it",
        "CORS_ORIGINS": "origins of front ends in browsers, separated by commas",
        "LOG_LEVEL": "debug, info, warning or error",
        "METRICS_ALLOWED_NETWORKS": "addresses or networks that may read /metrics, separated by commas",
        "READ_ONLY": "answer reads, change nothing",
        "JOBS": "whether `serve` runs the jobs (mail, webhooks, events) too; off: leave them to `osticket-api worker`",
    },
    "Features, on or off: what is off has no routes, is not in the description, and does nothing": {
        "FEATURES_CONSOLE": "the console for agents at /console",
        "FEATURES_PORTAL": "the portal for users at /portal",
        "FEATURES_DOCS": "the description of the API at /docs and /openapi.json",
        "FEATURES_METRICS": "what Prometheus reads at /metrics",
        "FEATURES_MCP": "the command `osticket-api mcp` for assistants",
        "FEATURES_EVENTS": "the feed of events, the stream, and /changes; webhooks need it",
        "FEATURES_WEBHOOKS": "webhooks, and their deliveries",
        "FEATURES_INBOUND_MAIL": "mail that providers post",
        "FEATURES_REGISTRATION": "visitors register, confirm an account, and replace a forgotten password",
        "FEATURES_LEGACY": "the old endpoints below /api",
    },
    "The database": {
        "DB_CONNECTION": "sqlite (the embedded help desk), mysql or mariadb",
        "DB_HOST": "where the database server is",
        "DB_PORT": "the port of the database server",
        "DB_SOCKET": "the socket of a database server on this host, instead of DB_HOST and DB_PORT",
        "DB_DATABASE": "the name of osTicket's database; with sqlite a file",
        "DB_USERNAME": "the user of the database",
        "DB_PASSWORD": "the password of that user",
        "DB_PREFIX": "what the names of osTicket's tables begin with",
        "DB_TIMEZONE": "the time zone in which the database server writes; without it, worked out",
        "DB_POOL_SIZE": "connections: a process opens and keeps up to twice as many for reads, as many for writes",
        "DB_TIMEOUT": "seconds that the database may be silent before a request is given up",
        "DB_STATEMENT_TIMEOUT": "seconds after which the database ends a query that reads; 0: only DB_TIMEOUT counts",
        "DB_READ_HOST": "a replica of the database, which answers what reads where it has come as far as the database",
        "DB_READ_PORT": "the port of the replica; without it, DB_PORT",
        "DB_READ_MAX_LAG": "seconds that a read waits for the replica; if it is further behind, DB_HOST answers",
        "DB_SSL_CA": "the file of the certificate authority of the database server",
        "DB_SSL_CERT": "the file of our certificate for the database server",
        "DB_SSL_KEY": "the file of the key of DB_SSL_CERT",
        "DB_SSL_CHECK_HOSTNAME": "whether the certificate must name DB_HOST",
        "ALLOW_NON_TRANSACTIONAL": "write to tables whose engine (MyISAM) cannot roll back",
    },
    "Secrets and sign-in": {
        "SECRET_SALT": "osTicket's own, from ost-config.php",
        "JWT_SECRET": "the key that signs access tokens: 32 random bytes or more",
        "JWT_OLD_SECRETS": "keys whose tokens are still accepted while JWT_SECRET changes, separated by commas",
        "SECRETS_KEY": "the key that encrypts our own secrets in the database: 32 random bytes or more",
        "SECRETS_OLD_KEY": "the key before, until `osticket-api secrets rotate` was run",
        "JWT_TTL": "seconds that an access token is valid",
        "JWT_REFRESH_TTL": "seconds that a refresh token is valid",
        "SESSION_TTL": "seconds after which a browser session ends, however much it is used",
        "OSTICKET_COOKIE": "osTicket's cookie, usually OSTSESSID: whoever is signed in there is signed in here too",
        "OIDC_PROVIDERS": "a TOML file with the identity providers that people sign in with, by OpenID Connect",
        "OIDC_RETURN_TO": "pages on other hosts, by their exact addresses, that people may come back to from providers",
        "LDAP_TLS_VERIFY": "whether certificates of directories are verified, where osTicket's LDAP plugin says TLS",
        "LDAP_TLS_CA": "a file with the authority that signed them, if it is your own",
    },
    "Mail": {
        "MAIL": "send, store or off; without it, send with an osTicket database, else store",
        "MAIL_TLS_VERIFY": "whether certificates of mail servers are verified",
        "MAIL_TLS_CA": "a file with the authority that signed them, if it is your own",
        "MAIL_SENDMAIL": "a local sendmail, such as /usr/sbin/sendmail, where no SMTP account can be used",
        "INBOUND_MAILGUN_KEY": "Mailgun's HTTP webhook signing key; without it no mail is taken from there",
        "INBOUND_SENDGRID_KEY": "the verification key of SendGrid's security policy, in base64",
        "INBOUND_POSTMARK_LOGIN": "name:password in the address that Postmark posts to, 20 characters or more",
        "INBOUND_SES_TOPICS": "comma list: SNS topics to which Amazon SES publishes mails",
        "MAIL_RETENTION_DAYS": "days that mails are kept which are sent, failed, cancelled or stored",
    },
    "Limits": {
        "RATE_LIMIT_ENABLED": "whether requests are counted and limited",
        "RATE_LIMIT_REQUESTS": "requests in a window for each person, key, or address that has not signed in",
        "RATE_LIMIT_WINDOW": "seconds of a window",
        "RATE_LIMIT_SIGN_INS": "sign-ins in a window for each address",
        "CAPTCHA_PROVIDER": "turnstile or hcaptcha: what visitors solve before they open tickets or register",
        "CAPTCHA_SITE_KEY": "the provider's public key for your site",
        "CAPTCHA_SECRET": "the provider's secret key",
        "REDIS_URL": "Redis, in which processes on several hosts count together and nudge each other, such as redis://127.0.0.1:6379/0",
        "MAX_BODY_BYTES": "the largest body with attachments",
        "MAX_UPLOAD_BYTES": "the largest upload to /files",
        "MAX_HEADER_BYTES": "the largest headers of a request",
        "HEADER_TIMEOUT": "seconds in which the headers of a request arrive",
        "BODY_TIMEOUT": "seconds in which the body of a request arrives, plus one for each KiB",
        "KEEP_ALIVE_TIMEOUT": "seconds that an idle connection stays open",
        "DRAIN_SECONDS": "seconds after TERM in which requests are answered as before, but /readyz says 503",
    },
    "Events and webhooks": {
        "EVENTS_RETENTION_DAYS": "days that events are kept for those who ask later",
        "EVENTS_SOURCE": "tables, or binlog: the database server's log says at once where to look (docs/events.md)",
        "EVENTS_RELAY": "a broker to which events go too: redis://host:6379/0?stream=NAME, or others (docs/events.md)",
        "WEBHOOK_ALLOWED_NETWORKS": "internal addresses or networks that webhooks may connect to, separated by commas",
    },
    "Traces and errors: with the extras otel and sentry": {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "the OpenTelemetry collector for traces, by HTTP; without it, none are made",
        "OTEL_EXPORTER_OTLP_HEADERS": "headers for the collector, such as a key: name=value,name=value",
        "OTEL_SERVICE_NAME": "the name of this server in traces",
        "SENTRY_DSN": "the Sentry project to which errors are reported; without it none are",
    },
    "The old endpoints": {
        "SUBTICKETS": "auto (where the plugin is active), always or never; without it, always when embedded",
        "LEGACY_CREATE_RESPONSE": "a new ticket is answered by its number as text, or as json",
        "LEGACY_REPEAT_SECONDS": "seconds in which the same creation gets the first ticket while it is open; 0: never",
        "LEGACY_PEOPLE": "people as text, or as objects",
    },
}
"""The meaning of each setting, by group and name. A new setting needs a line here, and `make settings`."""


def env_example() -> str:
    """Every setting with its default and its meaning, as a settings file in which nothing is set."""
    lines = ["# Copy this file to .env and take the number sign from the settings that differ from their defaults."]
    for group, meanings in MEANINGS.items():
        lines += ["", f"# {group}", *(line for name in meanings for line in _lines(name, meanings[name]))]
    return "\n".join(lines) + "\n"


def _lines(name: str, meaning: str) -> Iterator[str]:
    yield f"# {meaning}"
    yield f"#{name}={default(name)}"


def default(name: str) -> str:
    """The default of a setting, as the settings file writes it. Empty where there is none."""
    value = Settings.model_fields[name.lower()].default
    return _written(value)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return ",".join(value)
    return "" if value is None else str(Path(value)) if isinstance(value, Path) else str(value)
