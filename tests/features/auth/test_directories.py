"""Passwords that an LDAP directory keeps, with a real slapd and the settings of osTicket's LDAP plugin."""

import json
import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, update

from osticket_api.db import tables as t
from osticket_api.db.config import store_config
from osticket_api.db.unit import Write
from osticket_api.embedded import DEMO_PASSWORD
from osticket_api.features.auth.directories import Directory, Person, find_directories, find_faults
from osticket_api.features.auth.ldap import find_person
from osticket_api.kit.trust import Trust
from osticket_api.mail.secrets import encrypt
from tests.doctor.test_doctor import examined
from tests.fixtures import slapd
from tests.fixtures.api import Answer, Api, running_api
from tests.fixtures.slapd import BASE, PASSWORD, SEARCHER, SEARCHER_PASSWORD, Slapd, running_slapd
from tests.fixtures.templates import Template


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    slapd.required()
    with running_slapd(tmp_path_factory.mktemp("slapd")) as server:
        yield server


def set_up(api: Api, settings: Mapping[str, str]) -> str:
    """Switch osTicket's LDAP plugin on, with these settings. Returns what its back end is called, but for its kind."""

    def work(tx: Write) -> str:
        plugin = tx.insert(t.plugin, name="LDAP", install_path="plugins/auth-ldap.phar", isactive=True, isphar=True)
        instance = tx.insert(t.plugin_instance, plugin_id=plugin, flags=1, name="one", created=tx.now, updated=tx.now)
        namespace = f"plugin.{plugin}.instance.{instance}"
        kept = dict(settings)
        if "bind_pw" in kept:
            kept["bind_pw"] = encrypt(kept["bind_pw"], tx.secret_salt, namespace)
        store_config(tx, kept, namespace)
        return f"p{plugin}i{instance}"

    return str(api.write(work))


def plain(directory: Slapd, **more: str) -> dict[str, str]:
    usual = {"servers": f"127.0.0.1:1\n{directory.address}", "search_base": BASE, "auth-staff": "1", "auth-client": "1"}
    return {**usual, "bind_dn": SEARCHER, "bind_pw": SEARCHER_PASSWORD, **more}


def sign_in(api: Api, username: str, password: str = PASSWORD, kind: str = "staff") -> Answer:
    return api.anonymous().post("/auth/login", {"username": username, "password": password, "kind": kind})


def bind_account(api: Api, username: str, backend: str) -> None:
    api.write(lambda tx: tx.change(update(t.staff).where(t.staff.c.username == username).values(backend=backend)))


def active(directory: Slapd) -> dict[str, str]:
    return plain(directory, schema=json.dumps({"msad": "Active Directory"}), domain="example.com")


@pytest.mark.parametrize("layout", [plain, active])
@pytest.mark.parametrize("login", ["alice", "alice@desk.example", " alice "])
def test_password_of_the_directory_signs_an_agent_in(api: Api, directory: Slapd, layout: Any, login: str) -> None:
    set_up(api, layout(directory))
    assert sign_in(api, login).status == 200
    assert sign_in(api, login, DEMO_PASSWORD).status == 200  # That of the help desk goes on counting.
    assert sign_in(api, login, "wrong").status == 401


def test_name_with_a_domain_is_that_of_active_directory(api: Api, directory: Slapd) -> None:
    set_up(api, active(directory))
    assert sign_in(api, r"EXAMPLE\alice").status == 200


def test_somebody_deeper_in_the_tree_is_searched_for(api: Api, directory: Slapd) -> None:
    set_up(api, plain(directory))
    assert sign_in(api, "bob").status == 200


def test_without_a_search_account_people_are_found_directly_below_the_base(api: Api, directory: Slapd) -> None:
    settings = plain(directory)
    set_up(api, {name: value for name, value in settings.items() if not name.startswith("bind")})
    assert [sign_in(api, name).status for name in ("alice", "bob")] == [200, 401]


def test_user_is_found_by_the_address_that_the_directory_knows(api: Api, directory: Slapd) -> None:
    set_up(api, plain(directory))
    answer = sign_in(api, "u.underwood", kind="user")
    assert answer.status == 200, answer.errors
    me = api.anonymous().get("/auth/me", headers={"Authorization": f"Bearer {answer.data['access_token']}"})
    assert me.data["email"] == "uma@acme.example"


@pytest.mark.parametrize(
    ("login", "password", "kind"),
    [
        ("stranger", PASSWORD, "staff"), ("stranger", PASSWORD, "user"), ("alice", "", "staff"),
        ("", PASSWORD, "staff"), ("*", PASSWORD, "staff"), ("alice)(uid=*", PASSWORD, "staff"),
        ("alice,dc=example", PASSWORD, "staff"), ("2", PASSWORD, "staff"), ("alice", "\0", "staff"),
        ("cn=searcher,dc=example,dc=com", SEARCHER_PASSWORD, "staff"),
    ],
)  # fmt: skip
def test_nobody_else_comes_in(api: Api, directory: Slapd, login: str, password: str, kind: str) -> None:
    set_up(api, plain(directory))
    assert sign_in(api, login, password, kind).status in (401, 422)


def test_agent_bound_to_the_directory_uses_its_password_alone(api: Api, directory: Slapd) -> None:
    mark = set_up(api, plain(directory))
    bind_account(api, "alice", f"LDAP.{mark}")
    assert sign_in(api, "alice", DEMO_PASSWORD).status == 401
    assert sign_in(api, "alice").status == 200


@pytest.mark.parametrize("backend", ["local", "ldap.p99i99", "oauth2.agent.p1i1"])
def test_agent_bound_to_another_back_end_does_not_use_it(api: Api, directory: Slapd, backend: str) -> None:
    set_up(api, plain(directory))
    bind_account(api, "alice", backend)
    assert sign_in(api, "alice").status == 401


def test_kinds_that_are_switched_off_do_not_use_it(api: Api, directory: Slapd) -> None:
    set_up(api, plain(directory, **{"auth-staff": "0"}))
    assert sign_in(api, "alice").status == 401
    assert sign_in(api, "u.underwood", kind="user").status == 200


def test_inactive_agent_stays_out(api: Api, directory: Slapd) -> None:
    set_up(api, plain(directory))
    api.write(lambda tx: tx.change(update(t.staff).where(t.staff.c.username == "alice").values(isactive=False)))
    assert sign_in(api, "alice").status == 401


def test_wrong_passwords_are_counted_here_too(api: Api, directory: Slapd) -> None:
    mark = set_up(api, plain(directory))
    bind_account(api, "alice", f"ldap.{mark}")
    statuses = [sign_in(api, "alice", f"guess {number}").status for number in range(8)]
    assert (statuses[0], statuses[-1]) == (401, 429)


def test_encryption_is_verified(api: Api, demo: Template, directory: Slapd, tmp_path: Path) -> None:
    encrypted = plain(directory, servers=f"ldaps://127.0.0.1:{directory.encrypted_port}")
    assert statuses(demo, tmp_path, encrypted, ldap_tls_ca=str(directory.certificate)) == [200]
    assert statuses(demo, tmp_path, encrypted, ldap_tls_verify=False) == [200]
    assert statuses(demo, tmp_path, encrypted, ldap_tls_verify=True) == [401]
    started = plain(directory, servers=directory.address, tls="1")
    assert statuses(demo, tmp_path, started, ldap_tls_ca=str(directory.certificate)) == [200]
    assert statuses(demo, tmp_path, started, ldap_tls_verify=True) == [401]


def statuses(demo: Template, folder: Path, settings: Mapping[str, str], **given: Any) -> list[int]:
    url: URL = demo.copy()
    with running_api(url, folder, **given) as api:
        set_up(api, settings)
        return [sign_in(api, "alice").status]


def test_while_the_directory_is_away_only_its_own_agents_stay_out(api: Api, directory: Slapd) -> None:
    mark = set_up(api, plain(directory, servers="127.0.0.1:1"))
    bind_account(api, "alice", f"ldap.{mark}")
    answer = sign_in(api, "alice")
    assert (answer.status, answer.errors[0]["code"]) == (503, "directory_unavailable")
    assert sign_in(api, "bob", DEMO_PASSWORD).status == 200
    assert sign_in(api, "bob", "wrong").status == 401


def test_directory_that_hangs_holds_nobody_else_up(api: Api, directory: Slapd) -> None:
    mark = set_up(api, plain(directory, servers=directory.address))
    bind_account(api, "alice", f"ldap.{mark}")
    os.kill(directory.process.pid, signal.SIGSTOP)
    try:
        assert sign_in(api, "alice").status == 503
    finally:
        os.kill(directory.process.pid, signal.SIGCONT)
    assert sign_in(api, "alice").status == 200


def test_an_empty_password_is_asked_nowhere(directory: Slapd) -> None:
    """This server lets anybody in without a password, as many do."""
    place = Directory("ldap", (directory.address,), "", BASE, "detect", False, SEARCHER, SEARCHER_PASSWORD)
    assert find_person(place, Trust(), "alice", "") is None
    assert find_person(place, Trust(), "alice", PASSWORD) == Person("alice", "alice@desk.example")


def test_the_age_of_a_password_is_the_matter_of_its_directory(api: Api, directory: Slapd) -> None:
    set_up(api, plain(directory))
    api.write(lambda tx: store_config(tx, {"passwd_reset_period": "1"}))
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    api.write(lambda tx: tx.change(update(t.staff).values(passwdreset=long_ago)))
    assert not sign_in(api, "alice").data["password_change_required"]
    assert sign_in(api, "alice", DEMO_PASSWORD).data["password_change_required"]


def test_doctor_asks_each_server_of_a_directory(
    demo: Template, directory: Slapd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = demo.copy()
    with running_api(url, tmp_path) as api:
        api.database.secret_salt = "a salt that osTicket made"
        set_up(api, plain(directory))
        (found,) = api.client.portal.call(api.database.read, find_directories, "user")  # type: ignore[union-attr]
    _, told = examined(url, tmp_path, monkeypatch, SECRET_SALT="a salt that osTicket made")
    messages = [each["message"] for each in told["findings"] if each["check"] == "directory"]
    assert messages[0].startswith("127.0.0.1:1: it does not answer as it should: ")
    assert messages[1:] == [f"{directory.address} answers correctly"]
    faults = [
        find_faults(replace(found, servers=(directory.address,), **wrong), Trust())[directory.address]
        for wrong in ({"search_password": "wrong"}, {"base": "ou=nowhere,dc=example,dc=com"})
    ]
    assert faults == [
        f"it does not let {SEARCHER} search",
        "there is nothing at ou=nowhere,dc=example,dc=com to search below",
    ]
