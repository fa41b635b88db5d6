"""Passwords that very old help desks stored as MD5 are stored as bcrypt at the next sign-in, as osTicket does."""

from hashlib import md5
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.embedded import DEMO_PASSWORD
from tests.features.auth.sign_ins import code, sign_in
from tests.features.auth.test_service import id_of, set_config
from tests.fixtures.api import Api

OLD = md5(DEMO_PASSWORD.encode(), usedforsecurity=False).hexdigest()
WHO = {"staff": ("bob", t.staff), "user": ("uma", t.user_account)}


def store(api: Api, kind: str, passwd: str, **values: Any) -> None:
    username, table = WHO[kind]
    api.write(lambda tx: tx.change(update(table).where(table.c.username == username).values(passwd=passwd, **values)))


def row_of(api: Api, kind: str) -> Any:
    username, table = WHO[kind]
    (row,) = api.rows(select(table).where(table.c.username == username))
    return row


@pytest.mark.parametrize("kind", WHO)
def test_sign_in_renews_an_md5_hash_and_nothing_else(api: Api, kind: str) -> None:
    store(api, kind, OLD)
    before = row_of(api, kind)
    assert sign_in(api, WHO[kind][0], kind=kind).status == 200
    after = row_of(api, kind)
    assert after.passwd.startswith("$2a$08$")
    changed = {name for name, value in after._asdict().items() if value != before._asdict()[name]}
    assert changed - {"lastlogin", "updated"} == {"passwd"}
    assert sign_in(api, WHO[kind][0], kind=kind).status == 200
    assert row_of(api, kind).passwd == after.passwd


@pytest.mark.parametrize("kind", WHO)
def test_wrong_password_renews_nothing(api: Api, kind: str) -> None:
    store(api, kind, OLD)
    assert code(sign_in(api, WHO[kind][0], "wrong", kind)) == (401, "wrong_credentials")
    assert row_of(api, kind).passwd == OLD


@pytest.mark.parametrize("kind", WHO)
def test_hash_that_osticket_keeps_is_kept(api: Api, kind: str) -> None:
    before = row_of(api, kind).passwd
    assert sign_in(api, WHO[kind][0], kind=kind).status == 200
    assert row_of(api, kind).passwd == before


def test_who_must_change_the_password_still_must(api: Api) -> None:
    store(api, "staff", OLD, change_passwd=True)
    assert sign_in(api, "bob").data["password_change_required"] is True
    assert row_of(api, "staff").passwd.startswith("$2a$")


def test_right_password_renews_before_the_second_factor_is_shown(api: Api) -> None:
    set_config(api, "default_2fa", "2fa-email", f"staff.{id_of(api, 'bob')}")
    store(api, "staff", OLD)
    assert code(sign_in(api, "bob")) == (401, "two_factor_required")
    assert row_of(api, "staff").passwd.startswith("$2a$")
