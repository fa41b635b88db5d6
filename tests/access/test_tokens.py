"""Which access tokens are believed."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest

from osticket_api.access import tokens
from osticket_api.access.signing import SigningKeys
from osticket_api.errors import Unauthenticated

KEY = "a key that only the tests know, long enough"
KEYS = SigningKeys((KEY,))
MISSING: Any = object()


def token(headers: Mapping[str, Any] | None = None, key: str = KEY, **claims: Any) -> str:
    now = int(time.time())
    said = {"iss": "osticket-api", "aud": "osticket-api", "sub": "staff:3", "sid": 7, "iat": now, "exp": now + 60}
    kept = {name: value for name, value in {**said, **claims}.items() if value is not MISSING}
    return jwt.encode(kept, key, algorithm="HS256", headers={"typ": "at+jwt", **(headers or {})})


def code_of(text: str) -> str:
    with pytest.raises(Unauthenticated) as refusal:
        tokens.read(KEYS, text)
    return refusal.value.faults[0].code


def test_token_says_who_and_which_session() -> None:
    assert tokens.read(KEYS, token()) == tokens.AccessToken("staff:3", 7)
    assert tokens.read(KEYS, token(sub="user:11", sid=0)) == tokens.AccessToken("user:11", 0)


def test_issued_token_is_read_back() -> None:
    said = tokens.AccessToken("user:5", 9)
    assert tokens.read(KEYS, tokens.issue(KEYS, said, now=datetime.now(UTC), ttl_seconds=60)) == said


def test_expired_token_is_told_apart() -> None:
    assert code_of(token(exp=int(time.time()) - 1)) == "token_expired"


def test_token_expires_while_it_is_known() -> None:
    text = tokens.issue(KEYS, tokens.AccessToken("user:5", 9), now=datetime.now(UTC), ttl_seconds=1)
    tokens.read(KEYS, text)
    time.sleep(1.1)
    assert code_of(text) == "token_expired"


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": "9999999999"}, {"exp": 9999999999.5}, {"exp": None}, {"exp": [1]}, {"exp": MISSING},
        {"exp": float("inf")}, {"iat": float("inf")}, {"nbf": [1]}, {"nbf": float("inf")}, {"iat": [1]},
        {"iat": "1"}, {"iat": None}, {"iat": MISSING}, {"iat": 9_999_999_999},
        {"sid": True}, {"sid": False}, {"sid": "7"}, {"sid": 7.0}, {"sid": -1}, {"sid": 2**32}, {"sid": None},
        {"sid": MISSING},
        {"sub": 3}, {"sub": "staff:0"}, {"sub": "staff:03"}, {"sub": "staff:3 "}, {"sub": "key:3"}, {"sub": "staff:"},
        {"sub": "staff:12345678901"}, {"sub": MISSING}, {"sub": ["staff:3"]}, {"sub": "xstaff:3"},
        {"sub": "staff:\uff13"},
        {"iss": "other"}, {"iss": MISSING}, {"aud": "other"}, {"aud": MISSING},
    ],
)  # fmt: skip
def test_token_with_a_wrong_claim_is_refused(claims: dict[str, Any]) -> None:
    assert code_of(token(**claims)) == "token_invalid"


@pytest.mark.parametrize(
    "claims",
    [
        {"scope": "tickets.read"}, {"scope": "tickets.read", "key": ""}, {"scope": "tickets.read", "key": "0"},
        {"scope": "tickets.read", "key": 0}, {"key": "0" * 16}, {"scope": ["tickets.read"], "key": "0" * 16},
    ],
)  # fmt: skip
def test_token_of_a_machine_client_names_its_key_and_what_was_granted(claims: dict[str, Any]) -> None:
    now = int(time.time())
    said = {"aud": "osticket-api", "sub": "key:3", "sid": 0, "iat": now, "exp": now + 60}
    good = SigningKeys((KEY,)).encode("at+jwt", {**said, "scope": "tickets.read", "key": "0" * 16})
    assert tokens.read(SigningKeys((KEY,)), good).key_mark == "0" * 16
    assert code_of(SigningKeys((KEY,)).encode("at+jwt", {**said, **claims})) == "token_invalid"


@pytest.mark.parametrize("kind", ["JWT", "at+JWT", "application/at+jwt", None, 1, ""])
def test_token_of_another_kind_is_refused(kind: Any) -> None:
    assert code_of(token({"typ": kind})) == "token_invalid"


def test_token_of_another_key_is_refused() -> None:
    assert code_of(token(key="another key, which is long enough too")) == "token_invalid"


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c"])
def test_text_that_is_not_a_token_is_refused(text: str) -> None:
    assert code_of(text) == "token_invalid"


def test_token_that_is_longer_or_shorter_than_it_was_made_is_refused() -> None:
    for text in (token() + "x", token()[:-1], token().rpartition(".")[0] + "."):
        assert code_of(text) == "token_invalid"


def test_unsigned_token_is_refused() -> None:
    now = int(time.time())
    said = {"iss": "osticket-api", "aud": "osticket-api", "sub": "staff:3", "sid": 7, "iat": now, "exp": now + 60}
    assert code_of(jwt.encode(said, "", algorithm="none", headers={"typ": "at+jwt"})) == "token_invalid"


def test_secrets_are_long_and_never_the_same() -> None:
    made = {tokens.new_secret("osk_") for _ in range(100)}
    assert len(made) == 100
    assert all(secret.startswith("osk_") and len(secret) >= 47 for secret in made)


def test_a_token_is_read_with_the_key_that_it_names() -> None:
    said = tokens.AccessToken("user:5", 9)
    older = SigningKeys(("the key of last year, which is long enough",))
    text = tokens.issue(older, said, now=datetime.now(UTC), ttl_seconds=60)
    assert tokens.read(SigningKeys((KEY, *older.keys)), text) == said
    assert code_of(text) == "token_invalid"


@pytest.mark.parametrize("kid", ["00000000", "", "é" * 500])
def test_a_token_that_names_an_unknown_key_is_refused(kid: str) -> None:
    assert code_of(token({"kid": kid})) == "token_invalid"
