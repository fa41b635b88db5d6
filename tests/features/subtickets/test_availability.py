"""501 where the plugin is not in use: as set, or as osTicket's database has it."""

from pathlib import Path

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.settings import ConfigurationError, load
from tests.fixtures.api import Api, running_api
from tests.fixtures.templates import Template
from tests.legacy.client import client, refused

ENDPOINT = "tickets-subtickets-list.php"
MISSING = (501, refused("Subticket plugin not available"))


def install(api: Api, *, active: bool = True, enabled: bool = True, path: str = "plugins/subticket-manager") -> None:
    def add(tx: Write) -> None:
        plugin_id = tx.insert(t.plugin, name="Subticket Manager", install_path=path, isactive=active, installed=tx.now)
        tx.insert(t.plugin_instance, plugin_id=plugin_id, flags=int(enabled), name="Subticket Manager", created=tx.now)

    api.write(add)


def test_auto_asks_the_database(demo: Template, tmp_path: Path) -> None:
    with running_api(demo.copy(), tmp_path, subtickets="auto") as api:
        ask = client(api)
        assert ask.body("GET", f"{ENDPOINT}/1.json") == MISSING
        assert ask.body("GET", f"{ENDPOINT}/99999.json") == MISSING
        install(api)
        assert ask("GET", f"{ENDPOINT}/1.json").status == 200
        api.write(lambda tx: tx.change(update(t.plugin_instance).values(flags=0)))
        assert ask.body("GET", f"{ENDPOINT}/1.json") == MISSING
        api.write(lambda tx: tx.change(update(t.plugin_instance).values(flags=1)))
        api.write(lambda tx: tx.change(update(t.plugin).values(isactive=False)))
        assert ask.body("GET", f"{ENDPOINT}/1.json") == MISSING


def test_never_is_never(demo: Template, tmp_path: Path) -> None:
    with running_api(demo.copy(), tmp_path, subtickets="never") as api:
        install(api)
        body = {"parent_id": 1, "child_id": 2}
        assert client(api).body("POST", "tickets-subtickets-create.php", body) == MISSING


def test_permission_comes_before_the_plugin(demo: Template, tmp_path: Path) -> None:
    with running_api(demo.copy(), tmp_path, subtickets="never") as api:
        assert client(api, "tickets.read")("GET", f"{ENDPOINT}/1.json").status == 403


def test_the_default_is_always_here_and_auto_when_attached() -> None:
    assert load(_env_file=None).subticket_mode == "always"
    attached = load(_env_file=None, db_connection="mysql", db_database="osticket", db_username="api")
    assert attached.subticket_mode == "auto"
    with pytest.raises(ConfigurationError, match="SUBTICKETS"):
        load(_env_file=None, subtickets="sometimes")
