"""Secrets of mail accounts, held against those that osTicket encrypted."""

from base64 import b64decode
from typing import Any

import pytest

from osticket_api.mail.secrets import decrypt, encrypt, subkey
from tests.mail.recorded import IS_HERE, MISSING, vectors

pytestmark = pytest.mark.skipif(not IS_HERE, reason=MISSING)

_SEALED: list[dict[str, Any]] = [each for each in vectors("crypto.json") or [] if each["cipher"]]


@pytest.mark.parametrize("vector", _SEALED, ids=lambda vector: vector["plain"])
def test_reads_and_writes_what_osticket_does(vector: dict[str, Any]) -> None:
    key = subkey(vector["username"], vector["namespace"])
    iv = b64decode(vector["cipher"][3:])[3:19]
    assert key == vector["subkey"]
    assert decrypt(vector["cipher"], vector["salt"], key) == vector["plain"]
    assert encrypt(vector["plain"], vector["salt"], key, iv) == vector["cipher"]


@pytest.mark.parametrize("text", ["", "0"])
def test_stores_nothing_for_what_osticket_cannot_encrypt(text: str) -> None:
    assert encrypt(text, "salt", "key") == ""


@pytest.mark.parametrize(
    "stored", ["", "$2$", "$2$AAAA", "plain", "$1$AAAA", "$2$JDEktaQNtp+O41XLJE/NN9RS7KoAIoblWSGrQeVBy+oZEL4="]
)
def test_takes_what_it_cannot_read_for_nothing(stored: str) -> None:
    assert decrypt(stored, "another salt", "key") is None
