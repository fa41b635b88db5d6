"""What a wrong password counts against, and what of it osTicket's log is told."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from osticket_api.db import tables as t
from osticket_api.db.tables import own
from osticket_api.db.tables.own_mail import api_mail_occasion
from osticket_api.db.unit import Write
from osticket_api.embedded import DEMO_PASSWORD
from tests.features.auth.sign_ins import HandClock, code, sign_in
from tests.fixtures.api import Answer, Api, running_api
from tests.fixtures.templates import Template

LOCKED = (429, "login_locked")
WRONG = (401, "wrong_credentials")
PROXY: dict[str, Any] = {"trusted_proxies": "127.0.0.1"}


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def desk(demo: Template, tmp_path: Path, clock: HandClock) -> Iterator[Api]:
    """A help desk behind a proxy, so that tries come from wherever they like."""
    with running_api(demo.copy(), tmp_path, clock=clock, **PROXY) as api:
        yield api


def set_config(api: Api, **values: str) -> None:
    def write(tx: Write) -> None:
        for key, value in values.items():
            tx.change(delete(t.config).where(t.config.c.namespace == "core", t.config.c.key == key))
            tx.insert(t.config, namespace="core", key=key, value=value, updated=tx.now)

    api.write(write)


def wrong(api: Api, username: str = "bob", kind: str = "staff", ip: str = "192.0.2.1") -> Answer:
    return sign_in(api, username, "wrong", kind, **{"X-Forwarded-For": ip})


def right(api: Api, username: str = "bob", kind: str = "staff", ip: str = "192.0.2.1") -> Answer:
    return sign_in(api, username, DEMO_PASSWORD, kind, **{"X-Forwarded-For": ip})


def logged(api: Api) -> list[tuple[str, str]]:
    syslog = t.syslog.c
    return [tuple(row) for row in api.rows(select(syslog.log_type, syslog.title).order_by(syslog.log_id))]


def test_account_is_locked_with_one_wrong_password_more_than_the_setting_says(desk: Api) -> None:
    set_config(desk, staff_max_logins="2")
    assert [code(wrong(desk)) for _ in range(4)] == [WRONG] * 3 + [LOCKED]
    assert code(right(desk)) == LOCKED


def test_last_allowed_try_lets_in(desk: Api) -> None:
    set_config(desk, staff_max_logins="2")
    assert [code(wrong(desk)) for _ in range(2)] == [WRONG] * 2
    assert right(desk).status == 200
    assert [code(wrong(desk)) for _ in range(3)] == [WRONG] * 3


def test_users_are_counted_by_their_own_setting(desk: Api) -> None:
    set_config(desk, staff_max_logins="9", client_max_logins="1")
    assert [code(wrong(desk, "uma", "user")) for _ in range(3)] == [WRONG] * 2 + [LOCKED]
    assert [code(wrong(desk, "bob")) for _ in range(9)] == [WRONG] * 9


def test_lock_ends_when_its_time_is_over_and_the_count_begins_anew(desk: Api, clock: HandClock) -> None:
    set_config(desk, staff_max_logins="1", staff_login_timeout="3")
    assert [code(wrong(desk)) for _ in range(3)] == [WRONG] * 2 + [LOCKED]
    assert right(desk).headers["Retry-After"] == "180"
    clock.now += timedelta(seconds=179)
    assert code(right(desk)) == LOCKED
    clock.now += timedelta(seconds=1)
    assert [code(wrong(desk)) for _ in range(3)] == [WRONG] * 2 + [LOCKED]
    clock.now += timedelta(seconds=180)
    assert right(desk).status == 200


def test_wrong_passwords_of_an_hour_ago_do_not_count(desk: Api, clock: HandClock) -> None:
    set_config(desk, staff_max_logins="1")
    assert code(wrong(desk)) == WRONG
    clock.now += timedelta(minutes=60)
    assert [code(wrong(desk)) for _ in range(3)] == [WRONG] * 2 + [LOCKED]


def test_counts_of_an_hour_ago_are_thrown_away(desk: Api, clock: HandClock) -> None:
    wrong(desk, "ghost")
    clock.now += timedelta(minutes=60, seconds=1)
    wrong(desk, "bob")
    assert len(desk.rows(select(own.api_strike))) == 3, "of bob here, of bob anywhere, and of the address"


@pytest.mark.parametrize("spelling", ["bob ", " bob", "BOB", "Bob\t", "bob@demo", "2"])
def test_account_is_locked_by_whatever_name_it_is_tried(desk: Api, spelling: str) -> None:
    row = desk.rows(select(t.staff).where(t.staff.c.username == "bob"))[0]
    spelling = {"bob@demo": row.email.upper(), "2": str(row.staff_id)}.get(spelling, spelling)
    set_config(desk, staff_max_logins="1")
    assert [code(wrong(desk, name)) for name in ("bob", spelling)] == [WRONG] * 2
    assert [code(right(desk, name)) for name in ("bob", spelling)] == [LOCKED] * 2


@pytest.mark.parametrize("kind", ["staff", "user"])
@pytest.mark.parametrize("spelling", ["bób", "úma", "bob\u200b", "\uff42ob", "bob@desk.examplé"])
def test_names_that_only_look_alike_are_not_the_same(desk: Api, kind: str, spelling: str) -> None:
    assert code(right(desk, spelling, kind)) == WRONG


@pytest.mark.parametrize("spelling", ["ghost ", "GHOST", "ghost"])
def test_name_of_nobody_is_locked_like_any_other(desk: Api, spelling: str) -> None:
    set_config(desk, staff_max_logins="1")
    assert [code(wrong(desk, name)) for name in ("ghost", spelling, "ghost")] == [WRONG] * 2 + [LOCKED]


def test_lock_holds_for_the_address_that_tried(desk: Api) -> None:
    set_config(desk, staff_max_logins="1")
    assert [code(wrong(desk)) for _ in range(3)] == [WRONG] * 2 + [LOCKED]
    assert right(desk, ip="192.0.2.2").status == 200
    assert code(right(desk)) == LOCKED


def test_account_tried_from_very_many_addresses_is_locked_for_all(desk: Api) -> None:
    set_config(desk, staff_max_logins="1")
    assert {code(wrong(desk, ip=f"198.51.100.{number}")) for number in range(11)} == {WRONG}
    assert code(right(desk, ip="192.0.2.2")) == LOCKED
    assert right(desk, "alice", ip="192.0.2.2").status == 200


def test_address_that_tries_very_many_accounts_is_locked_for_all(desk: Api) -> None:
    set_config(desk, staff_max_logins="1")
    assert {code(wrong(desk, f"ghost{number}")) for number in range(11)} == {WRONG}
    assert code(right(desk, "alice")) == LOCKED
    assert right(desk, "alice", ip="192.0.2.2").status == 200


def test_agents_and_users_of_one_id_are_counted_apart(desk: Api) -> None:
    set_config(desk, staff_max_logins="1", client_max_logins="1")
    assert [code(wrong(desk, "uma", "user")) for _ in range(3)] == [WRONG] * 2 + [LOCKED]
    assert right(desk).status == 200


def test_log_of_osticket_is_told_of_each_third_wrong_password_and_of_the_lock(desk: Api) -> None:
    for _ in range(6):
        wrong(desk)
    for _ in range(6):
        wrong(desk, "uma", "user")
    assert logged(desk) == [
        ("Warning", "Failed agent login attempt (bob)"),
        ("Warning", "Excessive login attempts (bob)"),
        ("Warning", "Failed login attempt (user)"),
        ("Error", "Excessive login attempts (user)"),
    ]
    row = desk.rows(select(t.syslog).where(t.syslog.c.title == "Excessive login attempts (bob)"))[0]
    assert row.ip_address == "192.0.2.1"
    for told in ("Username: bob", "IP: 192.0.2.1", "Attempts: 5", "Timeout: 2 minutes"):
        assert told in row.log
    assert "wrong" not in row.log


def test_log_level_of_osticket_holds_for_refused_sign_ins(desk: Api) -> None:
    set_config(desk, log_level="1")
    for _ in range(6):
        wrong(desk)
    assert logged(desk) == []


def alerts(api: Api) -> list[tuple[str, str]]:
    """The subjects and texts of the mails to the administrator, oldest first."""
    occasion = api_mail_occasion.c
    rows = api.rows(select(occasion.facts).where(occasion.kind == "administrator").order_by(occasion.id))
    return [(facts["subject"], facts["text"]) for facts in (json.loads(row.facts) for row in rows)]


@pytest.mark.parametrize(
    ("config", "subjects"),
    [
        ({"send_login_errors": "1"}, ["Excessive login attempts (bob)", "Excessive login attempts (user)"]),
        ({"send_login_errors": "1", "log_level": "1"}, ["Excessive login attempts (user)"]),
        ({"send_login_errors": "1", "log_level": "0"}, []),
        ({"send_login_errors": "0"}, []),
        ({"send_login_errors": ""}, []),
    ],
    ids=str,
)
def test_administrator_is_mailed_of_a_lock_where_the_settings_say_so(
    desk: Api, config: dict[str, str], subjects: list[str]
) -> None:
    set_config(desk, **config)
    for _ in range(6):
        wrong(desk)
        wrong(desk, "uma", "user")
    told = alerts(desk)
    assert [subject for subject, _ in told] == subjects
    for _, text in told:
        assert "IP: 192.0.2.1" in text
        assert "Attempts: 5" in text
        assert "wrong" not in text


def test_markup_in_a_user_name_stays_harmless_in_the_log(desk: Api) -> None:
    for _ in range(3):
        wrong(desk, "<script>alert(1)</script>")
    (row,) = desk.rows(select(t.syslog))
    assert "<" not in row.title + row.log
