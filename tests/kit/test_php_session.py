"""Reading the sessions of PHP, real ones and hostile ones."""

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osticket_api.kit.php_session import OPAQUE, PhpSessionError, read_session
from tests.fixtures.php import session

RECORDED = (Path(__file__).parents[1] / "reference" / "php-sessions" / "session.txt").read_bytes()

_plain = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(max_size=9)
_keys = st.integers(-(2**63), 2**63 - 1) | st.text(max_size=9)
_values = st.recursive(_plain, lambda inner: st.dictionaries(_keys, inner, max_size=4), max_leaves=20)
_names = st.text(st.characters(exclude_characters="|", exclude_categories=["Cs"]), max_size=9)


def test_session_that_php_has_stored_is_read() -> None:
    found = read_session(RECORDED)
    assert found["csrf"] == {"token": "ab" * 20, "time": 1714980000}
    assert found["_auth"] == {"staff": {"id": 3, "key": "local:bob", "2fa": None}, "user": {}}
    assert found[":token"] == {"staff": "hash:1714980000:ip"}
    numbers = [1.5, -2, 0, math.inf, -math.inf, 1e25, True, False, None, 2**63 - 1]
    assert list(found["numbers"].values()) == numbers
    assert found["text"] == 'Grüße \U0001f600 "quoted"; a:1:{'
    assert found["cfg:core"] == {"db_timezone": "Europe/Berlin", 5: {"deep": {0: {0: {}}}}}


def test_objects_and_references_are_not_looked_into() -> None:
    found = read_session(RECORDED)
    assert [found["packed"], found["level"]] == [OPAQUE, OPAQUE]
    assert found[":Q:3"] == {"sort": OPAQUE, "again": OPAQUE, "list": {0: "a", 1: "b"}, "same": OPAQUE}


@given(st.dictionaries(_names, _values, max_size=4))
@settings(max_examples=40, deadline=None)
def test_whatever_php_stores_is_read(values: dict[str, Any]) -> None:
    assert read_session(session(values)) == values


@given(st.integers(0, len(RECORDED) - 1), st.integers(0, 8), st.binary(max_size=8))
@settings(max_examples=200, deadline=None)
def test_whatever_is_damaged_is_read_or_refused(place: int, removed: int, added: bytes) -> None:
    try:
        read_session(RECORDED[:place] + added + RECORDED[place + removed :])
    except PhpSessionError:
        return


@pytest.mark.parametrize(
    "data",
    [
        b"no end",
        b"a|",
        b"a|x:1;",
        b"a|i:;",
        b"a|i:99999999999999999999;",
        b"a|d:1.2.3;",
        b'a|s:9999999999:"x";',
        b'a|s:-1:"";',
        b"a|a:-1:{}",
        b"a|a:9999999999:{}",
        b"a|a:1:{N;N;}",
        b"a|" + b"a:1:{i:0;" * 5000,
        b"a|a:9999999:{" + b"i:0;N;" * 10_000,
        b"a|N;" * 20_000,
        b'a|C:1:"X":99999:{}',
        b'a|O:1:"X":1:{a:0:{}N;}',
    ],
)
def test_what_php_would_not_have_stored_is_refused(data: bytes) -> None:
    with pytest.raises(PhpSessionError):
        read_session(data)
