"""Every missing or wrong setting is named in a sentence."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from osticket_api.settings import ConfigurationError, Environment, Settings, load, unread_names

SECRET = "0123456789abcdef0123456789abcdef"
PRODUCTION: dict[str, Any] = {
    "app_env": "production",
    "db_connection": "mysql",
    "db_database": "osticket",
    "db_username": "osticket",
    "jwt_secret": SECRET,
    "secrets_key": SECRET,
    "secret_salt": "salt",
}


@pytest.fixture(autouse=True)
def empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without `.env`, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def refusal(**overrides: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(**overrides)
    return str(caught.value)


def test_without_any_setting_it_is_the_embedded_help_desk() -> None:
    settings = load()
    assert settings.app_env is Environment.development
    assert settings.database_url.render_as_string() == "sqlite:///data/helpdesk.sqlite"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("APP_ENV", "staging", "APP_ENV is wrong: it must be 'development' or 'production'"),
        ("APP_DEBUG", "maybe", "APP_DEBUG is wrong: it must be a valid boolean"),
        ("APP_URL", "desk.example.com", "APP_URL is wrong: 'desk.example.com' is not a valid address"),
        ("DB_CONNECTION", "oracle", "DB_CONNECTION is wrong: it must be 'sqlite', 'mysql' or 'mariadb'"),
        ("DB_PORT", "mysql", "DB_PORT is wrong: it must be a valid integer"),
        ("DB_PORT", "70000", "DB_PORT is wrong: it must be less than or equal to 65535"),
        ("DB_STATEMENT_TIMEOUT", "-1", "DB_STATEMENT_TIMEOUT is wrong: it must be greater than or equal to 0"),
        ("DB_STATEMENT_TIMEOUT", "31", "DB_STATEMENT_TIMEOUT is wrong: it must be at most DB_TIMEOUT (30)"),
        ("DB_PREFIX", "ost-", "DB_PREFIX is wrong: it must be letters, digits and underscores, at most 32"),
        ("DB_SSL_CA", "/nowhere/ca.pem", "DB_SSL_CA is wrong: there is no file /nowhere/ca.pem"),
        ("DB_SSL_CERT", "/nowhere/c.pem", "DB_SSL_CERT is wrong: there is no file /nowhere/c.pem"),
        ("DB_SSL_KEY", "/nowhere/k.pem", "DB_SSL_KEY is wrong: there is no file /nowhere/k.pem"),
        ("DB_SSL_CHECK_HOSTNAME", "x", "DB_SSL_CHECK_HOSTNAME is wrong: it must be a valid boolean"),
        ("DB_READ_HOST", "replica", "DB_READ_HOST is wrong: SQLite has no replicas"),
        ("DB_READ_PORT", "3307", "DB_READ_HOST is missing: DB_READ_PORT is the port of the replica that it names"),
        ("DB_READ_MAX_LAG", "2", "DB_READ_MAX_LAG is wrong: it must be less than or equal to 1"),
        ("DB_POOL_SIZE", "0", "DB_POOL_SIZE is wrong: it must be greater than or equal to 1"),
        ("READ_ONLY", "perhaps", "READ_ONLY is wrong: it must be a valid boolean"),
        ("JWT_SECRET", "short", "JWT_SECRET is too short: use at least 32 random bytes"),
        (
            "JWT_OLD_SECRETS",
            f"{SECRET}, short",
            "JWT_OLD_SECRETS has one that is too short: each has at least 32 bytes",
        ),
        ("SECRETS_KEY", "short", "SECRETS_KEY is too short: use at least 32 random bytes"),
        ("SECRETS_OLD_KEY", "short", "SECRETS_OLD_KEY is too short: use at least 32 random bytes"),
        ("JWT_TTL", "1", "JWT_TTL is wrong: it must be greater than or equal to 30"),
        ("JWT_REFRESH_TTL", "a week", "JWT_REFRESH_TTL is wrong: it must be a valid integer"),
        ("RATE_LIMIT_ENABLED", "sure", "RATE_LIMIT_ENABLED is wrong: it must be a valid boolean"),
        ("RATE_LIMIT_REQUESTS", "0", "RATE_LIMIT_REQUESTS is wrong: it must be greater than or equal to 1"),
        ("RATE_LIMIT_WINDOW", "0", "RATE_LIMIT_WINDOW is wrong: it must be greater than or equal to 1"),
        ("PORT", "-1", "PORT is wrong: it must be greater than or equal to 0"),
        ("TRUSTED_PROXIES", "10.0.0.1,proxy", "TRUSTED_PROXIES is wrong: 'proxy' does not appear to be an IPv4"),
        ("CORS_ORIGINS", "https://a.example/x", "CORS_ORIGINS is wrong: 'https://a.example/x' is not a valid origin"),
        ("MAX_BODY_BYTES", "12", "MAX_BODY_BYTES is wrong: it must be greater than or equal to 1024"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is wrong: it must be 'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_a_wrong_value_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    assert sentence in refusal()


def test_all_wrong_values_are_named_at_once() -> None:
    text = refusal(db_port="x", log_level="loud")
    assert "DB_PORT" in text
    assert "LOG_LEVEL" in text


def test_all_missing_values_are_named_at_once() -> None:
    text = refusal(app_env="production", db_connection="mysql")
    for name in ("DB_DATABASE", "DB_USERNAME", "JWT_SECRET", "SECRETS_KEY", "SECRET_SALT"):
        assert f"{name} is missing" in text


def test_production_on_the_embedded_help_desk_is_refused() -> None:
    assert "DB_CONNECTION=sqlite" in refusal(app_env="production", jwt_secret=SECRET)


def test_production_with_debug_is_refused() -> None:
    assert refusal(**PRODUCTION, app_debug=True) == "APP_DEBUG must be false in production"


def test_production_with_everything_is_accepted() -> None:
    assert load(**PRODUCTION).signing_keys() == (SECRET,)


def test_cookie_of_osticket_needs_the_salt_that_signs_its_sessions() -> None:
    assert load(**PRODUCTION, osticket_cookie="OSTSESSID").osticket_cookie == "OSTSESSID"
    with pytest.raises(ConfigurationError, match="OSTICKET_COOKIE needs SECRET_SALT"):
        load(**{**PRODUCTION, "app_env": "development", "secret_salt": ""}, osticket_cookie="OSTSESSID")
    with pytest.raises(ConfigurationError, match="OSTICKET_COOKIE"):
        load(**PRODUCTION, osticket_cookie="not a name; Path=/")


def test_production_without_tables_of_our_own_needs_no_key_for_secrets() -> None:
    assert load(**PRODUCTION | {"secrets_key": "", "read_only": True}).read_only


def test_a_client_certificate_without_its_key_is_refused(empty_place: Path) -> None:
    (empty_place / "c.pem").write_text("")
    assert "belong together" in refusal(db_ssl_cert="c.pem")


def test_a_refusal_never_shows_a_secret() -> None:
    assert "hunter2" not in refusal(jwt_secret="hunter2", db_connection="mysql", db_password="hunter2")


def test_env_file_is_read(empty_place: Path) -> None:
    (empty_place / ".env").write_text("# a comment\nDB_CONNECTION=sqlite\nDB_PORT=3307\nDB_PASSWORD='a # b \\' c'\n")
    settings = load()
    assert settings.db_port == 3307
    assert settings.db_password.get_secret_value() == "a # b ' c"


def test_environment_counts_more_than_env_file(empty_place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty_place / ".env").write_text("DB_CONNECTION=sqlite\nDB_PORT=3307\nDB_HOST=from-file\n")
    monkeypatch.setenv("DB_PORT", "3308")
    settings = load()
    assert (settings.db_port, settings.db_host) == (3308, "from-file")


def test_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_PORT", "")
    assert load().db_port == 3306


def test_empty_prefix_is_a_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_PREFIX", "")
    assert load().db_prefix == ""


def test_line_of_env_file_that_is_no_setting_is_refused(empty_place: Path) -> None:
    (empty_place / ".env").write_text("DB_PORT=3307\nDB_PASSWORD='never ends\n")
    assert refusal() == ".env cannot be read: line 2 is not a setting"


def test_env_file_in_another_encoding_is_refused(empty_place: Path) -> None:
    (empty_place / ".env").write_bytes("APP_NAME=für\n".encode("latin-1"))
    assert refusal().startswith(".env cannot be read:")


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.1, 192.168.0.0/16,")
    monkeypatch.setenv("CORS_ORIGINS", "https://a.example,http://localhost:3000")
    settings = load()
    assert settings.trusted_proxies == ("10.0.0.1", "192.168.0.0/16")
    assert settings.cors_origins == ("https://a.example", "http://localhost:3000")


def test_words_are_read_in_any_case() -> None:
    settings = load(app_env="Development", db_connection="SQLite", log_level="WARNING")
    assert (settings.db_connection, settings.log_level) == ("sqlite", "warning")


def test_socket_is_used_instead_of_host() -> None:
    url = load(**{**PRODUCTION, "db_socket": "/run/mysqld/mysqld.sock", "db_password": "p@:/ss"}).database_url
    assert (url.host, url.port, url.password) == (None, None, "p@:/ss")
    assert url.query == {"unix_socket": "/run/mysqld/mysqld.sock"}


def test_certificates_go_into_the_database_address() -> None:
    files = {"db_ssl_ca": "ca.pem", "db_ssl_cert": "c.pem", "db_ssl_key": "k.pem"}
    values: dict[str, Any] = {**PRODUCTION, **files, "db_ssl_check_hostname": False, "db_password": SecretStr("")}
    settings = Settings.model_construct(**values)
    assert settings.database_url.query == {
        "ssl_ca": "ca.pem",
        "ssl_cert": "c.pem",
        "ssl_key": "k.pem",
        "ssl_check_hostname": "false",
    }


def test_files_that_hold_no_certificates_are_refused(empty_place: Path) -> None:
    (empty_place / "x.pem").write_text("x")
    text = refusal(db_ssl_ca="x.pem", db_ssl_cert="x.pem", db_ssl_key="x.pem")
    assert "DB_SSL_CA is wrong: " in text
    assert "DB_SSL_CERT or DB_SSL_KEY is wrong: " in text


def test_what_mail_is_to_leave_by_is_checked(empty_place: Path) -> None:
    (empty_place / "x.pem").write_text("x")
    text = refusal(mail_tls_ca="x.pem", mail_sendmail="sendmail -t")
    assert "MAIL_TLS_CA is wrong: " in text
    assert "MAIL_SENDMAIL is wrong: sendmail is not the whole path of a program" in text
    assert load(mail_sendmail="/bin/sh -c true").mail_sendmail == "/bin/sh -c true"


def test_signing_key_of_development_is_made_once_and_private(empty_place: Path) -> None:
    [key] = load().signing_keys()
    kept = empty_place / "data" / "jwt-secret"
    assert len(key) >= 43
    assert load().signing_keys() == (key,)
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600


@pytest.mark.parametrize(
    ("host", "loopback"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("a.b", False)]
)
def test_loopback_is_known(host: str, loopback: bool) -> None:
    assert load(host=host).is_loopback is loopback


@pytest.mark.parametrize(
    ("given", "seconds"),
    [({}, 20), ({"db_timeout": 5}, 5), ({"db_statement_timeout": 3}, 3), ({"db_statement_timeout": 0}, None)],
)
def test_the_database_ends_a_query_before_nobody_waits_for_it(given: dict[str, int], seconds: int | None) -> None:
    assert load(**given).statement_timeout == seconds


def test_the_database_is_no_replica_of_itself() -> None:
    place = {"db_connection": "mariadb", "db_host": "db", "db_database": "osticket", "db_username": "api"}
    elsewhere = load(**place, db_read_host="db", db_read_port=3307).replica_url
    assert elsewhere is not None
    assert elsewhere.port == 3307
    with pytest.raises(ConfigurationError, match="names the database itself"):
        load(**place, db_read_host="db")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("FEATURES_TICKTES", "The environment has the unknown setting FEATURES_TICKTES"),
        ("features_portl", "unknown setting features_portl: did you mean FEATURES_PORTAL?"),
        ("LEGACY_ANYTHING", "unknown setting LEGACY_ANYTHING"),
        ("DB_HOTS", "unknown setting DB_HOTS: did you mean DB_HOST?"),
        ("DB_PASSWD", "unknown setting DB_PASSWD: did you mean DB_PASSWORD?"),
        ("READONLY", "unknown setting READONLY: did you mean READ_ONLY?"),
        ("TRUSTED_PROXYS", "unknown setting TRUSTED_PROXYS: did you mean TRUSTED_PROXIES?"),
        ("SENTRY_DNS", "unknown setting SENTRY_DNS: did you mean SENTRY_DSN?"),
        ("SUBTICKET", "unknown setting SUBTICKET: did you mean SUBTICKETS?"),
    ],
)
def test_misspelled_names_in_the_environment_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, sentence: str
) -> None:
    monkeypatch.setenv(name, "hunter2")
    assert sentence in refusal()
    assert "hunter2" not in refusal()


def test_all_misspelled_names_are_told_at_once(empty_place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty_place / ".env").write_text("DB_PROT=3307\n")
    monkeypatch.setenv("DB_HOTS", "db")
    assert "DB_PORT?" in refusal()
    assert "DB_HOST?" in refusal()


def test_a_name_near_to_a_setting_that_is_given_is_somebody_elses(
    empty_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URLS", "redis://a redis://b")
    assert "REDIS_URL?" in refusal()
    (empty_place / ".env").write_text("REDIS_URL=\n")
    assert load().redis_url.get_secret_value() == ""


FOREIGN = {
    "DB_SERVICE_HOST": "10.0.0.1",
    "DB_SERVICE_PORT": "3306",
    "DB_SERVICE_PORT_MYSQL": "3306",
    "DB_PORT": "tcp://10.0.0.1:3306",
    "DB_PORT_3306_TCP": "tcp://10.0.0.1:3306",
    "DB_PORT_3306_TCP_ADDR": "10.0.0.1",
    "DB_PORT_3306_TCP_PORT": "3306",
    "DB_PORT_3306_TCP_PROTO": "tcp",
    "EVENTS_PORT": "tcp://10.0.0.2:80",
    "EVENTS_SERVICE_HOST": "10.0.0.2",
    "FEATURES_PORT_53_UDP_ADDR": "10.0.0.3",
    "OSTICKET_API_PORT": "tcp://10.0.0.4:80",
    "OSTICKET_API_SERVICE_PORT_HTTP": "80",
    "REDIS_PORT": "tcp://10.0.0.5:6379",
    "MAIL": "/var/mail/root",
    "MAILTO": "root",
    "HOSTNAME": "desk",
    "SESSION_MANAGER": "local/desk",
    "FORCE_COLOR": "1",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318",
    "OTEL_TRACES_SAMPLER": "always_on",
    "SENTRY_ENVIRONMENT": "production",
}
"""What orchestrators, shells and libraries put into the environment of a process."""


def test_names_that_others_put_into_the_environment_are_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FOREIGN.items():
        monkeypatch.setenv(name, value)
    settings = load()
    assert (settings.db_port, settings.mail_mode) == (3306, "store")
    assert unread_names() == []


def test_names_of_others_are_told_where_they_may_have_been_meant_for_us(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DB_USER", "JWT_SECRET_FILE", "SECRET_KEY", "OSTICKET_DIRECTORY"):
        monkeypatch.setenv(name, "x")
    assert unread_names() == ["DB_USER", "JWT_SECRET_FILE", "OSTICKET_DIRECTORY", "SECRET_KEY"]


def test_a_service_of_kubernetes_does_not_hide_the_port_of_the_env_file(
    empty_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_place / ".env").write_text("DB_PORT=3307\n")
    monkeypatch.setenv("DB_PORT", "tcp://10.0.0.1:3306")
    assert load().db_port == 3307


def test_a_path_is_no_way_of_mail_in_the_env_file(empty_place: Path) -> None:
    (empty_place / ".env").write_text("MAIL=/usr/sbin/sendmail\n")
    assert "MAIL is wrong" in refusal()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"db_host": "db"}, "DB_CONNECTION is missing: DB_HOST is of a database server"),
        ({"db_username": "api", "db_password": "x"}, "DB_CONNECTION is missing: DB_USERNAME, DB_PASSWORD is of"),
        ({"captcha_secret": "x"}, "CAPTCHA_PROVIDER is missing"),
        ({"oidc_return_to": "https://desk.example.com/app"}, "OIDC_RETURN_TO needs OIDC_PROVIDERS"),
        ({"features_inbound_mail": False, "inbound_mailgun_key": "x"}, "needs FEATURES_INBOUND_MAIL, which is off"),
    ],
)
def test_a_setting_that_would_have_no_effect_is_refused(given: dict[str, Any], sentence: str) -> None:
    assert sentence in refusal(**given)


def test_a_line_without_a_value_is_refused(empty_place: Path) -> None:
    (empty_place / ".env").write_text("LOG_LEVEL=info\nJWT_SECRET\n")
    assert refusal() == ".env gives JWT_SECRET no value: write JWT_SECRET=..."


def test_a_folder_is_no_file_of_settings(empty_place: Path) -> None:
    (empty_place / ".env").mkdir()
    assert refusal().startswith(".env is a folder, not a file of settings")


def test_names_that_commands_read_are_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OSTICKET_API_KEY", "OSTICKET_API_URL", "OSTICKET_MCP_TOOLS", "OSTICKET_MCP_FILES"):
        monkeypatch.setenv(name, "x")
    assert unread_names() == []
