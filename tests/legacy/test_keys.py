"""Who calls at an old endpoint."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from osticket_api.access.tokens import fingerprint
from osticket_api.db import tables as t
from osticket_api.db.tables import own
from osticket_api.db.unit import Write
from osticket_api.legacy.answers import LegacyError
from osticket_api.legacy.keys import find_key
from tests.fixtures.api import Api

Unit = Callable[[Write], Any]


def _osticket_key(**values: Any) -> Unit:
    given = {"apikey": "KEY", "ipaddr": "10.0.0.1", "isactive": True, "can_exec_cron": False, **values}
    return lambda tx: tx.insert(t.api_key, created=tx.now, **given)


def _own_key(**values: Any) -> Unit:
    given = {
        "name": "k",
        "key_hash": fingerprint("ours"),
        "prefix": "ours",
        "permissions": '["tickets.read"]',
        **values,
    }
    return lambda tx: tx.insert(own.api_credential, created_at=tx.now, **given)


def _found(api: Api, header: str | None, ip: str = "10.0.0.1", **options: Any) -> Any:
    return api.write(lambda tx: find_key(tx, header, ip, **options))


def test_an_osticket_key_works_from_its_address_alone(api: Api) -> None:
    api.write(_osticket_key())
    assert _found(api, "KEY").permissions == {"tickets.create"}
    with pytest.raises(LegacyError, match="Valid API key required"):
        _found(api, "KEY", "10.0.0.2")


def test_a_wildcard_row_is_good_from_anywhere_where_plugins_say_so(api: Api) -> None:
    api.write(_osticket_key(ipaddr="0.0.0.0"))
    assert _found(api, "KEY", wildcard=True)
    with pytest.raises(LegacyError, match="Valid API key required"):
        _found(api, "KEY")


def test_the_plugin_has_words_of_its_own(api: Api) -> None:
    api.write(_osticket_key())
    api.write(_osticket_key(apikey="OFF", ipaddr="0.0.0.0", isactive=False))
    for header, ip, text in (
        (None, "10.0.0.1", "Valid API key required"),
        ("unknown", "10.0.0.1", "API key not found or IP not authorized"),
        ("KEY", "10.0.0.2", "API key not found or IP not authorized"),
        ("OFF", "10.0.0.2", "API key not active"),
    ):
        with pytest.raises(LegacyError) as refused:
            _found(api, header, ip, wildcard=True)
        assert (refused.value.status, refused.value.text) == (401, text)


def test_an_inactive_key_is_told_apart(api: Api) -> None:
    api.write(_osticket_key(isactive=False))
    with pytest.raises(LegacyError, match="not found/active"):
        _found(api, "KEY")


@pytest.mark.parametrize("header", [None, "", "  ", "nothing", "\u00ff\u00fe"])
def test_a_missing_or_unknown_key_is_refused(api: Api, header: str | None) -> None:
    with pytest.raises(LegacyError, match="Valid API key required"):
        _found(api, header)


def test_our_keys_carry_permissions_departments_and_networks(api: Api) -> None:
    api.write(_own_key(departments="[1, 2]", networks=json.dumps(["10.0.0.0/8"])))
    key = _found(api, "ours")
    assert key.permissions == {"tickets.read"}
    assert key.department_ids == {1, 2}
    for elsewhere in ("192.0.2.1", "2001:db8::1", "", "a socket"):
        with pytest.raises(LegacyError, match="Valid API key required"):
            _found(api, "ours", elsewhere)


def test_our_keys_end_when_they_are_revoked_or_expire(api: Api) -> None:
    api.write(lambda tx: _own_key(expires_at=tx.now - timedelta(seconds=1))(tx))
    with pytest.raises(LegacyError, match="not found/active"):
        _found(api, "ours")
