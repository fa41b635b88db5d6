"""Attaching to an osTicket on MariaDB: what is reported, written and refused."""

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from osticket_api.cli.attach import attach
from osticket_api.db import own
from osticket_api.db import tables as t
from osticket_api.db.connect import prepare
from osticket_api.db.engine import Database
from osticket_api.settings import ConfigurationError, Settings, load
from tests.attach.conftest import OsTicket
from tests.fixtures.desks import play
from tests.fixtures.golden import AS_IN_1_17
from tests.fixtures.mariadb import program

ENV = Path(".env")
OWN_TABLES = {
    "api_session",
    "api_challenge",
    "api_passkey",
    "api_sign_on",
    "api_provider_session",
    "api_provider_logout",
    "api_identity",
    "api_code_use",
    "api_audit",
    "api_audit_seal",
    "api_strike",
    "api_credential",
    "api_credential_use",
    "api_idempotency",
    "api_upload",
    "api_field_permission",
    "api_switch",
    "api_read_mark",
    "api_presence",
    "api_event",
    "api_feed",
    "api_relay",
    "api_copy",
    "api_trace",
    "api_webhook",
    "api_delivery",
    "api_stream_ticket",
    "api_mail_occasion",
    "api_outgoing_mail",
    "api_mail_attempt",
    "api_migration",
}


def report(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The lines of the report by their first words."""
    lines = [line.split("  ", 1) for line in capsys.readouterr().out.splitlines() if "  " in line]
    return {name: text.strip() for name, text in lines}


def refusal(place: OsTicket, **options: object) -> str:
    with pytest.raises(ConfigurationError) as caught:
        attach(place.folder, **options)  # type: ignore[arg-type]
    return str(caught.value)


def written() -> Settings:
    return load(_env_file=ENV)


def test_attached_help_desk_can_be_served(osticket: OsTicket) -> None:
    async def scenario(database: Database) -> str:
        return await prepare(database, settings)

    attach(osticket.folder)
    settings = written()
    assert play(settings, scenario) == "1.18.1"
    assert (settings.app_url, settings.osticket_url) == ("", "https://desk.example.com")
    assert (settings.app_env, settings.read_only) == ("production", False)
    assert settings.secret_salt.get_secret_value() == "salt"
    assert len(settings.jwt_secret.get_secret_value()) == 64
    assert len(settings.secrets_key.get_secret_value()) == 64


def test_report_says_what_was_found(osticket: OsTicket, capsys: pytest.CaptureFixture[str]) -> None:
    osticket.change(
        "INSERT INTO ost_plugin (id, name, install_path, isactive, version, installed) VALUES "
        "(1, 'Audit', 'plugins/audit', 1, '0.1', NOW()), (2, 'Files', 'plugins/fs', 1, '0.2', NOW())",
        "INSERT INTO ost_plugin_instance (plugin_id, flags, name, created) VALUES (1, 1, 'x', NOW())",
        "ALTER TABLE ost_ticket ADD COLUMN version int DEFAULT 0",
        "CREATE TABLE ost_audit (id int)",
        "CREATE TABLE others (id int)",
    )
    attach(osticket.folder, read_only=True)
    found = report(capsys)
    assert found["osTicket"].startswith("1.18.1 (")
    assert found["Help desk"] == "[IT] Desk https://desk.example.com/"
    assert found["Table prefix"] == "ost_"
    assert found["Time zone"] == "UTC"
    assert found["Content"].startswith("tickets: 0, open tickets: 0, users: 0")
    assert "agents: 1, departments: 3, API keys: 0" in found["Content"]
    assert found["Plugins"] == "Audit 0.1, Files 0.2 (off)"
    assert found["Beyond osTicket"] == "ost_audit, ost_ticket.version"
    assert found["Full-text search"] == "yes"
    assert found["Writing"] == "no: attached read-only"
    assert found["API keys"] == "limited: those of osTicket only"


def test_attach_says_what_it_created_and_what_is_not_enforced(
    osticket: OsTicket, capsys: pytest.CaptureFixture[str]
) -> None:
    attach(osticket.folder)
    told = capsys.readouterr().out
    created = [line for line in told.splitlines() if line.startswith("Created: ")]
    assert "ost_api_session" in created[0]
    assert str(ENV) in created[1]
    assert "plugins" not in told.partition("Not enforced")[2]
    events = "yes, by the tables; the binary log cannot be read: the database server writes none"
    assert events in " ".join(told.split())
    osticket.change(
        "INSERT INTO ost_plugin (id, name, install_path, isactive, version, installed) VALUES "
        "(1, 'LDAP', 'plugins/ldap', 1, '0.1', NOW())",
        "INSERT INTO ost_plugin_instance (plugin_id, flags, name, created) VALUES (1, 1, 'x', NOW())",
        "UPDATE ost_staff SET backend = 'ldap'",
    )
    attach(osticket.folder, force=True, read_only=True)
    told = capsys.readouterr().out
    assert "Created: " not in told.replace(f"Created: {ENV}", "")
    not_enforced = " ".join(told.partition("Not enforced")[2].split())
    for said in ("plugins do in PHP (LDAP)", "1 people whose passwords", "permissions of our keys", "FORCE_HTTPS=true"):
        assert said in not_enforced


def test_attach_says_what_becomes_of_mail(osticket: OsTicket, capsys: pytest.CaptureFixture[str]) -> None:
    attach(osticket.folder)
    assert "Mail: stored until an address has an SMTP account" in capsys.readouterr().out
    osticket.change(
        "INSERT INTO ost_email_account(email_id, type, auth_bk, active, host, port, created, updated)"
        " VALUES (1, 'smtp', 'none', 1, '127.0.0.1', 25, NOW(), NOW())"
    )
    attach(osticket.folder, force=True)
    assert "Mail: sent through SMTP accounts" in capsys.readouterr().out
    attach(osticket.folder, force=True, read_only=True)
    assert "Mail: left to osTicket" in capsys.readouterr().out


def test_report_says_what_is_limited(osticket: OsTicket, capsys: pytest.CaptureFixture[str]) -> None:
    osticket.configure(TRUSTED_PROXIES="'*'")
    osticket.change(
        "DROP TABLE ost__search",
        "DROP TABLE ost_user__cdata",
        "INSERT INTO ost_file (bk, size, `key`, signature, name, created) VALUES ('F', 1, 'k', 's', 'n', NOW())",
        "UPDATE ost_config SET value = '0' WHERE `key` = 'autolock_minutes'",
    )
    attach(osticket.folder)
    found = report(capsys)
    assert found["Full-text search"].startswith("limited")
    assert found["Lists"] == "slower until osTicket has rebuilt ost_user__cdata"
    assert found["Attachments"].startswith("limited: 1 files are kept by storage plugins")
    assert found["Trusted proxies"].startswith("none")
    assert found["Ticket locks"] == "off"


def test_read_only_makes_no_table(osticket: OsTicket) -> None:
    before = osticket.tables()
    attach(osticket.folder, read_only=True)
    assert osticket.tables() == before
    assert written().read_only


def test_our_tables_are_made_beside_those_of_osticket(osticket: OsTicket) -> None:
    before = osticket.tables()
    attach(osticket.folder)
    assert osticket.tables() - before == {f"ost_{name}" for name in OWN_TABLES}


def test_any_prefix_serves(osticket: OsTicket) -> None:
    renamed = [f"RENAME TABLE `{name}` TO `{name.replace('ost_', 'Help2_', 1)}`" for name in osticket.tables()]
    osticket.change(*renamed)
    osticket.configure(TABLE_PREFIX="'Help2_'")
    attach(osticket.folder)
    assert {f"Help2_{name}" for name in OWN_TABLES} < osticket.tables()
    assert play(written(), lambda database: database.read(own.is_current))


def test_settings_are_readable_by_their_owner_only(osticket: OsTicket) -> None:
    attach(osticket.folder)
    assert stat.S_IMODE(ENV.stat().st_mode) == 0o600


def test_settings_are_replaced_only_by_force(osticket: OsTicket) -> None:
    ENV.write_text("PORT=1\n")
    assert ".env is there already: give --force" in refusal(osticket)
    assert ENV.read_text() == "PORT=1\n"
    attach(osticket.folder, force=True)
    assert "JWT_SECRET" in ENV.read_text()


def test_settings_go_where_they_are_wanted(osticket: OsTicket, tmp_path: Path) -> None:
    attach(osticket.folder, env_file=tmp_path / "desk.env")
    assert "DB_DATABASE=desk\n" in (tmp_path / "desk.env").read_text()
    assert not ENV.exists()


def test_folder_that_cannot_be_written_is_told(osticket: OsTicket, tmp_path: Path) -> None:
    assert "cannot be written" in refusal(osticket, env_file=tmp_path / "missing" / ".env")


def test_awkward_password_works(osticket: OsTicket) -> None:
    osticket.server.let_in("awkward", "ALL ON desk.*", password=r"a'b\c#d//e?>f ${HOME}")
    osticket.configure(DBUSER="'awkward'", DBPASS=r"'a\'b\\c#d//e?>f ${HOME}'")
    attach(osticket.folder)
    assert play(written(), lambda database: database.read(own.is_current))


def test_second_host_is_taken_where_the_first_is_away(osticket: OsTicket) -> None:
    osticket.configure(DBHOST=f"'localhost:/nowhere/socket, localhost:{osticket.server.socket}'")
    attach(osticket.folder)
    assert written().db_socket == str(osticket.server.socket)


def test_host_can_be_given(osticket: OsTicket) -> None:
    osticket.configure(DBHOST="'db.invalid'")
    attach(osticket.folder, db_host=str(osticket.server.socket))
    assert written().db_socket == str(osticket.server.socket)


def test_server_that_is_away_is_told_by_name(osticket: OsTicket) -> None:
    osticket.configure(DBHOST="'127.0.0.1:1,/nowhere/socket'")
    text = refusal(osticket)
    assert text.startswith("The database cannot be reached:\n127.0.0.1 port 1: ")
    assert "\n/nowhere/socket: " in text


def test_wrong_password_is_told(osticket: OsTicket) -> None:
    osticket.server.let_in("locked", password="x")
    osticket.configure(DBUSER="'locked'", DBPASS="'wrong'")
    assert "Access denied for user 'locked'@'localhost'" in refusal(osticket)


def test_missing_database_is_told(osticket: OsTicket) -> None:
    osticket.configure(DBNAME="'nothing'")
    assert "Unknown database 'nothing'" in refusal(osticket)


def test_user_that_may_not_create_tables_is_told(osticket: OsTicket) -> None:
    _become(osticket, "SELECT, INSERT, UPDATE, DELETE ON desk.*")
    text = refusal(osticket)
    assert "could not be created: CREATE command denied" in text
    assert "Let the database user reader CREATE, ALTER, INDEX and DROP tables" in text


def test_reader_may_attach_read_only(osticket: OsTicket) -> None:
    _become(osticket, "SELECT ON desk.*")
    attach(osticket.folder, read_only=True)
    assert written().db_username == "reader"


def test_unknown_version_is_refused(osticket: OsTicket) -> None:
    osticket.change("UPDATE ost_config SET value = 'abc' WHERE `key` = 'schema_signature'")
    assert "unknown schema signature abc: osticket-api knows the schema of 1.17.5 and 1.18.1" in refusal(osticket)
    assert not ENV.exists()


def test_every_missing_column_is_named(osticket: OsTicket) -> None:
    osticket.change(
        "ALTER TABLE ost_ticket DROP COLUMN sort, MODIFY number int",
        "DROP TABLE ost_lock",
    )
    text = refusal(osticket)
    assert "the column ost_ticket.sort is missing" in text
    assert "the column ost_ticket.number is int, not text" in text
    assert "table is missing: ost_lock;" in text


def test_many_missing_tables_are_one_line(osticket: OsTicket) -> None:
    kept = ("ost_config",)
    osticket.change(*(f"DROP TABLE {name}" for name in osticket.tables() if name not in kept))
    text = refusal(osticket)
    assert text.count("\n") == 1
    assert "tables are missing: ost_" in text
    assert "and 6" in text
    assert not ENV.exists()


def _become(osticket: OsTicket, grant: str) -> None:
    osticket.server.let_in("reader", grant, password="x")
    osticket.configure(DBUSER="'reader'", DBPASS="'x'")


def test_user_that_may_only_read_is_refused_and_told_the_grant(osticket: OsTicket) -> None:
    _become(osticket, "SELECT ON desk.*")
    text = refusal(osticket)
    assert "reader@localhost may not INSERT on ost_" in text
    assert "Run `GRANT SELECT, INSERT, UPDATE, DELETE ON `desk`.* TO 'reader'@'localhost'`" in text
    assert "PASSWORD" not in text
    assert not ENV.exists()
    assert not {name for name in osticket.tables() if name.startswith("ost_api_c")}


def test_rights_on_single_tables_are_tried_one_by_one(osticket: OsTicket) -> None:
    _become(osticket, "SELECT, INSERT, UPDATE, CREATE, ALTER, INDEX, DROP ON desk.*")
    osticket.run(*(f"GRANT DELETE ON desk.{name} TO reader@localhost" for name in osticket.tables() - {"ost_ticket"}))
    assert "may not DELETE on ost_ticket. It has:" in refusal(osticket)


def test_server_that_may_only_read_does_not_start(osticket: OsTicket) -> None:
    attach(osticket.folder)
    _become(osticket, "SELECT ON desk.*")
    settings = written().model_copy(update={"db_username": "reader", "db_password": SecretStr("x")})
    with pytest.raises(ConfigurationError, match="may not INSERT"):
        play(settings, lambda database: prepare(database, settings))
    reading = settings.model_copy(update={"read_only": True})
    assert play(reading, lambda database: prepare(database, reading)) == "1.18.1"


def test_tables_without_transactions_are_named_with_what_to_run(
    osticket: OsTicket, capsys: pytest.CaptureFixture[str]
) -> None:
    osticket.change("ALTER TABLE ost_ticket ENGINE=MyISAM", f"ALTER TABLE ost_user ENGINE={program().other_engine}")
    attach(osticket.folder)
    said = report(capsys)["Writing"]
    assert said.startswith("limited. Changes cannot be rolled back in ost_ticket, ost_user")
    assert "ALTER TABLE ost_ticket ENGINE=InnoDB;" in said


def test_attaching_that_fails_leaves_no_settings(osticket: OsTicket) -> None:
    _become(osticket, "SELECT, INSERT, UPDATE, DELETE ON desk.*")
    assert "could not be created" in refusal(osticket)
    assert not ENV.exists()


def test_columns_of_osticket_1_17_are_good_enough(osticket: OsTicket) -> None:
    osticket.change(*AS_IN_1_17)
    attach(osticket.folder)
    assert play(written(), lambda database: prepare(database, written())) == "1.17.5"


def test_address_that_is_none_is_left_out(osticket: OsTicket) -> None:
    osticket.change("UPDATE ost_config SET value = 'desk' WHERE `key` = 'helpdesk_url'")
    attach(osticket.folder)
    assert written().osticket_url == ""


def test_zone_and_certificate_from_the_environment_are_kept(
    osticket: OsTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_TIMEZONE", "Africa/Abidjan")
    monkeypatch.setenv("DB_SSL_CHECK_HOSTNAME", "false")
    attach(osticket.folder)
    monkeypatch.undo()
    text = (osticket.folder / "api" / ".env").read_text()
    assert "DB_TIMEZONE=Africa/Abidjan\n" in text
    assert "DB_SSL_CHECK_HOSTNAME=false\n" in text


def test_attaching_twice_keeps_what_our_tables_hold(osticket: OsTicket) -> None:
    attach(osticket.folder)
    osticket.run("INSERT INTO ost_api_upload VALUES (1, 'staff:1', UTC_TIMESTAMP())")
    attach(osticket.folder, force=True)
    assert osticket.run("SELECT COUNT(*) FROM ost_api_upload") == [(1,)]


def test_osticket_s_own_tables_are_not_ours(osticket: OsTicket) -> None:
    assert t.api_key.name in osticket.tables()
    attach(osticket.folder)
    play(written(), lambda database: database.write(own.remove))
    assert t.api_key.name in osticket.tables()
