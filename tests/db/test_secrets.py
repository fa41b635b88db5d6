"""No secret of ours lies in the database in clear, and its key can be changed."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from osticket_api.cli.main import typer_app
from osticket_api.db.connect import downgrade_own_tables, migrate_own_tables
from osticket_api.db.secrets import PLACES, Secret, check_keys, seal_all
from osticket_api.db.tables.metadata import own_metadata
from osticket_api.db.tables.own_webhooks import api_webhook
from osticket_api.db.unit import Write
from osticket_api.embedded import DEMO_PASSWORD
from osticket_api.kit.vault import Vault, is_sealed
from osticket_api.settings import ConfigurationError
from osticket_api.webhooks.queue import secrets_of
from tests.features.auth.sign_ins import caller, sign_in
from tests.fixtures.api import SIGNING_KEY, Api
from tests.fixtures.templates import demo_on_sqlite

OTHER = "another key, of 32 letters and more"


def add_secrets(api: Api) -> list[str]:
    """Let each kind of secret be stored. Returns what was told of them."""
    dora = api.staff("dora")
    webhook = dora.post("/webhooks", {"url": "https://example.com/hook"}, headers={"Idempotency-Key": "hook"}).data
    again = dora.post(f"/webhooks/{webhook['id']}/rotate", {"overlap_hours": 1})
    assert again.status == 200, again.errors
    key = dora.post("/api-keys", {"name": "x", "permissions": ["cron"]}, headers={"Idempotency-Key": "key"}).data
    bob = caller(api, sign_in(api, "bob"))
    begun = bob.post("/auth/two-factor/enrolment", {"method": "totp", "current_password": DEMO_PASSWORD}).data
    api.anonymous().post("/auth/forgot-password", {"username": "bob"})
    return [webhook["secret"], again.data["secret"], key["key"], begun["secret"]]


def everything(api: Api) -> bytes:
    """All that our own tables hold."""
    rows = [row for table in own_metadata.tables.values() for row in api.rows(select(table))]
    return repr([list(row) for row in rows]).encode()


def stored(api: Api) -> list[bytes]:
    """All secrets as they are stored."""
    found: list[Any] = []
    for place in PLACES:
        wanted = select(place.column).where(place.column.is_not(None))
        found += [row[0] for row in api.rows(wanted if place.rows is None else wanted.where(place.rows))]
    return [each.encode() if isinstance(each, str) else bytes(each) for each in found]


def test_no_secret_is_stored_in_clear(api: Api) -> None:
    told = add_secrets(api)
    held = everything(api)
    assert [secret for secret in told if secret.encode() in held] == []
    assert len(stored(api)) >= 3
    assert all(map(is_sealed, stored(api)))


def test_key_can_be_changed_while_the_old_one_is_given(api: Api) -> None:
    first, second, *_ = add_secrets(api)
    count = len(stored(api))
    api.database.vault = Vault([OTHER, *api.client.app.state.settings.secrets_keys()])  # type: ignore[attr-defined]
    assert api.write(seal_all) == count
    assert api.write(seal_all) == 0
    api.database.vault = Vault([OTHER])
    api.write(check_keys)
    (row,) = api.rows(select(api_webhook))
    assert api.write(secrets_of, row) == [second, first]


def test_without_the_key_the_start_stops_with_a_sentence(api: Api) -> None:
    add_secrets(api)
    api.database.vault = Vault([OTHER])
    with pytest.raises(ConfigurationError, match=r"SECRETS_KEY is wrong: .*SECRETS_OLD_KEY"):
        api.write(check_keys)


def test_migrating_encrypts_what_was_stored_in_clear(api: Api) -> None:
    add_secrets(api)

    def age(tx: Write) -> None:
        tx.change(update(api_webhook).values(secret="whsec_clear", old_secret=None))

    api.write(age)
    api.write(migrate_own_tables)
    (row,) = api.rows(select(api_webhook.c.secret, api_webhook.c.old_secret))
    assert api.database.vault.open_text(row.secret, Secret.webhook) == "whsec_clear"
    assert is_sealed(row.secret.encode())
    assert row.old_secret is None


def test_older_version_finds_its_secrets_in_clear(api: Api) -> None:
    first, second, *_ = add_secrets(api)

    def down_and_up(tx: Write) -> Any:
        """In one unit of work: the server itself does not run without its newest tables."""
        downgrade_own_tables(tx, "0010")
        row = tx.row(select(api_webhook.c.secret, api_webhook.c.old_secret))
        migrate_own_tables(tx)
        return row

    assert tuple(api.write(down_and_up)) == (second, first)
    assert all(map(is_sealed, stored(api)))


def test_command_rotates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    environment = {
        "DB_DATABASE": str(demo_on_sqlite(tmp_path).copy().database),
        "DATA_DIR": str(tmp_path),
        "JWT_SECRET": SIGNING_KEY,
        "SECRETS_KEY": OTHER,
    }
    done = CliRunner().invoke(typer_app, ["secrets", "rotate"], env=environment)
    assert (done.exit_code, done.output.partition(" ")[2][:29]) == (0, "secrets encrypted with SECRET"), done.output
